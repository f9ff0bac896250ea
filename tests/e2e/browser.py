"""Chromium profiles with fake devices: a moving test picture, a tone of 440 Hz, a fake screen."""

from __future__ import annotations

import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import numpy as np
from playwright.async_api import BrowserContext, Page, async_playwright

CHROMIUM = "/usr/bin/chromium"
TONE_HZ = 440
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DEVICES = (
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream=fps=20,display-media-type=monitor",
    "--autoplay-policy=no-user-gesture-required",
    # A tab in the background would be throttled, and only one of two profiles has the focus.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
)
PROBE = Path(__file__).with_name("probe.js")

Scheme = Literal["light", "dark", "no-preference"]


def write_tone(path: Path, hertz: int = TONE_HZ, seconds: int = 4) -> Path:
    """A mono 48 kHz WAV that Chromium repeats as its microphone; whole periods, so no clicks."""
    rate = 48_000
    samples = 0.5 * np.sin(2 * np.pi * hertz * np.arange(rate * seconds) / rate)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes((samples * 32_767).astype("<i2").tobytes())
    return path


@asynccontextmanager
async def profile(
    folder: Path,
    *,
    locale: str = "en-US",
    width: int = 1280,
    height: int = 800,
    scheme: Scheme = "light",
    devices: bool = True,
    camera: Path | None = None,
) -> AsyncIterator[BrowserContext]:
    """A persistent profile of its own in ``folder``, with the probe in every page.

    ``camera`` is a YUV4MPEG file to play instead of Chromium's test card.
    ``devices`` False: there is neither camera nor microphone, and asking for them is refused.
    """
    folder.mkdir(parents=True, exist_ok=True)
    arguments = [*QUIET]
    if devices:
        tone = write_tone(folder.with_suffix(".wav"))
        arguments += [*DEVICES, f"--use-file-for-fake-audio-capture={tone}"]
    if camera:
        arguments.append(f"--use-file-for-fake-video-capture={camera}")
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            str(folder),
            executable_path=CHROMIUM,
            headless=True,
            args=arguments,
            locale=locale,
            color_scheme=scheme,
            viewport={"width": width, "height": height},
        )
        context.set_default_timeout(20_000)
        await context.add_init_script(path=PROBE)
        try:
            yield context
        finally:
            await context.close()


def page_of(context: BrowserContext) -> Page:
    """The tab that a profile opens with."""
    return context.pages[0]
