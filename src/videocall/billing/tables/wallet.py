"""Wallets: cached balances, holds; and claims of idempotency keys."""
