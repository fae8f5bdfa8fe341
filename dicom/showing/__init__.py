"""From stored values to what is seen: modality, window, colours, overlays, geometry."""
