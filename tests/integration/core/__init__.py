"""Integration tests of core, on the database of the run."""
