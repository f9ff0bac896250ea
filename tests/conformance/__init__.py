"""LiveKit's published clients against the media server, line by line of what it promises."""
