"""Two kinds of spread, never mixed under one word.

Sampling error of observed or estimated coefficients gives an *interval* (区间). Assumed
parameters give a *scenario band* (情景带). A figure carries its own word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ronghe.base.text import Text

SpreadKind = Literal["none", "interval", "band"]

WORDS: dict[SpreadKind, Text] = {
    "none": Text("", ""),
    "interval": Text("区间", "interval"),
    "band": Text("情景带", "scenario band"),
}


@dataclass(frozen=True, slots=True)
class Spread:
    """Low and high end of a figure, and which kind of spread it is."""

    kind: SpreadKind
    low: float
    high: float

    @property
    def word(self) -> Text:
        """Return 区间 / interval or 情景带 / scenario band."""
        return WORDS[self.kind]
