"""Exams with their reports, and uploads."""
