"""HTTP of the calls domain: parse, call the service, answer."""

from __future__ import annotations

from litestar import Controller, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, SkipValidation

from videocall.calls.errors import WebhookInvalid
from videocall.calls.interfaces import AttendanceBook, Caller, Moderation, Rooms
from videocall.calls.model.rooms import RoomId, RoomStatus
from videocall.calls.schema import (
    AttendanceBody,
    AttendeeBody,
    JoinAnswer,
    JoinBody,
    NewRoomBody,
    RoomBody,
    RoomChangeBody,
    RoomPage,
)
from videocall.core.access import UserId
from videocall.core.http.actors import SECURED, SignedIn
from videocall.core.http.problems import AnyRequest, problems
from videocall.core.paging import DEFAULT_LIMIT, PageRequest

RoomsDoor = NamedDependency[SkipValidation[Rooms]]
ModerationDoor = NamedDependency[SkipValidation[Moderation]]
AttendanceDoor = NamedDependency[SkipValidation[AttendanceBook]]


class RoomController(Controller):
    """Rooms."""

    path = "/calls/rooms"
    tags = ("calls",)
    security = SECURED

    @get(operation_id="listRooms", responses=problems(401, 422))
    async def list_rooms(
        self,
        actor: SignedIn,
        rooms: RoomsDoor,
        limit: FromQuery[int] = DEFAULT_LIMIT,
        cursor: FromQuery[str | None] = None,
        status: FromQuery[RoomStatus | None] = None,
    ) -> RoomPage:
        """One's own rooms and those one is invited to, newest first; administrators see all."""
        page = await rooms.list_rooms(actor, PageRequest.parse(limit, cursor), status)
        return RoomPage([RoomBody.of(view) for view in page.items], page.next_cursor)

    @post(operation_id="createRoom", responses=problems(401, 403, 422))
    async def create(
        self, data: JSONBody[NewRoomBody], actor: SignedIn, rooms: RoomsDoor
    ) -> RoomBody:
        """Open a room; for hosts."""
        return RoomBody.of(await rooms.create(actor, data.name, data.policy, data.invited))

    @get("/{room_id:str}", operation_id="getRoom", responses=problems(401, 404))
    async def read(self, room_id: FromPath[str], actor: SignedIn, rooms: RoomsDoor) -> RoomBody:
        """A room that one may join."""
        return RoomBody.of(await rooms.get(actor, RoomId(room_id)))

    @patch("/{room_id:str}", operation_id="updateRoom", responses=problems(401, 403, 404, 409, 422))
    async def update(
        self,
        room_id: FromPath[str],
        data: JSONBody[RoomChangeBody],
        actor: SignedIn,
        rooms: RoomsDoor,
    ) -> RoomBody:
        """Change name, policy or invitations; for its host and administrators."""
        return RoomBody.of(await rooms.update(actor, RoomId(room_id), data.change()))

    @delete("/{room_id:str}", operation_id="endRoom", responses=problems(401, 403, 404))
    async def end(self, room_id: FromPath[str], actor: SignedIn, rooms: RoomsDoor) -> None:
        """End the room for good, everybody leaves; for its host and administrators."""
        await rooms.end(actor, RoomId(room_id))

    @post(
        "/{room_id:str}/join",
        status_code=200,
        operation_id="joinRoom",
        responses=problems(401, 404, 409, 422, 503),
    )
    async def join(
        self,
        request: AnyRequest,
        room_id: FromPath[str],
        actor: SignedIn,
        rooms: RoomsDoor,
        data: JSONBody[JoinBody | None] = None,
    ) -> JoinAnswer:
        """What a LiveKit client connects with."""
        caller = Caller(
            host=request.headers.get("host", ""), secure=request.scope["scheme"] == "https"
        )
        return JoinAnswer.of(await rooms.join(actor, RoomId(room_id), caller))

    @post(
        "/{room_id:str}/people/{user_id:str}/mute",
        status_code=204,
        operation_id="mutePerson",
        responses=problems(401, 403, 404, 503),
    )
    async def mute(
        self,
        room_id: FromPath[str],
        user_id: FromPath[str],
        actor: SignedIn,
        moderation: ModerationDoor,
    ) -> None:
        """Switch somebody's microphone off; for the room's host and administrators."""
        await moderation.mute(actor, RoomId(room_id), UserId(user_id))

    @delete(
        "/{room_id:str}/people/{user_id:str}",
        operation_id="sendPersonOut",
        responses=problems(401, 403, 404, 503),
    )
    async def send_out(
        self,
        room_id: FromPath[str],
        user_id: FromPath[str],
        actor: SignedIn,
        moderation: ModerationDoor,
    ) -> None:
        """Send somebody out of the running call; for the room's host and administrators."""
        await moderation.send_out(actor, RoomId(room_id), UserId(user_id))

    @get(
        "/{room_id:str}/attendance",
        operation_id="getAttendance",
        responses=problems(401, 403, 404),
    )
    async def attendance(
        self, room_id: FromPath[str], actor: SignedIn, attendance: AttendanceDoor
    ) -> AttendanceBody:
        """Who was there, from when to when; for its host and administrators."""
        found = await attendance.attendance(actor, RoomId(room_id))
        return AttendanceBody([AttendeeBody.of(attendee) for attendee in found])


class WebhookController(Controller):
    """What the media server tells."""

    path = "/calls/webhooks"
    tags = ("calls",)

    @post(
        "/livekit",
        status_code=200,
        operation_id="receiveLiveKitWebhook",
        responses=problems(401, 503),
    )
    async def receive(self, request: AnyRequest, attendance: AttendanceDoor) -> None:
        """Take a signed webhook of LiveKit; repeats are answered like the first."""
        try:
            body = (await request.body()).decode()
        except UnicodeDecodeError as error:
            raise WebhookInvalid from error
        await attendance.receive(body, request.headers.get("authorization", ""))


CONTROLLERS = (RoomController, WebhookController)
