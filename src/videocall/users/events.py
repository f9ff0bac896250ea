"""What the users domain tells: ids and roles, never names, addresses or secrets."""

from __future__ import annotations

from videocall.core.access import Role, UserId
from videocall.core.events.model import NewEvent


def user_stream(user_id: UserId) -> str:
    """The stream of one account."""
    return f"user:{user_id}"


def registered(user_id: UserId, role: Role) -> NewEvent:
    """An account was made."""
    return NewEvent("users.registered.v1", {"user_id": user_id, "role": role.value})


def profile_changed(user_id: UserId) -> NewEvent:
    """Name or language changed."""
    return NewEvent("users.profile_changed.v1", {"user_id": user_id})


def role_changed(user_id: UserId, before: Role, after: Role) -> NewEvent:
    """An administrator gave another role."""
    return NewEvent(
        "users.role_changed.v1",
        {"user_id": user_id, "before": before.value, "after": after.value},
    )


def signed_in(user_id: UserId, session_id: str) -> NewEvent:
    """A session began."""
    return NewEvent("users.signed_in.v1", {"user_id": user_id, "session_id": session_id})


def signed_out(user_id: UserId, session_id: str) -> NewEvent:
    """A session ended by its person."""
    return NewEvent("users.signed_out.v1", {"user_id": user_id, "session_id": session_id})


def refresh_reused(user_id: UserId, session_id: str) -> NewEvent:
    """A used refresh token came again: the session was revoked."""
    return NewEvent("users.refresh_reused.v1", {"user_id": user_id, "session_id": session_id})
