"""Videocall: video calls that can be sold, on your own server."""
