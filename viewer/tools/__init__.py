"""The tools: one file each, with a descriptor of what it is called, its keys, icon and gesture."""
