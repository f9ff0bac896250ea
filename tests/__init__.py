"""Tests: unit mirrors src, integration needs databases, e2e a browser, architecture the sources."""
