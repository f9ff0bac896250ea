"""A camera's picture that costs bits: a coarse texture that drifts, as YUV4MPEG for Chromium."""

from __future__ import annotations

from pathlib import Path

import numpy as np

FRAMES = 30
FPS = 15


def write_camera(path: Path, width: int = 960, height: int = 540) -> Path:
    """Two seconds that Chromium plays again and again."""
    random = np.random.default_rng(7)
    block = 6
    coarse = random.integers(40, 216, (height // block + 1, width // block + 1), dtype=np.uint8)
    luma = np.kron(coarse, np.ones((block, block), np.uint8))[:height, :width]
    chroma = np.full(width * height // 2, 128, np.uint8).tobytes()
    with path.open("wb") as out:
        out.write(f"YUV4MPEG2 W{width} H{height} F{FPS}:1 Ip A1:1 C420\n".encode())
        for number in range(FRAMES):
            # Back and forth, so that the end meets the beginning.
            shift = 3 * min(number, FRAMES - number)
            out.write(b"FRAME\n" + np.roll(luma, shift, axis=1).tobytes() + chroma)
    return path
