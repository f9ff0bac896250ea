"""Unit tests of the wiring."""
