"""The colours of every figure: one list, checked for colour deficiencies, grey print and dark pages.

A colour never carries a sign alone: losses also have a minus and a hatch, groups also have a symbol.
Neutral colours have a dark twin that the page's style sheet puts in their place; the colours of data
have nearly the same lightness, so that they stand out from white and from black paper alike.
"""

from __future__ import annotations

FONTS = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, Hiragino Sans GB, sans-serif"
"""Font families of every figure, the one bundled for print first."""

INK = "#1f2a33"
MUTED = "#56636d"
GRID = "#d9dfe4"
PAPER = "#ffffff"
EMPTY = "#eef1f3"
DARK = {INK: "#e6ebef", MUTED: "#a9b4bd", GRID: "#3a444d", PAPER: "#151a1f", EMPTY: "#232b32"}
"""Neutral colours and what takes their place on a dark page."""

ON_PALE = "#1f2a34"
ON_DEEP = "#fefefe"
"""Ink on a coloured ground: not in :data:`DARK`, because the ground does not change either."""

GAIN = "#2b73b7"
LOSS = "#c4621a"
BAND = "#9cc3e6"
"""Scenario bands are light boxes; intervals are whiskers in the colour of their dot."""

SERIES = ("#2b73b7", "#c4621a", "#168a72", "#9b5fb4", "#8a7a1f", "#c0507f")
"""Colours of groups, in this order."""
SYMBOLS = ("circle", "diamond", "rect", "triangle", "roundRect", "pin")
"""Each group's own symbol, in the same order."""

GAINS = ("#d3e5f4", "#a3c8e6", "#5b9bd0", "#2b73b7")
LOSSES = ("#fae0c8", "#f3bd8a", "#e08a3c", "#b95712")
ZERO = "#f4f4f2"
"""Diverging scale: pale to deep on both sides of zero."""

FLOWS = ("#f1f5f8", "#d3e5f4", "#a3c8e6", "#5b9bd0", "#2b73b7", "#164a80", "#0b2a4a")
"""Sequential scale, pale to deep."""

OUTLINES = ("#7a3b9a", "#0f6d5a", "#a6264a", "#6b5a00", "#2f3f4a", "#a0410d")
"""Lines around strategy areas, each also with its own dashes."""

HATCH = {
    "color": "rgba(255,255,255,0.75)",
    "symbol": "rect",
    "dashArrayX": [1, 0],
    "dashArrayY": [2, 4],
    "rotation": 0.8,
}
"""White strokes over a loss, so that it shows in grey print."""

DECALS = (
    None,
    HATCH | {"symbol": "circle", "dashArrayX": [[5, 5], [0, 5, 5, 0]], "dashArrayY": [5, 0], "symbolSize": 0.8},
    HATCH | {"rotation": 0, "dashArrayX": [2, 4], "dashArrayY": [1, 0]},
    HATCH | {"rotation": 0, "dashArrayX": [1, 0], "dashArrayY": [2, 4]},
    HATCH | {"rotation": -0.8},
    HATCH | {"symbol": "triangle", "dashArrayX": [[6, 6], [0, 6, 6, 0]], "dashArrayY": [6, 0], "symbolSize": 0.8},
)
"""Textures of groups, in the order of :data:`SERIES`, so that grey print keeps them apart."""


def ink_on(colour: str) -> str:
    """Return the ink that reads best on a coloured ground."""
    return ON_PALE if contrast(colour, ON_PALE) >= contrast(colour, ON_DEEP) else ON_DEEP


def luminance(colour: str) -> float:
    """Return the relative luminance of a ``#rrggbb`` colour (WCAG 2.1)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.1)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
