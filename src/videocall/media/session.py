"""One participant's signalling session. It outlives the signal connections that carry it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from livekit.protocol import models, rtc

from videocall.media.dual import DualNegotiator
from videocall.media.engine import OfferedSection, Role
from videocall.media.farewells import Farewells
from videocall.media.grants import Claims
from videocall.media.join import JoinRequest
from videocall.media.negotiation import Negotiator, without_udp
from videocall.media.participant import Participant
from videocall.media.publications import PublicationPlan, plan_publications
from videocall.media.quality import LOST, UPDATE_S, Connection, QualityScorer
from videocall.media.reception import Reception
from videocall.media.resume import ResumeFault
from videocall.media.services import Services
from videocall.media.signal_link import SignalLink, SignalSink
from videocall.media.signals import Action, Reason, join_response, leave, reconnect_response, update
from videocall.media.single import SingleNegotiator
from videocall.media.subscriptions import Subscriptions
from videocall.media.track import Encoding

if TYPE_CHECKING:
    from videocall.media.live_room import LiveRoom

_DUAL_PRIMARY = 3  # the first signal protocol whose clients may wait for the subscriber connection


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
        self.link = SignalLink(sink, services.now, services.config.timeouts.resume)
        self.negotiator: Negotiator = self._negotiator(services, request.single)
        self.reception = Reception(self, services, self.subscriptions)
        self._services = services
        now = services.now()
        self._media_by: float | None = now + services.config.timeouts.join
        self._connected: set[int] = set()  # transports that were up once
        self._media_lost = False
        self.farewells = Farewells()
        self._resume_fault: tuple[ResumeFault, float] | None = None
        self._scorer = QualityScorer()
        self._score_at = now + UPDATE_S
        self._refresh_at = now + services.config.timeouts.token_refresh

    def _negotiator(self, services: Services, single: bool) -> Negotiator:
        engine, who = services.engine, self.participant.handle
        if single:
            transport = services.ids.handle()
            engine.add_transport(who, transport, Role.SINGLE)
            services.directory.transports[transport] = self
            return SingleNegotiator(self, engine, transport, services.now)
        publisher, subscriber = services.ids.handle(), services.ids.handle()
        subscribes = self._subscribes_first()
        # Who receives no media gets its messages where it publishes, on channels that it opens.
        engine.add_transport(who, publisher, Role.PUBLISHER if subscribes else Role.SINGLE)
        engine.add_transport(who, subscriber, Role.SUBSCRIBER)
        services.directory.transports.update({publisher: self, subscriber: self})
        timeout = services.config.timeouts.negotiation
        return DualNegotiator(
            self, engine, publisher, subscriber, services.now, timeout, subscribes
        )

    def _subscribes_first(self) -> bool:
        """Whether the subscriber connection is the primary one (from protocol 3 on)."""
        protocol = self.request.client.protocol
        return self.participant.permissions.subscribe and (
            not protocol or protocol >= _DUAL_PRIMARY
        )

    # The signal connection.
    @property
    def reachable(self) -> bool:
        return self.link.attached

    def send(self, response: rtc.SignalResponse) -> None:
        self.link.send(response)

    def start(self) -> None:
        """Answer the join: the room, then tracks and an offer that came with the request."""
        single, negotiator = self.request.single, self.negotiator
        subscriber_primary = not single and negotiator.primary == negotiator.receiving
        timeouts = self._services.config.timeouts
        room, who, servers = self.room.room, self.participant, self._ice_servers()
        response = join_response(room, who, timeouts, subscriber_primary, servers)
        if self._relayed:
            response.join.client_configuration.force_relay = models.ClientConfigSetting.ENABLED
        self.send(response)
        self.refresh_token()

    def resume(self, sink: SignalSink) -> bool:
        """A new signal connection takes over: reconnect, what was missed, then negotiation.

        False: a simulated fault has ended the new connection already.
        """
        missed = self.link.take_over(sink)
        fault = self._take_resume_fault()
        if fault is ResumeFault.SILENT:
            self.link.keep(missed)
            self.link.drop()
            return False
        visible = [other.info() for other in self.room.room.visible_to(self.participant)]
        sequence = self._services.engine.last_sequence(self.participant.handle)
        self.send(reconnect_response(sequence, self._ice_servers()))
        self.send(update(*missed, self.participant.info(), *visible))
        self.send(rtc.SignalResponse(room_update=rtc.RoomUpdate(room=self.room.room.info())))
        if fault is ResumeFault.CUT:
            self.link.drop()
            return False
        self.refresh_token()
        self.negotiator.resumed()
        self.room.resumed(self)
        return True

    def break_resume(self, fault: ResumeFault, until: float) -> None:
        """Let the next resume fail once, if it comes ``until`` then."""
        self._resume_fault = (fault, until)

    def _take_resume_fault(self) -> ResumeFault | None:
        armed, self._resume_fault = self._resume_fault, None
        return armed[0] if armed and self._services.now() < armed[1] else None

    def _ice_servers(self) -> list[rtc.ICEServer]:
        turn, now = self._services.config.turn, self._services.wall()
        return turn.ice_servers(self.participant.sid, now)

    @property
    def _relayed(self) -> bool:
        """Whether the client asked for TLS (simulated) and a TURN server speaks it."""
        protocol = self.room.protocols.get(self.participant.identity)
        return protocol == rtc.CandidateProtocol.TLS and self._services.config.turn.speaks_tls

    def detach(self, sink: SignalSink) -> None:
        """``sink`` is gone. The participant stays for the resume window, unless it was replaced."""
        self.link.lost(sink)

    def finish(self, reason: models.DisconnectReason, action: rtc.LeaveRequest.Action) -> None:
        """The participant is out of the room: tell the client why and let its connection go."""
        if reason != Reason.CLIENT_INITIATED:
            self.send(leave(reason, action))
        self.link.end(Reason.Name(reason).lower())
        self.farewells.say()

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
            self.link.drop(leave(Reason.UNKNOWN_REASON, Action.RECONNECT))

    def negotiation_failed(self) -> None:
        self.link.drop(leave(Reason.UNKNOWN_REASON, Action.RECONNECT))

    @property
    def resumable(self) -> bool:
        """Whether a new signal connection could go on with the transports of before."""
        return not self._media_lost

    @property
    def quality(self) -> Connection:
        """How well the participant is connected; lost without signalling or media."""
        if self._media_lost or not self.reachable:
            return LOST
        return self._scorer.connection

    def _score(self, now: float) -> None:
        if now < self._score_at:
            return
        self._score_at = now + UPDATE_S
        with contextlib.suppress(KeyError):  # a transport that the engine has given up
            report = self._services.engine.transport_report
            self._scorer.update([report(t) for t in self.negotiator.transports])

    # Negotiation.
    def offered_candidates(self, sdp: str) -> str:
        asked = self.participant.identity in self.room.protocols
        return without_udp(sdp) if asked and not self._relayed else sdp

    def wanted(self) -> list[Encoding]:
        return self.reception.wanted()

    def sync(self) -> None:
        """What the participant should receive may have changed."""
        self.negotiator.sync(self.reception.refresh())

    def plan_publications(self, offered: Sequence[OfferedSection]) -> PublicationPlan:
        return plan_publications(self.participant, offered)

    def commit_publications(self, plan: PublicationPlan) -> None:
        self.room.tracks.commit(self, plan)

    def subscribed(self, encodings: Sequence[Encoding]) -> None:
        self.reception.subscribed(encodings)

    # Time.
    def tick(self, now: float) -> None:
        if self._media_by is not None and now >= self._media_by:
            was_in = self.participant.active
            self.room.remove(self, Reason.MEDIA_FAILURE if was_in else Reason.JOIN_FAILURE)
        elif self.link.given_up(now):
            self.room.remove(self, Reason.SIGNAL_CLOSE)
        else:
            self.negotiator.tick(now)
            self.reception.tick(now)
            self._score(now)
            if now >= self._refresh_at and self.reachable:
                self.refresh_token()


def _object(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, dict) else {}
