"""ALL wiring: the only place that knows which class stands behind which interface."""
