"""What the DICOM standard says, and nothing about this application."""
