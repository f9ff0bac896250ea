"""Integration tests of users, on the database of the run."""
