"""E-mails about documents, on their way."""
