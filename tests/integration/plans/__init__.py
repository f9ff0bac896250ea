"""What PostgreSQL does for each list."""
