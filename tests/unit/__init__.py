"""Unit tests; folders mirror src/videocall."""
