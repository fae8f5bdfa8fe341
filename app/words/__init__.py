"""Words for people, whatever screen or terminal they stand on."""
