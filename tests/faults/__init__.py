"""The application is killed while people buy; afterwards all books agree."""
