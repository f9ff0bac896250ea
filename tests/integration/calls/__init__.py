"""Integration tests of calls, on the database of the run."""
