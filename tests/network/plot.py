"""Lines over time as a small SVG: panels above each other on one axis of seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, PANEL, LEFT, TOP = 860, 110, 56, 40
COLOURS = ("#2563eb", "#d97706", "#059669", "#9333ea")
Points = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Panel:
    """One diagram; ``step`` draws what jumps instead of growing."""

    title: str
    lines: Mapping[str, Points]
    step: bool = False


def _path(points: Points, scale: tuple[float, float], top: float, step: bool) -> str:
    across, up = scale
    parts: list[str] = []
    for seconds, value in points:
        x, y = LEFT + seconds * across, top + PANEL - value * up
        before = f"H{x:.1f}" if step and parts else ""
        parts.append(f"{before}{'L' if parts else 'M'}{x:.1f} {y:.1f}")
    return "".join(parts)


def _panel(panel: Panel, across: float, top: float) -> list[str]:
    highest = max((v for points in panel.lines.values() for _, v in points), default=0.0) or 1.0
    base = top + PANEL
    drawn = [
        f'<path d="M{LEFT} {base}H{WIDTH - 10}" stroke="#999"/>',
        f'<path d="M{LEFT} {top}H{WIDTH - 10}" stroke="#ddd"/>',
        f'<text x="{LEFT - 6}" y="{top + 4}" text-anchor="end">{highest:.0f}</text>',
        f'<text x="{LEFT - 6}" y="{base + 4}" text-anchor="end">0</text>',
        f'<text x="{LEFT}" y="{top - 6}" fill="#555">{escape(panel.title)}</text>',
    ]
    for colour, points in zip(COLOURS, panel.lines.values(), strict=False):
        path = _path(points, (across, PANEL / highest), top, panel.step)
        drawn.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
    return drawn


def svg(title: str, panels: Sequence[Panel], marks: Sequence[tuple[float, str]]) -> str:
    """The document; ``marks`` are vertical lines with a text, at seconds."""
    ends = [s for panel in panels for points in panel.lines.values() for s, _ in points]
    last = max([*ends, *(at for at, _ in marks), 1.0])
    across = (WIDTH - LEFT - 10) / last
    height = TOP + len(panels) * (PANEL + 34) + 30
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        'font-family="sans-serif" font-size="11">',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        f'<text x="{LEFT}" y="16" font-size="14">{escape(title)}</text>',
    ]
    bottom = height - 30
    for index, panel in enumerate(panels):
        drawn += _panel(panel, across, TOP + 14 + index * (PANEL + 34))
    for at, text in marks:
        x = LEFT + at * across
        drawn.append(f'<path d="M{x:.1f} {TOP}V{bottom}" stroke="#dc2626" stroke-dasharray="3 3"/>')
        drawn.append(f'<text x="{x + 3:.1f}" y="{TOP - 2}" fill="#dc2626">{escape(text)}</text>')
    step = next(s for s in (1, 2, 5, 10, 20, 60, 300, 600, 3600) if last / s <= 14)
    for second in range(0, int(last) + 1, step):
        x = LEFT + second * across
        drawn.append(f'<text x="{x:.1f}" y="{bottom + 2}" text-anchor="middle">{second} s</text>')
    names = list(dict.fromkeys(name for panel in panels for name in panel.lines))
    for index, name in enumerate(names):
        x = LEFT + index * 200
        drawn.append(f'<path d="M{x} {bottom + 18}h18" stroke="{COLOURS[index]}"/>')
        drawn.append(f'<text x="{x + 24}" y="{bottom + 22}">{escape(name)}</text>')
    return "\n".join([*drawn, "</svg>", ""])
