"""Calls: rooms, who may join them, and who was there; the media is behind LiveKit's public API."""
