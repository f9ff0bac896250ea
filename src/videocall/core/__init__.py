"""What every domain stands on: no domain, no wiring and no media server is known here."""
