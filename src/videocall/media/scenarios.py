"""Faults that a client asks the server to play (``SimulateScenario``), to test its own recovery."""

from __future__ import annotations

from collections.abc import Callable

from livekit.protocol import rtc

from videocall.media.resume import ResumeFault
from videocall.media.services import Services
from videocall.media.session import Session
from videocall.media.signals import Action, Reason, leave

RESUME_FAULT_S = 5.0  # how long the next resume is waited for
LONGEST_SPEECH_S = 60


class Scenarios:
    """One function for each scenario."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._plays: dict[str, Callable[[Session, rtc.SimulateScenario], None]] = {
            "speaker_update": self._speaker_update,
            "node_failure": self._node_failure,
            "migration": lambda s, _: s.link.drop(),
            "server_leave": lambda s, _: s.room.remove(s, Reason.SERVER_SHUTDOWN),
            "switch_candidate_protocol": self._switch_candidate_protocol,
            "disconnect_signal_on_resume": lambda s, _: self._break_resume(s, ResumeFault.CUT),
            "disconnect_signal_on_resume_no_messages": lambda s, _: self._break_resume(
                s, ResumeFault.SILENT
            ),
            "leave_request_full_reconnect": self._full_reconnect,
        }

    def play(self, session: Session, simulate: rtc.SimulateScenario) -> None:
        """Unknown scenarios are ignored."""
        play = self._plays.get(simulate.WhichOneof("scenario") or "")
        if play is not None:
            play(session, simulate)

    def _speaker_update(self, session: Session, simulate: rtc.SimulateScenario) -> None:
        seconds = min(max(simulate.speaker_update, 1), LONGEST_SPEECH_S)
        session.room.simulate_speaker(session.participant.sid, seconds)

    def _node_failure(self, session: Session, simulate: rtc.SimulateScenario) -> None:
        """All that was known of the participant is lost: its resume finds nothing."""
        session.link.drop()
        session.room.remove(session, Reason.SERVER_SHUTDOWN)

    def _switch_candidate_protocol(self, session: Session, simulate: rtc.SimulateScenario) -> None:
        """From the next join on this identity is offered this protocol alone."""
        wanted = simulate.switch_candidate_protocol
        session.room.prefer_protocol(session.participant.identity, wanted)

    def _break_resume(self, session: Session, fault: ResumeFault) -> None:
        session.break_resume(fault, self._services.now() + RESUME_FAULT_S)

    def _full_reconnect(self, session: Session, simulate: rtc.SimulateScenario) -> None:
        session.send(leave(Reason.UNKNOWN_REASON, Action.RECONNECT))
