"""What can go wrong with rooms and calls."""

from __future__ import annotations

from videocall.core.errors import DomainError, Kind


class RoomNotFound(DomainError):
    """There is no such room, or none for this person: the answer does not tell which."""

    code = "calls.room_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such room"
    detail = "Check the link, or ask its host for an invitation."


class RoomEnded(DomainError):
    """The host ended the room; it does not come back."""

    code = "calls.room_ended"
    kind = Kind.CONFLICT
    title = "The room has ended"
    detail = "Ask its host for a new room."


class MediaUnavailable(DomainError):
    """The media server does not answer."""

    code = "calls.media_unavailable"
    kind = Kind.UNAVAILABLE
    title = "Calls are not available right now"
    detail = "The media server does not answer. Try again in a moment."


class PersonNotInCall(DomainError):
    """The person to mute or to send out is not there, or not any more."""

    code = "calls.person_not_in_call"
    kind = Kind.NOT_FOUND
    title = "This person is not in the call"
    detail = "They may have left already."


class WebhookInvalid(DomainError):
    """The webhook was not signed by our media server."""

    code = "calls.webhook_invalid"
    kind = Kind.UNAUTHENTICATED
    title = "The webhook is not signed by our media server"
    detail = "Sign it with the API key pair of the settings."
