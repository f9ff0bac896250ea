"""What `make` calls to prepare, check and package the project; standard library only."""
