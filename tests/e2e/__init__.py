"""The whole product: real browsers, the published Python SDK and raw sockets against one server."""
