"""One participant's signalling session. It outlives the signal connections that carry it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from livekit.protocol import models, rtc

from videocall.media.dual import DualNegotiator
from videocall.media.engine import OfferedSection, Role
from videocall.media.grants import Claims
from videocall.media.join import JoinRequest
from videocall.media.negotiation import Negotiator
from videocall.media.participant import Participant
from videocall.media.publications import PublicationPlan, plan_publications
from videocall.media.services import Services
from videocall.media.signals import Action, Reason, join_response, leave, reconnect_response, update
from videocall.media.single import SingleNegotiator
from videocall.media.subscriptions import Setting, Subscriptions
from videocall.media.track import Track

if TYPE_CHECKING:
    from videocall.media.live_room import LiveRoom

_MISSED = 500  # departures remembered for one detached client


class SignalSink(Protocol):
    """The signal connection of the moment."""

    def send(self, response: rtc.SignalResponse) -> None: ...

    def close(self, code: int, reason: str) -> None:
        """Send what was queued, then close. Safe to repeat."""


class Session:
    """Ties a participant to its signal connection, its peer connections and its choices."""

    def __init__(
        self,
        room: LiveRoom,
        participant: Participant,
        claims: Claims,
        request: JoinRequest,
        services: Services,
        sink: SignalSink,
    ) -> None:
        self.room = room
        self.participant = participant
        self.claims = claims
        self.request = request
        self.subscriptions = Subscriptions(
            request.auto_subscribe,
            request.adaptive_stream,
            services.config.limits.subscription_choices,
        )
        self.negotiator: Negotiator = self._negotiator(services, request.single)
        self._services = services
        self._sink: SignalSink | None = sink
        now = services.now()
        self._media_by: float | None = now + services.config.timeouts.join
        self._resume_by: float | None = None
        self._connected: set[int] = set()  # transports that were up once
        self._media_lost = False
        self._refresh_at = now + services.config.timeouts.token_refresh
        self._missed: list[models.ParticipantInfo] = []

    def _negotiator(self, services: Services, single: bool) -> Negotiator:
        engine, who = services.engine, self.participant.handle
        if single:
            transport = services.ids.handle()
            engine.add_transport(who, transport, Role.SINGLE)
            services.directory.transports[transport] = self
            return SingleNegotiator(self, engine, transport, services.now)
        publisher, subscriber = services.ids.handle(), services.ids.handle()
        engine.add_transport(who, publisher, Role.PUBLISHER)
        engine.add_transport(who, subscriber, Role.SUBSCRIBER)
        services.directory.transports.update({publisher: self, subscriber: self})
        timeout = services.config.timeouts.negotiation
        return DualNegotiator(self, engine, publisher, subscriber, services.now, timeout)

    # The signal connection.
    @property
    def reachable(self) -> bool:
        return self._sink is not None

    def send(self, response: rtc.SignalResponse) -> None:
        """Queue a message; while detached only departures are kept, the resume tells the rest."""
        if self._sink is not None:
            self._sink.send(response)
        elif response.HasField("update"):
            gone = [p for p in response.update.participants if _left(p)]
            self._missed = (self._missed + gone)[-_MISSED:]

    def start(self) -> None:
        """Answer the join: the room, then tracks and an offer that came with the request."""
        subscriber_primary = not self.request.single
        timeouts = self._services.config.timeouts
        self.send(join_response(self.room.room, self.participant, timeouts, subscriber_primary))
        self.refresh_token()

    def resume(self, sink: SignalSink) -> None:
        """A new signal connection takes over: reconnect, what was missed, then negotiation."""
        old, self._sink = self._sink, sink
        if old is not None and old is not sink:
            old.close(1000, "resumed on another connection")
        self._resume_by = None
        missed, self._missed = self._missed, []
        visible = [other.info() for other in self.room.room.visible_to(self.participant)]
        self.send(reconnect_response())
        self.send(update(*missed, self.participant.info(), *visible))
        self.send(rtc.SignalResponse(room_update=rtc.RoomUpdate(room=self.room.room.info())))
        self.refresh_token()
        self.negotiator.resumed()

    def detach(self, sink: SignalSink) -> None:
        """``sink`` is gone. The participant stays for the resume window, unless it was replaced."""
        if self._sink is not sink:
            return
        self._sink = None
        self._await_resume()

    def drop_signal(self) -> None:
        """Close the signal connection without a word, as a broken network would."""
        sink, self._sink = self._sink, None
        if sink is not None:
            sink.close(1001, "signal connection dropped")
        self._await_resume()

    def _await_resume(self) -> None:
        if self._resume_by is None:
            self._resume_by = self._services.now() + self._services.config.timeouts.resume

    def finish(self, reason: models.DisconnectReason, action: rtc.LeaveRequest.Action) -> None:
        """The participant is out of the room: tell the client why and let its connection go."""
        if reason != Reason.CLIENT_INITIATED:
            self.send(leave(reason, action))
        sink, self._sink = self._sink, None
        if sink is not None:
            sink.close(1000, Reason.Name(reason).lower())

    def refresh_token(self) -> None:
        """Send a fresh token with the name and rights of now."""
        who = self.participant
        video = {**_object(self.claims.raw.get("video")), **who.permissions.claims()}
        changes = {
            "name": who.name,
            "metadata": who.metadata,
            "attributes": dict(who.attributes),
            "video": video,
        }
        token = self._services.tokens.refreshed(self.claims, changes)
        self.send(rtc.SignalResponse(refresh_token=token))
        self._refresh_at = self._services.now() + self._services.config.timeouts.token_refresh

    # Transports.
    def transport_connected(self, transport: int) -> None:
        self._connected.add(transport)
        if transport == self.negotiator.primary:
            self._media_by = None
            self.room.activate(self)

    def transport_failed(self, transport: int, reason: str) -> None:
        """The engine has given a transport up, with its keys: the client must start again.

        A client closes its transports just before it says that it leaves: that is waited for.
        """
        if reason == "timeout" and transport not in self._connected:
            return  # a publisher that nobody needed yet, or a join that has a deadline of its own
        self._media_lost = True
        if reason == "closed":
            self._media_by = self._services.now() + self._services.config.timeouts.resume
        else:
            self._let_go(Action.RECONNECT)

    def negotiation_failed(self) -> None:
        self._let_go(Action.RECONNECT)

    def _let_go(self, action: rtc.LeaveRequest.Action) -> None:
        if self._sink is not None:
            sink, self._sink = self._sink, None
            sink.send(leave(Reason.UNKNOWN_REASON, action))
            sink.close(1000, "media connection lost")
        self._await_resume()

    @property
    def resumable(self) -> bool:
        """Whether a new signal connection could go on with the transports of before."""
        return not self._media_lost

    @property
    def quality(self) -> models.ConnectionQuality:
        """How well the participant is connected, as far as signalling can tell."""
        if self._media_lost:
            return models.ConnectionQuality.LOST
        if self._sink is None:
            return models.ConnectionQuality.POOR
        return models.ConnectionQuality.EXCELLENT

    # Negotiation.
    def wanted(self) -> list[Track]:
        return self.room.wanted(self)

    def plan_publications(self, offered: Sequence[OfferedSection]) -> PublicationPlan:
        return plan_publications(self.participant, offered)

    def commit_publications(self, plan: PublicationPlan) -> None:
        self.room.publish(self, plan)

    def subscribed(self, tracks: Sequence[Track]) -> None:
        for track in tracks:
            self.deliver(track, self.subscriptions.initial(track))
            self.room.first_subscription(track)

    def deliver(self, track: Track, setting: Setting) -> None:
        """Tell the engine how to forward ``track``; nothing if it is not subscribed (yet)."""
        transport = self.negotiator.receiving
        try:
            self._services.engine.set_subscription(
                transport, track.handle, setting.enabled, setting.quality
            )
        except KeyError:
            return  # the subscription begins with the next negotiation, which asks for its setting

    # Time.
    def tick(self, now: float) -> None:
        if self._media_by is not None and now >= self._media_by:
            was_in = self.participant.active
            self.room.remove(self, Reason.MEDIA_FAILURE if was_in else Reason.JOIN_FAILURE)
        elif self._resume_by is not None and now >= self._resume_by:
            self.room.remove(self, Reason.SIGNAL_CLOSE)
        else:
            self.negotiator.tick(now)
            if now >= self._refresh_at and self.reachable:
                self.refresh_token()


def _left(info: models.ParticipantInfo) -> bool:
    return info.state == models.ParticipantInfo.State.DISCONNECTED


def _object(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, dict) else {}
