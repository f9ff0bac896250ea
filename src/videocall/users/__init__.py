"""Accounts: who people are, how they sign in, and what their role allows."""
