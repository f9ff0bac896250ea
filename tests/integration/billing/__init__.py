"""Integration tests of billing: providers as they are reached, and the database of the run."""
