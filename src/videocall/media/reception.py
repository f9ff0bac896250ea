"""What one participant receives: which tracks in which codec, how, and what that asks of others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from livekit.protocol import models, rtc

from videocall.media.dynacast import OFF
from videocall.media.engine import MediaKind
from videocall.media.services import Services
from videocall.media.signals import permission_update
from videocall.media.subscriptions import Setting, Subscriptions
from videocall.media.track import Encoding, Track

if TYPE_CHECKING:
    from videocall.media.session import Session

NOT_FOUND_AFTER_S = 5.0  # a subscription may come a little before its track
SCREEN_PRIORITY = 2  # a shared screen comes before faces where bandwidth is short

_SCREENS = (models.TrackSource.SCREEN_SHARE, models.TrackSource.SCREEN_SHARE_AUDIO)


class Reception:
    """Joins a session's choices with what the room offers and what the client decodes."""

    def __init__(self, session: Session, services: Services, subscriptions: Subscriptions) -> None:
        self._session = session
        self._services = services
        self._subscriptions = subscriptions
        self._demanding: set[Track] = set()
        self._refused: set[str] = set()  # sids of tracks that the client can't decode
        self._forbidden: set[str] = set()  # sids that their publishers keep from this participant
        self._paused: set[int] = set()  # handles of what the engine has paused
        self._searched: dict[str, float] = {}  # sids asked for and not seen yet: give up when

    def wanted(self) -> list[Encoding]:
        """What to send, oldest track first: one encoding of each track that can be had now."""
        chosen = (self._encoding(track) for track, allowed in self._asked() if allowed)
        return [encoding for encoding in chosen if encoding is not None and encoding.live]

    def _asked(self) -> Iterator[tuple[Track, bool]]:
        """The tracks it asks for, and whether their publishers let it have them."""
        who = self._session.participant
        if who.permissions.subscribe:
            for publisher, track in self._session.room.room.tracks_for(who):
                if self._subscriptions.wants(track):
                    yield track, publisher.rules.allow(who, track.sid)

    def _encoding(self, track: Track) -> Encoding | None:
        video = track.kind is MediaKind.VIDEO
        return track.encoding_for(self._session.negotiator.receivable if video else None)

    def refresh(self) -> list[Encoding]:
        """What the participant should receive may have changed: tell it and the publishers.

        Returns what is wanted now. One pass over the tracks of the room: every session does this
        at every change.
        """
        wanted, demanding = [], set()
        for track, allowed in self._asked():
            if allowed == (track.sid in self._forbidden):
                self._tell_permission(track, allowed)
            if not allowed:
                continue
            encoding = self._encoding(track)
            if encoding is None:
                self._refuse(track)
                continue
            if encoding.live:
                wanted.append(encoding)
            if track.kind is MediaKind.VIDEO:
                demanding.add(track)
                self._demand(track, encoding)
        for track in self._demanding - demanding:
            self._withdraw(track)
        self._demanding = demanding
        return wanted

    def _tell_permission(self, track: Track, allowed: bool) -> None:
        if self._session.participant.active:  # else it does not know of the track yet
            (self._forbidden.discard if allowed else self._forbidden.add)(track.sid)
            self._session.send(permission_update(track.publisher, track.sid, allowed))

    def _demand(self, track: Track, encoding: Encoding) -> None:
        setting = self._subscriptions.initial(track)
        quality = setting.quality if setting.enabled else OFF
        if track.demand.wish(self._session.participant.handle, encoding.handle, quality):
            self._session.room.tracks.tell_demand(track)

    def _withdraw(self, track: Track) -> None:
        track.demand.withdraw(self._session.participant.handle)
        self._session.room.tracks.tell_demand(track)

    def _refuse(self, track: Track) -> None:
        if track.sid in self._refused:
            return
        self._refused.add(track.sid)
        self._answer(track.sid, models.SubscriptionError.SE_CODEC_UNSUPPORTED)

    def _answer(self, track_sid: str, error: models.SubscriptionError) -> None:
        self._session.send(
            rtc.SignalResponse(
                subscription_response=rtc.SubscriptionResponse(track_sid=track_sid, err=error)
            )
        )

    # What the client asks for.
    def resume(self, update: rtc.UpdateSubscription) -> None:
        """All choices of a client that was away: what it does not name is as it was at the join."""
        self._subscriptions.reset()
        self.choose(update)

    def choose(self, update: rtc.UpdateSubscription, by_client: bool = True) -> None:
        """Subscribe or unsubscribe; a track that does not come within 5 s is answered for."""
        self._subscriptions.apply(update, by_client)
        sids = {*update.track_sids, *(s for p in update.participant_tracks for s in p.track_sids)}
        for sid in sids:
            self._searched.pop(sid, None)
            self._refused.discard(sid)
            if update.subscribe and sid in self._subscriptions.choices and not self._exists(sid):
                self._searched[sid] = self._services.now() + NOT_FOUND_AFTER_S
        self._session.sync()

    def _exists(self, sid: str) -> bool:
        others = self._session.room.room.others(self._session.participant)
        return any(sid in other.tracks for other in others)

    def adjust(self, request: rtc.UpdateTrackSettings) -> None:
        """The client's wishes of size, quality, rate and priority for some tracks."""
        sids = set(request.track_sids)
        for _, track in self._session.room.room.tracks_for(self._session.participant):
            if track.sid in sids:
                self._subscriptions.adjust(track, request)
                self.deliver(track)

    # What the engine does.
    def subscribed(self, encodings: Sequence[Encoding]) -> None:
        """These subscriptions exist in the engine from now on."""
        for encoding in encodings:
            self.deliver(encoding.track)
            self._session.room.tracks.first_subscription(encoding.track)

    def deliver(self, track: Track) -> None:
        """Forward ``track`` as the client wishes; publishers learn what that needs of them."""
        encoding = self._encoding(track)
        if encoding is None:
            return
        if track in self._demanding:
            self._demand(track, encoding)
        self._set(encoding, self._subscriptions.initial(track))

    def _set(self, encoding: Encoding, setting: Setting) -> None:
        screen = encoding.track.info.source in _SCREENS
        try:
            self._services.engine.set_subscription(
                self._session.negotiator.receiving,
                encoding.handle,
                setting.enabled,
                setting.quality,
                setting.max_fps,
                max(setting.priority, SCREEN_PRIORITY if screen else 0),
            )
        except KeyError:
            return  # the subscription begins with the next negotiation, which asks for its setting

    def states(self, states: Sequence[tuple[int, bool]]) -> None:
        """The engine has paused or resumed tracks for the bandwidth's sake: (handle, paused)."""
        for handle, paused in states:
            (self._paused.add if paused else self._paused.discard)(handle)
        self._tell_states(states)

    def repeat_states(self) -> None:
        """Which tracks are paused, for a client that may have missed it."""
        self._tell_states([(handle, True) for handle in sorted(self._paused)])

    def _tell_states(self, states: Sequence[tuple[int, bool]]) -> None:
        infos = [
            rtc.StreamStateInfo(
                participant_sid=encoding.publisher,
                track_sid=encoding.sid,
                state=rtc.StreamState.PAUSED if paused else rtc.StreamState.ACTIVE,
            )
            for handle, paused in states
            if (encoding := self._by_handle(handle)) is not None
        ]
        if infos:
            update = rtc.StreamStateUpdate(stream_states=infos)
            self._session.send(rtc.SignalResponse(stream_state_update=update))

    def _by_handle(self, handle: int) -> Encoding | None:
        publisher = self._services.directory.tracks.get(handle)
        return publisher.participant.encoding(handle) if publisher else None

    def tick(self, now: float) -> None:
        """Give up on tracks that were asked for and never came."""
        for sid, give_up in list(self._searched.items()):
            if self._exists(sid):
                del self._searched[sid]
            elif now >= give_up:
                del self._searched[sid]
                self._subscriptions.forget(sid)
                self._answer(sid, models.SubscriptionError.SE_TRACK_NOTFOUND)

    def forget(self, track: Track) -> None:
        """A track is gone: its sid and handles never come back."""
        self._refused.discard(track.sid)
        self._forbidden.discard(track.sid)
        self._paused -= {encoding.handle for encoding in track.encodings}
        self._subscriptions.forget(track.sid)

    def close(self) -> None:
        """The participant has gone: nobody is asked to send for it."""
        for track in self._demanding:
            self._withdraw(track)
        self._demanding = set()
