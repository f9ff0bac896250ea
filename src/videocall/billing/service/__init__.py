"""Rules and orchestration of the billing domain, by topic."""
