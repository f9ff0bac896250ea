"""`videocall media`: the media server as a process of its own."""

from __future__ import annotations

import argparse

from videocall.bootstrap.keys import resolve_keys
from videocall.core.config import ConfigError
from videocall.core.http.paths import API_PREFIX
from videocall.core.logs import configure_logs
from videocall.core.supervisor import die_with_parent
from videocall.media import main as media_main
from videocall.media.config import Limits, MediaConfig, development
from videocall.media.spool import SpoolTaken
from videocall.media.turn import Turn
from videocall.settings import Loaded, Settings


def run(loaded: Loaded, arguments: argparse.Namespace) -> int:
    """Serve until a signal; the exit code."""
    if arguments.supervised_by is not None:
        die_with_parent(arguments.supervised_by)
    settings = loaded.settings
    configure_logs(settings.log.level, as_json=settings.logs_as_json, process="media")
    config = _development(settings) if arguments.dev else _embedded(settings)
    try:
        media_main.run(config)
    except SpoolTaken as error:
        fix = "Stop the other one, or set media.spool to a file of its own."
        raise ConfigError(str(config.spool), "another media server uses this spool", fix) from error
    except OSError as error:
        raise ConfigError(
            f"{config.host}:{config.port}, UDP {config.rtc_port}, TCP {config.rtc_tcp_port}",
            f"the media server can't listen there ({error.strerror or error})",
            "Stop what uses the ports, or choose others: --media-port, --rtc-port, --rtc-tcp-port.",
        ) from error
    return 0


def _development(settings: Settings) -> MediaConfig:
    media = settings.media
    return development(
        port=media.port,
        host=settings.media_host,
        rtc_host=settings.media_host,
        rtc_port=media.udp_port,
        rtc_tcp_port=media.tcp_port,
        advertise=media.advertise,
        turn=_turn(settings),
    )


def _turn(settings: Settings) -> Turn:
    turn = settings.media.turn
    return Turn(turn.urls, turn.secret, turn.credential_seconds)


def _embedded(settings: Settings) -> MediaConfig:
    media, keys = settings.media, resolve_keys(settings)
    host = settings.server.host
    host = "127.0.0.1" if host in ("", "0.0.0.0", "::") else host
    webhook = f"http://{f'[{host}]' if ':' in host else host}:{settings.server.port}"
    return MediaConfig(
        host=settings.media_host,
        port=media.port,
        rtc_host=settings.media_host,
        rtc_port=media.udp_port,
        rtc_tcp_port=media.tcp_port,
        advertise=media.advertise,
        keys={keys.media_api_key: keys.media_api_secret},
        webhook_urls=(f"{webhook}{API_PREFIX}/calls/webhooks/livekit",),
        spool=settings.media_spool,
        turn=_turn(settings),
        limits=Limits(rooms_per_key=media.rooms_per_key),
    )
