"""What a client says when it resumes, and how a resume may be made to fail (simulated)."""

from __future__ import annotations

from enum import Enum

from livekit.protocol import rtc

from videocall.media.participant import Participant


class ResumeFault(Enum):
    """What happens to the next resume."""

    SILENT = "silent"  # the signal connection closes before any message
    CUT = "cut"  # it closes after the messages that answer it


def knows_publications(participant: Participant, state: rtc.SyncState) -> bool:
    """Whether everything the client believes to publish is here: else it must start again."""
    sids = {publication.track.sid for publication in state.publish_tracks}
    return all(participant.find_track(sid) is not None for sid in sids if sid)
