"""The history of the billing tables."""
