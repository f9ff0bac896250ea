"""SQL of the products domain."""
