"""HTTP of the billing domain, by topic."""
