"""Receives images from a PACS or a modality over DICOM's own network and gives them to the practice's portal."""
