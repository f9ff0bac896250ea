"""SQL of the billing domain."""
