"""The colours of the tile chart and the legend that explains them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from ronghe.base.text import Lang, Text
from ronghe.report import palette
from ronghe.report.numbers import Scale
from ronghe.report.tilelayout import EDGE, Outline, stroke

NOT_A_MAP = Text("统计图表，非地图，不表示边界", "Statistical chart, not a map; shows no boundaries")
NO_DATA = Text("无数据", "no data")
_CLASSES = 4
_LINE = 76


@dataclass(frozen=True, slots=True)
class Shades:
    """Which colour class a value belongs to: ``_CLASSES`` equal steps on each side of zero."""

    unit: Scale
    step: float
    beyond: int
    signed: bool

    def of(self, value: float | None) -> str:
        """Return the class of a stored value: ``gain1`` … ``gain4``, ``loss1`` …, ``zero`` or ``none``."""
        held = self.unit.of(value)
        if held is None:
            return "none"
        if abs(held) < self.unit.noise:
            return "zero"
        level = min(_CLASSES, math.ceil(abs(held) / self.step - 1e-9))
        return f"{'gain' if held > 0 else 'loss'}{max(1, level)}"


def shades_of(held: Mapping[str, float | None], unit: Scale, *, cap: float | None, signed: bool) -> Shades:
    """Return the classes for these figures; the end of the scale is ``cap``, or the largest of them."""
    sizes = [abs(value) for value in map(unit.of, held.values()) if value is not None]
    end = unit.of(cap) if cap is not None else max(sizes, default=1.0)
    step = _nice((end or 1.0) / _CLASSES)
    return Shades(unit, step, sum(size > step * _CLASSES * (1 + 1e-9) for size in sizes), signed)


def _nice(step: float) -> float:
    """Return the next of 1, 2, 2.5, 5 times a power of ten that is not below ``step``."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(round(part * power, 12) for part in (1, 2, 2.5, 5, 10) if part * power >= step * (1 - 1e-9))


def fill(shade: str) -> str:
    """Return the colour of a class."""
    if shade in ("none", "zero"):
        return palette.EMPTY if shade == "none" else palette.ZERO
    ramp = palette.GAINS if shade.startswith("gain") else palette.LOSSES
    return ramp[int(shade[4:]) - 1]


def patterns(mark: str) -> str:
    """Return the two textures: strokes where there is no figure, dots over a loss."""
    return (
        f'<defs><pattern id="{mark}-none" width="7" height="7" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><path class="hatch" d="M0 0V7" stroke="{palette.MUTED}" stroke-opacity=".45"/>'
        f'</pattern><pattern id="{mark}-loss" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<circle cx="1.5" cy="1.5" r="1" fill="#ffffff" fill-opacity=".6"/></pattern></defs>'
    )


def heading(
    lang: Lang,
    title: Text,
    measure: Text,
    shades: Shades,
    outlines: Sequence[Outline],
    nested: Sequence[int],
    mark: str,
    held: Mapping[str, float | None],
) -> tuple[str, float]:
    """Return title, unit, legend and the names of the outlines, and how high they are."""
    unit = shades.unit.unit
    said = f"{measure.of(lang)}{f'（{unit}）' if lang == 'zh' else f' ({unit})'}" if unit else measure.of(lang)
    parts = [f'<text x="{EDGE}" y="24" font-size="17" font-weight="bold">{escape(title.of(lang))}</text>']
    y = 44.0
    for line in wrapped(said, _LINE):
        parts.append(f'<text x="{EDGE}" y="{y:g}">{escape(line)}</text>')
        y += 16
    look = f'class="muted" font-size="11" fill="{palette.MUTED}"'
    parts.append(f'<text x="{EDGE}" y="{y + 1:g}" {look}>{NOT_A_MAP.of(lang)}</text>')
    parts.append(_legend(shades, lang, mark, held, y + 10))
    y += 62
    for at, outline in enumerate(outlines):
        x = EDGE + (at % 2) * 230
        parts.append(
            f'<path class="outline o{at}" d="M{x} {y - 4:g}h26" fill="none" {stroke(at)}/>'
            f'<text x="{x + 32}" y="{y:g}">{escape(outline.name.of(lang))}</text>'
        )
        y += 18 * (at % 2 or at == len(outlines) - 1)
    return "\n".join(parts), y - 2 if outlines else y - 6


def wrapped(text: str, room: int) -> list[str]:
    """Break a line where it would be too long; ``room`` counts narrow letters, a Chinese one is two.

    Examples
    --------
    >>> wrapped("gain as a share of GDP", 12)
    ['gain as a', 'share of GDP']
    """
    pieces = re.findall(r"[\x20-\x7e]+?(?:\s+|$|(?=[^\x20-\x7e]))|[^\x20-\x7e]", text)
    lines, width = [""], 0
    for piece in pieces:
        size = sum(2 if ord(letter) > 0x2E7F else 1 for letter in piece)
        # A closing mark never begins a line.
        if width + size > room and lines[-1] and piece not in "）。，；：、":
            lines.append("")
            width = 0
        lines[-1] += piece
        width += size
    return [line.strip() for line in lines]


def _legend(shades: Shades, lang: Lang, mark: str, held: Mapping[str, float | None], top: float) -> str:
    sizes = [value for value in map(shades.unit.of, held.values()) if value is not None]
    low = -_CLASSES if shades.signed or min(sizes, default=0) < 0 else 0
    parts: list[str] = []
    width = 40
    for at, level in enumerate(range(low, _CLASSES)):
        shade = f"gain{level + 1}" if level >= 0 else f"loss{-level}"
        box = f'x="{EDGE + 12 + at * width}" y="{top:g}" width="{width - 2}" height="14" rx="2"'
        parts.append(f'<rect class="ground {shade}" {box} fill="{fill(shade)}"/>')
        if level < 0:
            parts.append(f'<rect {box} fill="url(#{mark}-loss)"/>')
    for at, level in enumerate(range(low, _CLASSES + 1)):
        end = ("≥" if level > 0 else "≤") if shades.beyond and abs(level) == _CLASSES else ""
        text = end + _tick(level * shades.step, signed=shades.signed)
        place = f'x="{EDGE + 11 + at * width}" y="{top + 28:g}"'
        parts.append(f'<text {place} font-size="10" text-anchor="middle">{escape(text)}</text>')
    x = EDGE + 12 + (_CLASSES - low) * width + 12
    box = f'x="{x}" y="{top:g}" width="22" height="14" rx="2"'
    parts.append(f'<rect class="ground none" {box} fill="{palette.EMPTY}"/><rect {box} fill="url(#{mark}-none)"/>')
    parts.append(f'<text x="{x + 27}" y="{top + 12:g}" font-size="11">{NO_DATA.of(lang)}</text>')
    if shades.beyond:
        said = f"{shades.beyond}个超出色标" if lang == "zh" else f"{shades.beyond} beyond the scale"
        parts.append(f'<text x="{x + 18}" y="{top + 28:g}" font-size="10">{said}</text>')
    # Ticks of the scale are no figures of the data.
    return f'<g data-literal="">{"".join(parts)}</g>'


def _tick(value: float, *, signed: bool) -> str:
    text = f"{abs(value):g}"
    return ("−" if value < 0 else "+" if signed and value > 0 else "") + text
