"""省级格阵图: equal tiles in the order of the map, drawn as SVG by ourselves.

A statistical chart, not a map: it shows no boundaries. Every region known stands in it always, hatched
where there is no figure; gains and losses use a scale centred at zero, and a loss shows by its minus and
its texture too. Classes and presentation attributes only, so that it stands inline under a strict policy
and takes its dark colours from the page; alone, it is complete as it is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from ronghe.base.region import Region, provinces
from ronghe.base.status import WORDS, Status
from ronghe.base.text import Lang, Text
from ronghe.report import palette
from ronghe.report.numbers import Scale, scale
from ronghe.report.tilelayout import (
    EDGE,
    GAP,
    HEIGHT,
    STEP_X,
    STEP_Y,
    WIDTH,
    Outline,
    Place,
    free_rows,
    layout,
    line_around,
    nesting,
)
from ronghe.report.tilelegend import NO_DATA, NOT_A_MAP, Shades, fill, heading, patterns, shades_of

__all__ = ["NOT_A_MAP", "NO_DATA", "TITLE", "Outline", "layout", "nesting", "tile_map"]

# The legend needs this much room, also over few tiles.
_LEAST = 470

TITLE = Text("省级格阵图", "Province tile chart")


def tile_map(
    values: Mapping[str, float | None],
    lang: Lang,
    *,
    measure: Text,
    style: str = "percent",
    diverging: bool = True,
    cap: float | None = None,
    status: Status | Mapping[str, Status] = "computed",
    outlines: Sequence[Outline] = (),
    ranked: bool = True,
    regions: Sequence[Region] | None = None,
    title: Text = TITLE,
    mark: str = "tiles",
) -> str:
    """Draw one figure per region over the tile layout.

    Parameters
    ----------
    values : mapping of region code to float or None
        In the stored unit of ``style`` (see :mod:`ronghe.report.numbers`). Regions left out have no data.
    measure : Text
        What is shown, with year and price base; the second line of the chart.
    diverging : bool
        Gains and losses around zero, with signs; else a plain scale from zero.
    cap : float, optional
        Where the colour scale ends, in the stored unit; the legend then states it and how many lie beyond.
    status : Status or mapping of region code to Status
        The word that each tile's label carries.
    outlines : sequence of Outline
        Areas, the larger first; overlapping ones are nested.
    ranked : bool
        Give each tile its rank; turn off where the order is not stable.
    regions : sequence of Region, optional
        Every region known; the 34 provincial divisions by default.
    mark : str
        Begins every id inside the figure; different for each figure of a page.

    Returns
    -------
    str
        One ``<svg>`` element.
    """
    known = tuple(regions if regions is not None else provinces())
    places = layout(known)
    held = {region.code: values.get(region.code) for region in known}
    unit = scale(held.values(), style, lang)
    shades = shades_of(held, unit, cap=cap, signed=diverging)
    ranks = _ranks(held) if ranked else {}
    nested = nesting(outlines)
    head, head_height = heading(lang, title, measure, shades, outlines, nested, mark, held)
    columns = 1 + max(place[1] for place in places.values())
    rows = 1 + max(place[0] for place in places.values())
    top = max(EDGE, head_height - free_rows(places, columns) * STEP_Y)
    body = [
        _tile(region, places[region.code], top, held[region.code], shades, ranks, status, lang, mark)
        for region in known
    ]
    lines = [line_around(outline, nested[at], at, places, top) for at, outline in enumerate(outlines)]
    width, height = 2 * EDGE + max(columns * STEP_X - GAP, _LEAST), round(top) + rows * STEP_Y - GAP + EDGE
    label = f"{title.of(lang)}: {measure.of(lang)}. {NOT_A_MAP.of(lang)}"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="tilemap" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="group" lang="{"zh-Hans" if lang == "zh" else "en"}" '
            f'aria-label="{escape(label)}" font-family="{palette.FONTS}" font-size="12" fill="{palette.INK}">',
            f"<title>{escape(label)}</title>",
            patterns(mark),
            head,
            *body,
            *lines,
            "</svg>\n",
        ]
    )


def tile_texts(values: Mapping[str, float | None], lang: Lang, *, style: str = "percent") -> dict[str, str]:
    """Return what each tile prints, signs shown: the same strings as :func:`tile_map`."""
    unit = scale(values.values(), style, lang)
    known = {code: value for code, value in values.items() if value is not None and math.isfinite(value)}
    return {code: unit.clear_text(unit.of(value), sign=True) for code, value in known.items()}


def _ranks(held: Mapping[str, float | None]) -> dict[str, tuple[int, int]]:
    known = {code: value for code, value in held.items() if value is not None and math.isfinite(value)}
    return {code: (1 + sum(other > value for other in known.values()), len(known)) for code, value in known.items()}


def _tile(
    region: Region,
    place: Place,
    top: float,
    value: float | None,
    shades: Shades,
    ranks: Mapping[str, tuple[int, int]],
    status: Status | Mapping[str, Status],
    lang: Lang,
    mark: str,
) -> str:
    shade = shades.of(value)
    x, y = EDGE + place[1] * STEP_X, top + place[0] * STEP_Y
    word = WORDS[status if isinstance(status, str) else status.get(region.code, "computed")]
    label = escape(_label(region, shades.unit, value, shades.signed, ranks.get(region.code), word, lang))
    ink = palette.INK if shade == "none" else palette.ink_on(fill(shade))
    printed = NO_DATA.of(lang) if shade == "none" else shades.unit.clear_text(shades.unit.of(value), sign=shades.signed)
    over = {"none": "none", "loss": "loss"}.get(shade.rstrip("1234"))
    box = f'x="{x}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="4"'
    texture = f'<rect {box} fill="url(#{mark}-{over})"/>' if over else ""
    names = _names(region, lang)
    size = 15 if lang == "zh" else 11.5 if max(map(len, names)) <= 10 else 10.5
    middle = x + WIDTH / 2
    high = y + (25 if len(names) == 1 else 18)
    # A halo in the ground's colour keeps the words clear of the texture under them.
    halo = f' stroke="{fill(shade)}" stroke-width="3" paint-order="stroke"' if over else ""
    lines = "".join(
        f'<text x="{middle:g}" y="{high + 13 * at:g}" font-size="{size:g}">{escape(name)}</text>'
        for at, name in enumerate(names)
    )
    return (
        f'<g class="tile {shade}" tabindex="0" role="img" aria-label="{label}" fill="{ink}"><title>{label}</title>'
        f'<rect class="ground" {box} fill="{fill(shade)}"/>{texture}'
        f'<g class="words" text-anchor="middle"{halo}>{lines}'
        f'<text x="{middle:g}" y="{y + 46:g}">{escape(printed)}</text></g></g>'
    )


def _label(
    region: Region, unit: Scale, value: float | None, signed: bool, rank: tuple[int, int] | None, word: Text, lang: Lang
) -> str:
    name = region.name.of(lang)
    colon, comma = ("：", "，") if lang == "zh" else (": ", ", ")
    if unit.of(value) is None:
        return name + colon + NO_DATA.of(lang)
    parts = [unit.clear_text(unit.of(value), sign=signed) + ("" if unit.unit in ("", "%") else f" {unit.unit}")]
    if rank:
        parts.append(f"第{rank[0]}位（共{rank[1]}）" if lang == "zh" else f"rank {rank[0]} of {rank[1]}")
    return name + colon + comma.join([*parts, word.of(lang)])


def _names(region: Region, lang: Lang) -> list[str]:
    name = region.name.of(lang)
    return [name] if lang == "zh" or len(name) <= 12 else name.split(" ", 1)
