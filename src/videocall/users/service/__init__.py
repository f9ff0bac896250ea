"""Business rules of the users domain: accounts, sessions, and the first administrator."""
