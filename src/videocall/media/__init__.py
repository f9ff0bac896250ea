"""A LiveKit-compatible media server: signalling, rooms, RoomService, webhooks.

It knows no domain of the application, and no domain imports it.
"""
