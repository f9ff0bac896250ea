"""The history of the events table."""
