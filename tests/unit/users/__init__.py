"""Unit tests of users."""
