"""Products, categories, words and stock as values; pure."""
