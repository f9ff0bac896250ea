"""The command line: parse, load the settings, hand over to the command's module in bootstrap."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence

from videocall import __version__
from videocall.core.config import ConfigError
from videocall.core.console import complain
from videocall.settings import load

EXIT_USAGE = 2

_MODULES = {
    "serve": "videocall.bootstrap.serve",
    "app": "videocall.bootstrap.application",
    "media": "videocall.bootstrap.media",
    "testpay": "videocall.bootstrap.testpay",
    "migrate": "videocall.bootstrap.migrate",
    "admin": "videocall.bootstrap.admin",
    "config": "videocall.bootstrap.show_config",
    "openapi": "videocall.bootstrap.openapi",
    "doctor": "videocall.bootstrap.doctor",
    "demo": "videocall.bootstrap.demo.command",
}
# Imported when the command is known: `serve` must not pay for what only its children need.

_FLAG_KEYS = {
    "env": "env",
    "data_dir": "data_dir",
    "host": "server.host",
    "port": "server.port",
    "public_url": "server.public_url",
    "media_host": "media.host",
    "media_port": "media.port",
    "rtc_port": "media.udp_port",
    "rtc_tcp_port": "media.tcp_port",
    "testpay_port": "payments.test.port",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code. Wrong settings and expected failures are one clear line."""
    parsed = parser().parse_args(arguments)
    try:
        loaded = load(_flags(parsed))
        module = importlib.import_module(_MODULES[parsed.command])
        code: int = module.run(loaded, parsed)
    except ConfigError as error:
        complain(f"videocall: {error.place}: {error.problem}.")
        complain(f"           {error.fix}")
        return EXIT_USAGE
    except KeyboardInterrupt:
        return 130
    return code


def parser() -> argparse.ArgumentParser:
    """The grammar of the command line."""
    root = argparse.ArgumentParser(
        prog="videocall", description="Video calls that can be sold, on your own server."
    )
    root.add_argument("--version", action="version", version=f"videocall {__version__}")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    shared = _shared_flags()

    serve = commands.add_parser(
        "serve", parents=[shared], help="run the application and what it needs beside it"
    )
    app = commands.add_parser(
        "app", parents=[shared], help="run the application alone, with a media server elsewhere"
    )
    media = commands.add_parser("media", parents=[shared], help="run the media server alone")
    media.add_argument(
        "--dev", action="store_true", help="with LiveKit's key pair devkey/secret, for trying out"
    )
    for command in (serve, app):
        command.add_argument("--host", help="address to listen on (127.0.0.1)")
        command.add_argument("--port", help="port of page and API (8000)")
        command.add_argument("--public-url", help="how people reach it, such as https://calls.me")
    for command in (serve, media):
        command.add_argument("--media-host", help="address of the media server (as --host)")
        command.add_argument("--media-port", help="port of its signalling (7880)")
        command.add_argument("--rtc-port", help="its one UDP port (7882)")
        command.add_argument("--rtc-tcp-port", help="its TCP port for networks without UDP (7881)")
    testpay = commands.add_parser(
        "testpay", parents=[shared], help="run the test provider of payments alone"
    )
    for command in (serve, testpay):
        command.add_argument("--testpay-port", help="port of the test provider (7990)")
    for command in (app, media, testpay):
        command.add_argument("--supervised-by", type=int, help=argparse.SUPPRESS)
    _add_commands_that_end(commands, shared)
    return root


def _add_commands_that_end(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser
) -> None:
    """Those that serve nothing: they do one thing and stop."""
    migrate = commands.add_parser(
        "migrate", parents=[shared], help="bring the database to the newest schema"
    )
    migrate.add_argument("--check", action="store_true", help="only tell how far it is")
    admin = commands.add_parser("admin", help="administrators")
    actions = admin.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = actions.add_parser(
        "create", parents=[shared], help="make an administrator; asks for what is not given"
    )
    create.add_argument("--email")
    create.add_argument("--name")
    create.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input"
    )
    commands.add_parser(
        "config", parents=[shared], help="print the settings in force, secrets hidden"
    )
    commands.add_parser("openapi", parents=[shared], help="print the OpenAPI document")
    doctor = commands.add_parser(
        "doctor", parents=[shared], help="say what is wrong, and how to mend it"
    )
    doctor.add_argument(
        "--ledger", action="store_true", help="compare all books: money, pieces, numbers"
    )
    demo = commands.add_parser(
        "demo", parents=[shared], help="fill an empty database with a year of a believable shop"
    )
    demo.add_argument("--seed", type=int, default=1, help="another number, another story (1)")
    demo.add_argument("--force", action="store_true", help="also into a database in use")


def _shared_flags() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--env", help="development, test or production")
    shared.add_argument("--data-dir", help="folder of database and secrets (./videocall-data)")
    shared.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="settings",
        help="any setting, such as --set log.level=debug",
    )
    return shared


def _flags(parsed: argparse.Namespace) -> dict[str, str]:
    flags: dict[str, str] = {}
    for entry in parsed.settings:
        key, equals, value = entry.partition("=")
        if not equals:
            raise ConfigError(f"--set {entry}", "not KEY=VALUE", "Such as --set server.port=9000.")
        flags[key] = value
    for name, key in _FLAG_KEYS.items():
        value = getattr(parsed, name, None)
        if value is not None:
            flags[key] = value
    return flags
