"""E-mail: the message, the door, and what stands behind it: an SMTP server or a folder."""
