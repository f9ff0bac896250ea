"""Rules of the catalogue, its categories and stock."""
