"""What can be sold: the catalogue, its categories, and stock. It knows nothing of invoices."""
