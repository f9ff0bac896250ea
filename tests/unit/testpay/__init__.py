"""Unit tests of the test provider of payments."""
