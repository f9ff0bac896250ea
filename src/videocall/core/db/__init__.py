"""Databases: SQLite and PostgreSQL behind one engine factory, units of work and migrations."""
