"""Where things are on the server."""

from __future__ import annotations

API_PREFIX = "/api/v1"

RESERVED = ("/api", "/health", "/docs", "/openapi.json")
"""Prefixes that never show the page."""
