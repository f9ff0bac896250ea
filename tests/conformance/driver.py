"""Drives a client program: one JSON command a line in, one JSON answer a line out."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PATIENCE_S = 30.0


class CommandFailed(Exception):
    """The client's SDK raised an error; ``code`` is the SDK's, as text."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class Driven:
    """A running client program. ``name`` is its column in the document."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self.name = name
        self.identity = ""
        self._process = process
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            answer = json.loads(line)
            waiting = self._waiting.pop(answer.get("id"), None)  # Node's SDK logs lines of its own
            if waiting is None or waiting.done():
                continue
            if error := answer.get("error"):
                failed = CommandFailed(str(error["message"]), str(error.get("code") or ""))
                waiting.set_exception(failed)
            else:
                waiting.set_result(answer.get("result"))

    async def do(self, command: str, **given: Any) -> Any:
        """The command's result; ``CommandFailed`` if the SDK refused."""
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        text = json.dumps({"id": number, "command": command, **given})
        assert self._process.stdin is not None
        self._process.stdin.write(text.encode() + b"\n")
        return await asyncio.wait_for(self._waiting[number], PATIENCE_S)

    async def until(self, holds: Callable[[dict[str, Any]], object], what: str) -> dict[str, Any]:
        """The client's state as soon as ``holds``; ``AssertionError`` after 30 s."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while True:
            state: dict[str, Any] = await self.do("state")
            if holds(state):
                return state
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"{self.name}: not within {PATIENCE_S} s: {what}; {state}")
            await asyncio.sleep(0.1)

    async def sees(self, *others: Driven) -> dict[str, Any]:
        """Wait until the others are in its room."""
        wanted = {other.identity for other in others}
        return await self.until(lambda state: wanted <= state["people"].keys(), f"{wanted}")

    async def end(self) -> None:
        """Close its input; it leaves. A program that does not end is killed."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), 10)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._reader


def free_port() -> int:
    """A TCP port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def start(name: str, command: Sequence[str]) -> Driven:
    """Start a client program."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=HERE.parents[1],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**24,
    )
    return Driven(name, process)
