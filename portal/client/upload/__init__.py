"""Studies of the shelf to a portal account or a DICOMweb server, and never "uploaded" without proof."""
