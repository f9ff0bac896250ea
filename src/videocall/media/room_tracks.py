"""The tracks of a room: announced, published, muted, ended; the others and the webhooks told."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from livekit.protocol import models, rtc

from videocall.media.dynacast import quality_update
from videocall.media.engine import MediaKind
from videocall.media.publications import PublicationPlan
from videocall.media.track import Encoding, Track, describe, mime_type, shared_stream, sid_letters

if TYPE_CHECKING:
    from videocall.media.live_room import LiveRoom
    from videocall.media.session import Session


class RoomTracks:
    """Every change of a published track goes through here."""

    def __init__(self, live: LiveRoom) -> None:
        self._live = live
        self._services = live.services

    # Announcing.
    def announce(self, session: Session, request: rtc.AddTrackRequest) -> Track:
        """A new track, pending until an offer carries it."""
        who, ids = session.participant, self._services.ids
        sid = ids.track(sid_letters(request))
        track = Track(who.sid, describe(sid, request))
        if self._live.room.sync_streams:
            track.stream = shared_stream(track.info)
        if not track.info.codecs:
            track.add_encoding(ids.handle(), "", request.cid)
        for number, codec in enumerate(track.info.codecs[:2]):
            cid = request.cid or codec.cid if number == 0 else codec.cid
            track.add_encoding(ids.handle(), codec.mime_type, cid)
        who.pending[sid] = track
        for encoding in track.encodings:
            self._services.directory.tracks[encoding.handle] = session
        return track

    def announce_backup(self, session: Session, track: Track, request: rtc.AddTrackRequest) -> bool:
        """A second codec of a published track is about to be offered; False: it has no place."""
        codec = request.simulcast_codecs[0] if request.simulcast_codecs else rtc.SimulcastCodec()
        mime = mime_type(track.kind, codec.codec)
        if mime == track.primary.mime:
            mime = ""  # named after the track: the media is told apart by its cid
        cid = codec.cid or request.cid
        free = [e for e in track.encodings[1:] if not e.live and (not mime or e.mime == mime)]
        if not cid or not free:
            return False
        free[0].cid = cid
        for info in track.info.codecs:
            if info.mime_type == free[0].mime:
                info.cid = cid
                if codec.layers:
                    del info.layers[:]
                    info.layers.extend(codec.layers)
        return True

    # Publishing.
    def commit(self, session: Session, plan: PublicationPlan) -> None:
        """An offer has been answered: its new tracks go live, its dropped ones end."""
        who = session.participant
        if not plan.started and not plan.ended:
            return
        for encoding in plan.ended:
            self._end_encoding(session, encoding)
        news = []
        for encoding, section in plan.started:
            track = encoding.track
            encoding.mid = section.mid
            if not encoding.mime and section.codecs:
                encoding.mime = section.codecs[0]
            if track.info.muted:
                self._services.engine.set_track_muted(encoding.handle, True)
            if encoding is track.primary:
                who.pending.pop(track.sid, None)
                who.tracks[track.sid] = track
                track.info.mid = section.mid
                track.info.simulcast = track.info.simulcast or len(section.rids) > 1
                if track.kind is MediaKind.VIDEO:
                    track.demand.published = self._services.now()
                news.append(track)
            track.demand.unsettle()
            self._describe(encoding)
        self._live.room.count_tracks(who)
        who.touch()
        self._live.announce(who)
        if who.active:
            for track in news:
                self._notify("track_published", session, track)
        self._live.refresh()

    def _describe(self, encoding: Encoding) -> None:
        info = encoding.track.info
        if encoding is encoding.track.primary:
            info.mime_type = encoding.mime
        place = encoding.track.encodings.index(encoding)
        if place < len(info.codecs):
            info.codecs[place].mime_type = encoding.mime
            info.codecs[place].mid = encoding.mid or ""

    def unpublish(self, session: Session, tracks: Iterable[Track]) -> None:
        """End tracks by the server's will; the publisher is told."""
        for track in list(tracks):
            session.send(
                rtc.SignalResponse(
                    track_unpublished=rtc.TrackUnpublishedResponse(track_sid=track.sid)
                )
            )
            self._end(session, track)
        session.participant.touch()
        self._live.announce(session.participant)
        self._live.refresh()

    def _end_encoding(self, session: Session, encoding: Encoding) -> None:
        """The engine has dropped one encoding; a track ends with its primary one."""
        encoding.mid = None
        if encoding is encoding.track.primary:
            self._end(session, encoding.track)
        else:
            encoding.cid = ""
            encoding.track.regressed = False
            encoding.track.demand.unsettle()
            self._describe(encoding)

    def _end(self, session: Session, track: Track) -> None:
        who = session.participant
        for encoding in track.live():
            with contextlib.suppress(KeyError):
                self._services.engine.unpublish(encoding.handle)
            encoding.mid = None
        who.pending.pop(track.sid, None)
        published = who.tracks.pop(track.sid, None)
        self._live.room.count_tracks(who)
        self.forget(track)
        if published is not None and who.active:
            self._notify("track_unpublished", session, track)

    def forget(self, track: Track) -> None:
        """A track is gone: nobody's choices and no handle name it any more."""
        for encoding in track.encodings:
            self._services.directory.tracks.pop(encoding.handle, None)
        for other in self._live:
            other.reception.forget(track)

    def _notify(self, event: str, session: Session, track: Track) -> None:
        self._services.notify(event, self._live.room.info(), session.participant.info(), track.info)

    # While they live.
    def changed(self, session: Session, track: Track) -> None:
        """The description of a track has changed; pending ones are nobody's business yet."""
        if track.sid in session.participant.tracks:
            session.participant.touch()
            self._live.announce(session.participant)

    def mute(self, session: Session, track: Track, muted: bool) -> None:
        """Stop or resume forwarding ``track`` and show it."""
        if track.info.muted == muted:
            return
        track.info.muted = muted
        for encoding in track.live():
            self._services.engine.set_track_muted(encoding.handle, muted)
        session.participant.touch()
        self._live.announce(session.participant)

    def mute_by_server(self, session: Session, track: Track, muted: bool) -> None:
        """An administrator's mute: the publisher is told to do the same."""
        if track.info.muted != muted:
            request = rtc.MuteTrackRequest(sid=track.sid, muted=muted)
            session.send(rtc.SignalResponse(mute=request))
            self.mute(session, track, muted)

    def started(self, session: Session, handle: int, codec: str) -> None:
        """The first packet has come; the engine names the codec really sent."""
        who = session.participant
        encoding = who.encoding(handle)
        if encoding is None or not encoding.live:
            return
        track, mime = encoding.track, mime_type(encoding.kind, codec)
        regresses = encoding is not track.primary and (
            track.info.backup_codec_policy != models.BackupCodecPolicy.SIMULCAST
        )
        if encoding.mime != mime:
            encoding.mime = mime
            self._describe(encoding)
            who.touch()
            self._live.announce(who)
        if regresses and not track.regressed:
            track.regressed = True
            self._live.refresh()

    # Dynacast.
    def tell_demand(self, track: Track) -> None:
        """Tell a publisher which layers are watched, if that has changed for long enough."""
        live = [encoding.handle for encoding in track.live()]
        if track.demand.due(self._services.now(), live):
            self.repeat_demand(track)

    def repeat_demand(self, track: Track) -> None:
        """Tell a publisher once more what it was told last."""
        session = self._services.directory.tracks.get(track.primary.handle)
        if session is None or not track.demand.told:
            return
        told = {
            encoding.mime.removeprefix("video/"): track.demand.told[encoding.handle]
            for encoding in track.encodings
            if encoding.handle in track.demand.told
        }
        session.send(quality_update(track.sid, told))

    def tick(self) -> None:
        """Lower demands are told late."""
        for publisher in list(self._live.room.publishers.values()):
            for track in publisher.tracks.values():
                self.tell_demand(track)

    def first_subscription(self, track: Track) -> None:
        """Tell a publisher, once, that somebody receives its track."""
        publisher = self._live.room.by_sid(track.publisher)
        session = self._live.session_of(publisher) if publisher else None
        if session is not None and not track.subscribed_once:
            track.subscribed_once = True
            session.send(
                rtc.SignalResponse(track_subscribed=rtc.TrackSubscribed(track_sid=track.sid))
            )
