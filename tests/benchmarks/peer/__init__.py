"""The peer of the benchmark: the same two endpoints the usual way, FastAPI and SQLAlchemy's ORM."""
