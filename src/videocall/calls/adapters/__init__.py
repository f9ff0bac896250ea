"""What stands behind the needs of the calls domain: LiveKit's public API."""
