"""A participant: identity, rights, tracks and state. Pure; versions rise with every change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from livekit.protocol import models, rtc

from videocall.media.permissions import Permissions
from videocall.media.track import Encoding, Track

State = models.ParticipantInfo.State


@dataclass(slots=True)
class SubscriptionRules:
    """Whom a publisher lets subscribe (``SubscriptionPermission``). Default: everybody."""

    everybody: bool = True
    all_of: set[str] = field(default_factory=set)  # sids or identities
    some_of: dict[str, set[str]] = field(default_factory=dict)  # sid or identity: track sids

    @staticmethod
    def from_proto(proto: rtc.SubscriptionPermission) -> SubscriptionRules:
        rules = SubscriptionRules(everybody=proto.all_participants)
        for entry in proto.track_permissions:
            who = entry.participant_sid or entry.participant_identity
            if entry.all_tracks:
                rules.all_of.add(who)
            else:
                rules.some_of.setdefault(who, set()).update(entry.track_sids)
        return rules

    def allow(self, subscriber: Participant, track_sid: str) -> bool:
        if self.everybody:
            return True
        return any(
            who in self.all_of or track_sid in self.some_of.get(who, ())
            for who in (subscriber.sid, subscriber.identity)
        )


@dataclass(slots=True, eq=False)
class Participant:
    """One connected person or program. ``handle`` is its name in the engine."""

    sid: str
    identity: str
    handle: int
    joined_at_ms: int
    name: str = ""
    metadata: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    permissions: Permissions = field(default_factory=Permissions)
    kind: models.ParticipantInfo.Kind = models.ParticipantInfo.Kind.STANDARD
    client: models.ClientInfo = field(default_factory=models.ClientInfo)
    state: State = State.JOINING
    version: int = 0
    disconnect_reason: models.DisconnectReason = models.DisconnectReason.UNKNOWN_REASON
    rules: SubscriptionRules = field(default_factory=SubscriptionRules)
    tracks: dict[str, Track] = field(default_factory=dict)  # published, by sid
    pending: dict[str, Track] = field(default_factory=dict)  # announced, by sid

    @property
    def active(self) -> bool:
        return self.state == State.ACTIVE

    @property
    def seen(self) -> bool:
        """Whether the others are told of it: connected and not hidden."""
        return self.active and not self.permissions.hidden

    @property
    def gone(self) -> bool:
        return self.state == State.DISCONNECTED

    @property
    def recording(self) -> bool:
        """Whether it records the call, which the others are shown."""
        return self.permissions.recorder or self.kind == models.ParticipantInfo.Kind.EGRESS

    @property
    def dependent(self) -> bool:
        """Whether it only serves the call: a recorder or an agent."""
        agent = self.permissions.agent or self.kind == models.ParticipantInfo.Kind.AGENT
        return agent or self.recording

    def touch(self) -> None:
        """Mark a change that others must see: receivers drop versions that do not rise."""
        self.version += 1

    def find_track(self, sid: str) -> Track | None:
        return self.tracks.get(sid) or self.pending.get(sid)

    def all_tracks(self) -> Iterable[Track]:
        yield from self.tracks.values()
        yield from self.pending.values()

    def encodings(self) -> list[Encoding]:
        """What the engine takes from this participant."""
        return [encoding for track in self.tracks.values() for encoding in track.live()]

    def announced(self) -> list[Encoding]:
        """Media the client has announced and not offered yet: new tracks, then backup codecs."""
        news = [track.primary for track in self.pending.values()]
        backups = [e for t in self.tracks.values() for e in t.encodings if e.cid and not e.live]
        return news + backups

    def encoding(self, handle: int) -> Encoding | None:
        """One of its encodings by the engine's handle."""
        found = (e for track in self.all_tracks() for e in track.encodings if e.handle == handle)
        return next(found, None)

    def info(self) -> models.ParticipantInfo:
        """What others see. Pending tracks are not in it."""
        return models.ParticipantInfo(
            sid=self.sid,
            identity=self.identity,
            state=self.state,
            tracks=[track.info for track in self.tracks.values()],
            metadata=self.metadata,
            joined_at=self.joined_at_ms // 1000,
            joined_at_ms=self.joined_at_ms,
            name=self.name,
            version=self.version,
            permission=self.permissions.to_proto(),
            is_publisher=bool(self.tracks),
            kind=self.kind,
            attributes=self.attributes,
            disconnect_reason=self.disconnect_reason,
            client_protocol=self.client.client_protocol,
            capabilities=self.client.capabilities,
        )

    def change(
        self,
        name: str = "",
        metadata: str = "",
        attributes: dict[str, str] | None = None,
    ) -> bool:
        """Take new values where given; returns whether anything changed.

        An empty text keeps the old one; an empty attribute is removed.
        """
        before = (self.name, self.metadata, dict(self.attributes))
        self.name = name or self.name
        self.metadata = metadata or self.metadata
        for key, value in (attributes or {}).items():
            if value:
                self.attributes[key] = value
            else:
                self.attributes.pop(key, None)
        changed = before != (self.name, self.metadata, self.attributes)
        if changed:
            self.touch()
        return changed
