"""Tables of the billing domain, by what they are about."""
