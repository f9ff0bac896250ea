"""What a client may ask of its session: one function for each signal request."""

from __future__ import annotations

from collections.abc import Callable

from livekit.protocol import models, rtc

from videocall.core.logs import get_logger
from videocall.media.engine import MediaKind
from videocall.media.limits import limits_exceeded
from videocall.media.participant import SubscriptionRules
from videocall.media.resume import knows_publications
from videocall.media.rights import change_rules
from videocall.media.scenarios import Scenarios
from videocall.media.services import Services
from videocall.media.session import Session
from videocall.media.signals import Action, Reason, leave

log = get_logger(__name__)

Status = rtc.RequestResponse.Reason
_FEATURES = 16
_RECEIVE_STATES = 1_000  # publishers of data that one client may name


class Requests:
    """Dispatches signal requests. Bad ones are answered or ignored, never raised."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._scenarios = Scenarios(services)
        self._handlers: dict[str, Callable[[Session, rtc.SignalRequest], None]] = {
            "offer": self._offer,
            "answer": self._answer,
            "trickle": lambda s, r: s.negotiator.trickle(r.trickle),
            "add_track": lambda s, r: self.add_track(s, r.add_track),
            "mute": self._mute,
            "subscription": self._subscription,
            "track_setting": self._track_setting,
            "leave": lambda s, r: s.room.remove(s, Reason.CLIENT_INITIATED),
            "subscription_permission": self._subscription_permission,
            "sync_state": lambda s, r: self.sync_state(s, r.sync_state),
            "simulate": lambda s, r: self._scenarios.play(s, r.simulate),
            "ping": self._ping,
            "ping_req": self._ping_req,
            "update_metadata": self._update_metadata,
            "update_audio_track": self._update_audio_track,
            "update_video_track": self._update_video_track,
            "publish_data_track_request": self._refuse_data_track,
            "unpublish_data_track_request": self._refuse_data_track,
        }

    def handle(self, session: Session, request: rtc.SignalRequest) -> None:
        """Requests this server does not know are ignored, as newer clients send them."""
        kind = request.WhichOneof("message")
        handler = self._handlers.get(kind or "")
        if handler is not None and not session.participant.gone:
            handler(session, request)

    def begin(self, session: Session) -> None:
        """Answer a join: its response, then the tracks and the offer that came with it."""
        session.start()
        for track in session.request.tracks:
            self.add_track(session, track)
        session.negotiator.start()
        if session.request.offer is not None:
            self._offer(session, rtc.SignalRequest(offer=session.request.offer))

    # Negotiation.
    def _offer(self, session: Session, request: rtc.SignalRequest) -> None:
        self._negotiate(session, lambda: session.negotiator.offer(request.offer))

    def _answer(self, session: Session, request: rtc.SignalRequest) -> None:
        self._negotiate(session, lambda: session.negotiator.answer(request.answer))

    def _negotiate(self, session: Session, step: Callable[[], None]) -> None:
        try:
            step()
        except ValueError as error:
            log.warning("bad_sdp", participant=session.participant.sid, error=str(error))
            session.room.remove(session, Reason.MEDIA_FAILURE)

    # Publishing.
    def add_track(self, session: Session, request: rtc.AddTrackRequest) -> None:
        who, tracks = session.participant, session.room.tracks
        if (status := self._refuse_track(session, request)) is not None:
            response = rtc.RequestResponse(
                reason=status, message="the track can't be published", add_track=request
            )
            session.send(rtc.SignalResponse(request_response=response))
            return
        if request.sid:
            track = who.tracks[request.sid]
        else:
            announced = (t for t in who.pending.values() if t.announces(request.cid))
            track = next(announced, None) or tracks.announce(session, request)
        session.send(
            rtc.SignalResponse(
                track_published=rtc.TrackPublishedResponse(cid=request.cid, track=track.info)
            )
        )

    def _refuse_track(self, session: Session, request: rtc.AddTrackRequest) -> Status | None:
        who = session.participant
        if not who.permissions.may_publish(request.source):
            return Status.NOT_ALLOWED
        if request.type not in (models.TrackType.AUDIO, models.TrackType.VIDEO):
            return Status.UNSUPPORTED_TYPE
        if request.sid:  # a second codec for a published track
            track = who.tracks.get(request.sid)
            if track is None:
                return Status.NOT_FOUND
            taken = session.room.tracks.announce_backup(session, track, request)
            return None if taken else Status.INVALID_REQUEST
        limits = self._services.config.limits
        if len(who.tracks) + len(who.pending) >= limits.tracks_per_participant:
            return Status.LIMIT_EXCEEDED
        return None

    def _mute(self, session: Session, request: rtc.SignalRequest) -> None:
        track = session.participant.find_track(request.mute.sid)
        if track is None:
            self._not_found(session, rtc.RequestResponse(mute=request.mute))
            return
        session.room.tracks.mute(session, track, request.mute.muted)

    def _update_audio_track(self, session: Session, request: rtc.SignalRequest) -> None:
        change = request.update_audio_track
        track = session.participant.find_track(change.track_sid)
        if track is None or track.kind is not MediaKind.AUDIO:
            self._not_found(session, rtc.RequestResponse(update_audio_track=change))
            return
        del track.info.audio_features[:]
        track.info.audio_features.extend(change.features[:_FEATURES])
        session.room.tracks.changed(session, track)

    def _update_video_track(self, session: Session, request: rtc.SignalRequest) -> None:
        change = request.update_video_track
        track = session.participant.find_track(change.track_sid)
        if track is None or track.kind is not MediaKind.VIDEO:
            self._not_found(session, rtc.RequestResponse(update_video_track=change))
            return
        track.info.width, track.info.height = change.width, change.height
        session.room.tracks.changed(session, track)

    def _not_found(self, session: Session, response: rtc.RequestResponse) -> None:
        response.reason, response.message = Status.NOT_FOUND, "there is no such track"
        session.send(rtc.SignalResponse(request_response=response))

    def _refuse_data_track(self, session: Session, request: rtc.SignalRequest) -> None:
        """Data tracks are not served: say so, or the client would wait for them."""
        response = rtc.RequestResponse(
            reason=Status.UNSUPPORTED_TYPE, message="data tracks are not supported"
        )
        if request.HasField("publish_data_track_request"):
            response.publish_data_track.CopyFrom(request.publish_data_track_request)
        else:
            response.unpublish_data_track.CopyFrom(request.unpublish_data_track_request)
        session.send(rtc.SignalResponse(request_response=response))

    # Receiving.
    def _subscription(self, session: Session, request: rtc.SignalRequest) -> None:
        session.reception.choose(request.subscription)

    def _track_setting(self, session: Session, request: rtc.SignalRequest) -> None:
        session.reception.adjust(request.track_setting)

    def _subscription_permission(self, session: Session, request: rtc.SignalRequest) -> None:
        rules = SubscriptionRules.from_proto(request.subscription_permission)
        change_rules(session, rules)

    def sync_state(self, session: Session, state: rtc.SyncState) -> None:
        """What a resuming client believes: its choices are taken over.

        A client that publishes what this server does not know must start again.
        """
        if not knows_publications(session.participant, state):
            session.link.drop(leave(Reason.STATE_MISMATCH, Action.RECONNECT))
            return
        session.subscriptions.disable(state.track_sids_disabled)
        session.reception.resume(state.subscription)
        seen = [(s.publisher_sid, s.last_seq) for s in state.datachannel_receive_states]
        self._services.engine.resend_data(session.participant.handle, seen[:_RECEIVE_STATES])

    # The participant.
    def _update_metadata(self, session: Session, request: rtc.SignalRequest) -> None:
        change, who, limits = request.update_metadata, session.participant, self._services.config
        status, text = Status.OK, ""
        if not who.permissions.update_metadata:
            status, text = Status.NOT_ALLOWED, "the token does not allow to change own metadata"
        elif too_large := limits_exceeded(change, who.attributes, limits.limits):
            status, text = Status.LIMIT_EXCEEDED, too_large
        elif who.change(change.name, change.metadata, dict(change.attributes)):
            session.room.described(session)
        session.send(
            rtc.SignalResponse(
                request_response=rtc.RequestResponse(
                    request_id=change.request_id,
                    reason=status,
                    message=text,
                    update_metadata=change,
                )
            )
        )

    def _ping(self, session: Session, request: rtc.SignalRequest) -> None:
        session.send(rtc.SignalResponse(pong=int(self._services.wall() * 1000)))

    def _ping_req(self, session: Session, request: rtc.SignalRequest) -> None:
        pong = rtc.Pong(
            last_ping_timestamp=request.ping_req.timestamp,
            timestamp=int(self._services.wall() * 1000),
        )
        session.send(rtc.SignalResponse(pong_resp=pong))
