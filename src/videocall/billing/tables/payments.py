"""Payments, refunds, checkouts and what providers told us."""
