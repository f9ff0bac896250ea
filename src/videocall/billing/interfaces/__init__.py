"""The doors of the billing domain, and what its services need, by topic."""
