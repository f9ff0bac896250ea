"""Videocall: video calls that can be sold, on your own server."""

__version__ = "0.1.0"
