"""The history of the users domain's tables."""
