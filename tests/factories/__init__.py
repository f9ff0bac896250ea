"""Building blocks of tests: clocks that are moved, people, rooms, webhooks, a whole application."""
