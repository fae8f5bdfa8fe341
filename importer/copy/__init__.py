"""From a plan to the shelf: copied, checked, compared with what is there, gone on with after a cut."""
