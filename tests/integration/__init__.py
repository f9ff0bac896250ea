"""Integration tests: HTTP, SQL, signalling; on SQLite or PostgreSQL."""
