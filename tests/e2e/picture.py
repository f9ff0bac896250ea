"""Make docs/images/call.png: a real call of three Chromium profiles, `python -m tests.e2e.picture`.

Chromium's fake camera shows a test card; here it plays a drawn figure before a coloured wall.
"""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.e2e import pages, people
from tests.e2e.browser import page_of, profile
from tests.e2e.media_stats import decoding
from tests.e2e.product import Product, running

OUTPUT = Path(__file__).resolve().parents[2] / "docs" / "images" / "call.png"
WIDTH, HEIGHT, FRAMES = 640, 360, 20


@dataclass(frozen=True, slots=True)
class Look:
    """Colours (red, green, blue; 0 to 255) of a wall, a shirt and a face."""

    wall: tuple[int, int, int]
    shirt: tuple[int, int, int]
    face: tuple[int, int, int]


LOOKS = (
    Look((58, 84, 96), (214, 168, 92), (222, 184, 154)),
    Look((120, 96, 84), (70, 110, 150), (160, 116, 88)),
    Look((92, 108, 78), (196, 92, 84), (236, 206, 180)),
)


def draw(look: Look, moment: float) -> NDArray[np.float64]:
    """Head and shoulders that sway a little; ``moment`` from 0 to 1 is a whole sway."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    light = 1.15 - 0.5 * np.hypot((x - WIDTH * 0.3) / WIDTH, y / HEIGHT)
    picture = np.array(look.wall) * light[..., None]
    middle = WIDTH / 2 + 6 * np.sin(2 * np.pi * moment)
    shoulders = ((x - middle) / 170) ** 2 + ((y - HEIGHT - 40) / 165) ** 2 < 1
    neck = (abs(x - middle) < 32) & (y > 190) & (y < 260)
    head = ((x - middle) / 66) ** 2 + ((y - 150) / 82) ** 2 < 1
    hair = (((x - middle) / 72) ** 2 + ((y - 138) / 86) ** 2 < 1) & (y < 118)
    for shape, colour in ((neck, look.face), (shoulders, look.shirt), (head, look.face)):
        picture[shape] = np.array(colour) * light[shape][:, None]
    picture[hair] = np.array((46, 36, 32)) * light[hair][:, None]
    clipped: NDArray[np.float64] = picture.clip(0, 255)
    return clipped


def planes(picture: NDArray[np.float64]) -> bytes:
    """I420 in BT.601, as YUV4MPEG wants it."""
    red, green, blue = picture[..., 0], picture[..., 1], picture[..., 2]
    luma = 16 + 0.257 * red + 0.504 * green + 0.098 * blue
    chroma_b = (128 - 0.148 * red - 0.291 * green + 0.439 * blue)[::2, ::2]
    chroma_r = (128 + 0.439 * red - 0.368 * green - 0.071 * blue)[::2, ::2]
    return b"".join(plane.astype(np.uint8).tobytes() for plane in (luma, chroma_b, chroma_r))


def write_camera(path: Path, look: Look) -> Path:
    """A YUV4MPEG file that Chromium plays as its camera, again and again."""
    with path.open("wb") as out:
        out.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F20:1 Ip A1:1 C420\n".encode())
        for number in range(FRAMES):
            out.write(b"FRAME\n" + planes(draw(look, number / FRAMES)))
    return path


async def shoot(product: Product, folder: Path) -> None:
    """Three people join, two of them write, one raises a hand; the host's screen is the picture."""
    admin = people.set_up(product)
    host = people.host(product, admin, "Teacher")
    guests = [people.customer(product, name) for name in ("First student", "Second student")]
    room = host.open_room("Piano, Tuesday")
    async with AsyncExitStack() as stack:
        screens = []
        for number, person in enumerate([host, *guests]):
            camera = write_camera(folder / f"camera{number}.y4m", LOOKS[number])
            context = await stack.enter_async_context(
                profile(folder / f"profile{number}", width=1280, height=800, camera=camera)
            )
            page = page_of(context)
            await pages.sign_in(page, product, person.email)
            await pages.join(page, product, room)
            screens.append(page)
        await asyncio.gather(*(decoding(page) for page in screens))
        await pages.say(screens[1], "Good evening! Which page shall we begin with?")
        await pages.say(screens[0], "Page 12, the slow movement.")
        await asyncio.sleep(12)  # the encoders climb to full quality
        await pages.reveal_controls(screens[0])
        await screens[0].mouse.move(20, 780)
        await asyncio.sleep(1)
        OUTPUT.parent.mkdir(parents=True, exist_ok=True)
        await screens[0].screenshot(path=OUTPUT)
        print(f"wrote {OUTPUT}")


def main() -> None:
    """Start an installation and take the picture."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "product") as product:
        asyncio.run(shoot(product, Path(folder)))


if __name__ == "__main__":
    main()
