"""Webhooks that wait on disk, and who was in which room: what a killed server must still tell.

One SQLite file in write-ahead mode without a sync at every commit: a killed process loses nothing,
a machine that loses its power may lose the last moments. One server at a time owns the file.
"""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from livekit.protocol import models
from livekit.protocol.webhook import WebhookEvent

_SCHEMA = """
CREATE TABLE IF NOT EXISTS waiting (
    number INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL, event BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS rooms (sid TEXT PRIMARY KEY, room BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS participants (
    sid TEXT PRIMARY KEY, room_sid TEXT NOT NULL, participant BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS tracks (
    sid TEXT PRIMARY KEY, participant_sid TEXT NOT NULL, track BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS alive (only INTEGER PRIMARY KEY CHECK (only = 1), at REAL NOT NULL);
"""

RECOVERED = "EV_RECOVERED_"
"""How the ids of events begin that tell of what was open when the server was killed."""


class SpoolTaken(OSError):
    """Another media server owns the file."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event that ``url`` has not taken. Later ones have higher numbers."""

    number: int
    url: str
    event: WebhookEvent


class Spool:
    """Opens ``path``; ``most`` bounds how many events wait. ``OSError`` when it can't be used."""

    def __init__(self, path: Path, most: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = path.with_name(path.name + ".lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            raise SpoolTaken(error.errno, "another media server uses this spool", path) from error
        try:
            self._db = _connect(path)
        except sqlite3.Error as error:
            self._lock.close()
            raise OSError(f"the spool {path} can't be opened: {error}") from error
        self._most = most
        self._rooms = {row[0] for row in self._db.execute("SELECT sid FROM rooms")}
        self._count = int(self._db.execute("SELECT count(*) FROM waiting").fetchone()[0])

    def close(self) -> None:
        self._db.close()
        self._lock.close()

    def keep(self, event: WebhookEvent, urls: Sequence[str]) -> list[int | None]:
        """Note an event and what it says of who is where; its number for each URL.

        None where the spool is full. Raises ``sqlite3.Error`` when the disk fails.
        """
        with self._db:
            self._note(event)
            self._alive(event.created_at)
            return [self._add(event, url) for url in urls]

    def _add(self, event: WebhookEvent, url: str) -> int | None:
        if self._count >= self._most:
            return None
        row = (url, event.SerializeToString())
        number = self._db.execute("INSERT INTO waiting (url, event) VALUES (?, ?)", row).lastrowid
        self._count += 1
        return number

    def done(self, number: int) -> None:
        """An event was taken, or given up."""
        with self._db:
            self._count -= self._db.execute(
                "DELETE FROM waiting WHERE number = ?", (number,)
            ).rowcount

    def waiting(self) -> Iterator[Waiting]:
        """All that wait, oldest first."""
        for number, url, event in self._db.execute(
            "SELECT number, url, event FROM waiting ORDER BY number"
        ).fetchall():
            yield Waiting(number, url, WebhookEvent.FromString(event))

    def beat(self, at: float) -> None:
        """The server lives at ``at`` (Unix seconds); noted while a room is open."""
        if self._rooms:
            with self._db:
                self._alive(at)

    def _alive(self, at: float) -> None:
        # Never back: what ends now has not ended before it began.
        self._db.execute(
            "INSERT INTO alive VALUES (1, ?) ON CONFLICT DO UPDATE SET at = max(at, excluded.at)",
            (at,),
        )

    def recover(self, urls: Sequence[str], new_id: Callable[[], str], now: float) -> int:
        """Tell the end of all that was open when the last server was killed; how many events.

        They carry the last moment at which it lived, ids that begin with ``RECOVERED``, and the
        reason SERVER_SHUTDOWN.
        """
        row = self._db.execute("SELECT at FROM alive").fetchone()
        at = min(float(row[0]), now) if row else now
        with self._db:
            told = list(self._ends(round(at)))
            for event in told:
                event.id = RECOVERED + new_id()
                for url in urls:
                    self._add(event, url)
            for table in ("rooms", "participants", "tracks"):
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - the names above
        self._rooms.clear()
        return len(told)

    def _ends(self, at: int) -> Iterator[WebhookEvent]:
        for sid, encoded in self._db.execute("SELECT sid, room FROM rooms ORDER BY rowid"):
            room = models.Room.FromString(encoded)
            for who, tracks in self._inside(sid):
                for track in tracks:
                    yield WebhookEvent(
                        event="track_unpublished",
                        room=room,
                        participant=who,
                        track=track,
                        created_at=at,
                    )
                yield WebhookEvent(
                    event="participant_left", room=room, participant=who, created_at=at
                )
            yield WebhookEvent(
                event="room_finished",
                room=room,
                created_at=at,
                room_end_reason=models.RoomEndReason.ROOM_END_SERVER_SHUTDOWN,
            )

    def _inside(
        self, room_sid: str
    ) -> Iterable[tuple[models.ParticipantInfo, list[models.TrackInfo]]]:
        for sid, encoded in self._db.execute(
            "SELECT sid, participant FROM participants WHERE room_sid = ? ORDER BY rowid",
            (room_sid,),
        ):
            who = models.ParticipantInfo.FromString(encoded)
            who.state = models.ParticipantInfo.State.DISCONNECTED
            who.disconnect_reason = models.DisconnectReason.SERVER_SHUTDOWN
            rows = self._db.execute(
                "SELECT track FROM tracks WHERE participant_sid = ? ORDER BY rowid", (sid,)
            )
            tracks = [models.TrackInfo.FromString(row[0]) for row in rows]
            del who.tracks[:]
            who.tracks.extend(tracks)
            yield who, tracks

    def _note(self, event: WebhookEvent) -> None:
        """Follow who is where by the events themselves."""
        room, who, track = event.room, event.participant, event.track
        run = self._db.execute
        match event.event:
            case "room_started":
                run("INSERT OR REPLACE INTO rooms VALUES (?, ?)", (room.sid, _bytes(room)))
                self._rooms.add(room.sid)
            case "room_finished":
                run("DELETE FROM rooms WHERE sid = ?", (room.sid,))
                self._rooms.discard(room.sid)
            case "participant_joined":
                row = (who.sid, room.sid, _bytes(who))
                run("INSERT OR REPLACE INTO participants VALUES (?, ?, ?)", row)
            case "participant_left":
                run("DELETE FROM participants WHERE sid = ?", (who.sid,))
            case "track_published":
                row = (track.sid, who.sid, _bytes(track))
                run("INSERT OR REPLACE INTO tracks VALUES (?, ?, ?)", row)
            case "track_unpublished":
                run("DELETE FROM tracks WHERE sid = ?", (track.sid,))


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=1.0)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.executescript(_SCHEMA)
    return db


def _bytes(message: models.Room | models.ParticipantInfo | models.TrackInfo) -> bytes:
    return message.SerializeToString()
