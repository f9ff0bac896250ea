"""A payment provider for trying out and for fault tests: a card page and a ledger of its own."""
