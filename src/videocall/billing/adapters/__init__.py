"""What stands behind the needs of the billing domain, apart from its database."""
