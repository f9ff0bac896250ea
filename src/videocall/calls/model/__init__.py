"""Rooms and attendance as values; no input, no output."""
