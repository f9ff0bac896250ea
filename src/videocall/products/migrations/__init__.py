"""The history of the products tables."""
