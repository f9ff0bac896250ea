"""Money owed and paid, as pure values and rules: no I/O."""
