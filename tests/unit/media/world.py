"""A media server without sockets: a hub over the fake engine, a clock that tests move, clients."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from livekit.protocol import models, rtc
from livekit.protocol.webhook import WebhookEvent

from tests.unit.media.fake_engine import FakeEngine
from videocall.media.config import MediaConfig
from videocall.media.engine import Event, TransportConnected
from videocall.media.grants import Claims, read_claims
from videocall.media.hub import Hub
from videocall.media.ids import Ids
from videocall.media.join import JoinRequest
from videocall.media.services import Services
from videocall.media.session import Session
from videocall.media.tokens import Tokens

KEYS = {"key": "a-secret-of-more-than-thirty-two-bytes"}
START = 1_700_000_000.0


class Recorder:
    """A webhook sink."""

    def __init__(self) -> None:
        self.events: list[WebhookEvent] = []

    def send(self, event: WebhookEvent) -> None:
        self.events.append(event)

    @property
    def names(self) -> list[str]:
        return [event.event for event in self.events]


class World:
    """``now`` is seconds since the start; ``pass_time`` moves it and ticks."""

    def __init__(self, **config: Any) -> None:
        self.now = 0.0
        self.engine = FakeEngine()
        self.webhooks = Recorder()
        self.config = MediaConfig(keys=KEYS, **config)
        self.tokens = Tokens(KEYS, lambda: START + self.now)
        self.hub = Hub(
            Services(
                self.config,
                self.engine,
                Ids(),
                self.tokens,
                self.webhooks,
                lambda: self.now,
                lambda: START + self.now,
            )
        )

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.hub.tick(self.now)

    def happen(self, *events: Event) -> None:
        self.hub.engine_events(events)

    def claims(self, identity: str, room: str = "room", **video: Any) -> Claims:
        grant = {"roomJoin": True, "room": room, **video}
        raw = {"iss": "key", "sub": identity, "name": identity.title(), "video": grant}
        return read_claims("key", raw)

    def join(self, identity: str, **options: Any) -> Client:
        """A client whose media is connected, speaking signalling v1 unless ``single=False``."""
        client = Client(self, identity, **options)
        client.connect_media()
        return client


class Client:
    """A signalling client: what it received, and what it may ask."""

    def __init__(
        self,
        world: World,
        identity: str,
        *,
        room: str = "room",
        single: bool = True,
        video: dict[str, Any] | None = None,
        **request: Any,
    ) -> None:
        self.world = world
        self.received: list[rtc.SignalResponse] = []
        self.closed: tuple[int, str] | None = None
        self.room = room
        self.claims = world.claims(identity, room, **(video or {}))
        self.request = JoinRequest(single=single, **request)
        self.sections: list[dict[str, Any]] = []
        self.session: Session = self._connect(self.request)

    def _connect(self, request: JoinRequest) -> Session:
        session = self.world.hub.connect(self.room, self.claims, request, self)
        assert session is not None
        return session

    # The sink.
    def send(self, response: rtc.SignalResponse) -> None:
        copy = rtc.SignalResponse()
        copy.CopyFrom(response)
        self.received.append(copy)

    def close(self, code: int, reason: str) -> None:
        self.closed = self.closed or (code, reason)

    # What it received.
    def all(self, kind: str) -> list[Any]:
        return [getattr(r, kind) for r in self.received if r.WhichOneof("message") == kind]

    def last(self, kind: str) -> Any:
        found = self.all(kind)
        assert found, f"no {kind} among {self.kinds}"
        return found[-1]

    @property
    def kinds(self) -> list[str | None]:
        return [r.WhichOneof("message") for r in self.received]

    @property
    def sid(self) -> str:
        return self.session.participant.sid

    def view(self) -> dict[str, models.ParticipantInfo]:
        """The others as this client knows them, by identity, newest version wins."""
        seen: dict[str, models.ParticipantInfo] = {}
        for info in self._infos():
            known = seen.get(info.identity)
            if known is None or known.sid != info.sid or info.version > known.version:
                seen[info.identity] = info
        return {
            name: info
            for name, info in seen.items()
            if info.state != models.ParticipantInfo.State.DISCONNECTED and info.sid != self.sid
        }

    def _infos(self) -> Iterator[models.ParticipantInfo]:
        for response in self.received:
            yield from response.join.other_participants
            yield from response.update.participants

    # What it does.
    def ask(self, **request: Any) -> None:
        self.world.hub.requests.handle(self.session, rtc.SignalRequest(**request))

    def connect_media(self) -> None:
        self.world.happen(TransportConnected(self.session.negotiator.primary))

    def offer(self, *more: dict[str, Any], offer_id: int = 1) -> None:
        """Offer every section so far and ``more``."""
        self.sections += more
        description = rtc.SessionDescription(
            type="offer", sdp=json.dumps(self.sections), id=offer_id
        )
        self.ask(offer=description)

    def room_for(self, audio: int = 0, video: int = 0) -> None:
        """Offer that many more receiving sections."""
        kinds = ["audio"] * audio + ["video"] * video
        start = len(self.sections)
        self.offer(
            *({"mid": str(start + n), "kind": kind, "recv": True} for n, kind in enumerate(kinds))
        )

    def meet_requirement(self) -> None:
        """Do what the last media_sections_requirement says."""
        need = self.last("media_sections_requirement")
        self.room_for(need.num_audios, need.num_videos)

    def announce(self, cid: str, kind: str = "video", **fields: Any) -> models.TrackInfo:
        video = kind == "video"
        source = models.TrackSource.CAMERA if video else models.TrackSource.MICROPHONE
        request = rtc.AddTrackRequest(
            cid=cid,
            type=models.TrackType.VIDEO if video else models.TrackType.AUDIO,
            **{"source": source, **fields},
        )
        self.ask(add_track=request)
        info: models.TrackInfo = self.last("track_published").track
        return info

    def publish(self, cid: str, kind: str = "video", **fields: Any) -> models.TrackInfo:
        """Announce a track and offer it on a section of its own."""
        info = self.announce(cid, kind, **fields)
        self.offer({"mid": str(len(self.sections)), "kind": kind, "send": True, "cid": cid})
        return info

    def resume(self) -> None:
        """A new signal connection takes the session over."""
        self.received.clear()
        self.closed = None
        request = JoinRequest(single=self.request.single, reconnect=True, participant_sid=self.sid)
        self.world.hub.connect(self.room, self.claims, request, self)
