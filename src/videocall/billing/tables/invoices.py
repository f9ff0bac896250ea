"""Invoices, their lines and taxes, credit notes, number series, and the seller."""
