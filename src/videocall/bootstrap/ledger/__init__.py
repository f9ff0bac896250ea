"""`videocall doctor --ledger`: whether all that counts money and pieces agrees, to the unit."""
