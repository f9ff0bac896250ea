"""Calls over bad networks: namespaces, loss, narrow links, changed addresses, killed servers."""
