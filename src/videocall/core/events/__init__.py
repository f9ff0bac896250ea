"""The append-only log of what happened: event store, outbox and audit trail at once."""
