"""Shapes of the billing API, by topic."""
