"""Passwords, access tokens and one-time secrets; who may do what is the domains' matter."""
