"""WADO-RS: instances, their metadata, frames and pictures."""
