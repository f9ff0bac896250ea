"""HTTP of the products domain: parse, call the service, answer."""
