"""The signal messages the server builds: join and reconnect responses, leaves."""

from __future__ import annotations

from collections.abc import Sequence

from livekit.protocol import models, rtc

from videocall.media.config import Timeouts
from videocall.media.participant import Participant
from videocall.media.room import CODECS, Room

# The LiveKit release whose behaviour clients may expect, and the newest signal protocol with which
# they still open data channels by DCEP.
SERVER_VERSION = "1.9.0"
PROTOCOL = 17

Action = rtc.LeaveRequest.Action
Reason = models.DisconnectReason


def server_info() -> models.ServerInfo:
    """What this server says of itself; clients choose features by version and protocol."""
    return models.ServerInfo(
        edition=models.ServerInfo.Edition.Standard,
        version=SERVER_VERSION,
        protocol=PROTOCOL,
        node_id="videocall",
    )


def client_configuration() -> models.ClientConfiguration:
    """What clients are told to do: resume when the signal connection breaks."""
    return models.ClientConfiguration(resume_connection=models.ClientConfigSetting.ENABLED)


def join_response(
    room: Room,
    participant: Participant,
    timeouts: Timeouts,
    subscriber_primary: bool,
    ice_servers: Sequence[rtc.ICEServer] = (),
) -> rtc.SignalResponse:
    """The first message of a session."""
    return rtc.SignalResponse(
        join=rtc.JoinResponse(
            room=room.info(),
            participant=participant.info(),
            other_participants=[other.info() for other in room.visible_to(participant)],
            ice_servers=ice_servers,
            server_version=SERVER_VERSION,
            subscriber_primary=subscriber_primary,
            client_configuration=client_configuration(),
            ping_timeout=timeouts.ping_timeout,
            ping_interval=timeouts.ping_interval,
            server_info=server_info(),
            sif_trailer=room.sif_trailer,
            enabled_publish_codecs=[models.Codec(mime=mime) for mime in CODECS],
        )
    )


def reconnect_response(
    last_message_seq: int, ice_servers: Sequence[rtc.ICEServer] = ()
) -> rtc.SignalResponse:
    """The first message after a resume; the client sends data again from there on."""
    return rtc.SignalResponse(
        reconnect=rtc.ReconnectResponse(
            ice_servers=ice_servers,
            client_configuration=client_configuration(),
            server_info=server_info(),
            last_message_seq=last_message_seq,
        )
    )


def leave(reason: models.DisconnectReason, action: rtc.LeaveRequest.Action) -> rtc.SignalResponse:
    """``can_reconnect`` repeats ``action`` for clients older than protocol 13."""
    return rtc.SignalResponse(
        leave=rtc.LeaveRequest(
            reason=reason, action=action, can_reconnect=action != Action.DISCONNECT
        )
    )


def update(*infos: models.ParticipantInfo) -> rtc.SignalResponse:
    """Participants as they are now."""
    return rtc.SignalResponse(update=rtc.ParticipantUpdate(participants=infos))


def permission_update(publisher_sid: str, track_sid: str, allowed: bool) -> rtc.SignalResponse:
    """Whether a publisher lets the receiver subscribe to one of its tracks."""
    return rtc.SignalResponse(
        subscription_permission_update=rtc.SubscriptionPermissionUpdate(
            participant_sid=publisher_sid, track_sid=track_sid, allowed=allowed
        )
    )
