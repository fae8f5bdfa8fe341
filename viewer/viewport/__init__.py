"""What one viewport shows: its picture, texts, windows and pages."""
