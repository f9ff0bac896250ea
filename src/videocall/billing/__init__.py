"""Invoices, payments, checkouts and the wallet: who owes what, and who has paid it."""
