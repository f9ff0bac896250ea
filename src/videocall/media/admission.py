"""May this client join? Decided before the upgrade, for ``/rtc`` and ``/rtc/validate`` alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from videocall.media.grants import Claims
from videocall.media.hub import Hub, Refused
from videocall.media.join import BadJoin, JoinRequest, read_v0, read_v1
from videocall.media.tokens import TokenError


@dataclass(frozen=True, slots=True)
class Admission:
    """A join that may go ahead."""

    room: str
    claims: Claims
    request: JoinRequest


def authenticate(hub: Hub, token: str) -> Claims:
    """Who holds ``token``. ``Refused`` with 401."""
    if not token:
        raise Refused(401, "an access token is needed")
    try:
        return hub.services.tokens.verify(token)
    except TokenError as error:
        raise Refused(401, f"invalid token: {error}") from error


def admit(hub: Hub, token: str, query: Mapping[str, str], single: bool) -> Admission:
    """Token, grants, query and limits, in this order.

    ``Refused``: 401 for the token and its grants, 400 for names and query, 404 for a room that
    does not exist and may not be made, 503 for a server or room that is full.
    """
    claims = authenticate(hub, token)
    room = _room(claims, query.get("room", ""))
    limits = hub.services.config.limits
    if not claims.identity:
        raise Refused(400, "the token has no identity")
    if len(claims.identity) > limits.identity:
        raise Refused(400, f"the identity is longer than {limits.identity} characters")
    if not room:
        raise Refused(400, "no room is named")
    if len(room) > limits.room_name:
        raise Refused(400, f"the room's name is longer than {limits.room_name} characters")
    try:
        request = read_v1(query) if single else read_v0(query)
    except (BadJoin, ValueError) as error:
        raise Refused(400, str(error)) from error
    claims, request = _publish_only(claims, request, query)
    hub.check(room, claims, request)
    return Admission(room, claims, request)


def _room(claims: Claims, asked: str) -> str:
    if not claims.video.room_join:
        raise Refused(401, "the token does not allow to join a room")
    if claims.video.room and asked and asked != claims.video.room:
        raise Refused(401, "the token is for another room")
    return claims.video.room or asked


def _publish_only(
    claims: Claims, request: JoinRequest, query: Mapping[str, str]
) -> tuple[Claims, JoinRequest]:
    """``publish=<name>``: a second connection of the same person that only publishes."""
    name = query.get("publish", "")
    if not name:
        return claims, request
    if not claims.video.can_publish:
        raise Refused(401, "the token does not allow to publish")
    video = replace(claims.video, can_subscribe=False)
    return replace(claims, identity=f"{claims.identity}#{name}", video=video), request
