"""Unit tests of calls."""
