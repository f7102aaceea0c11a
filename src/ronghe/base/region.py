"""Regions: codes after GB/T 2260, their four names, and their place in the tile layout.

The 34 provincial divisions ship as one table. Any other set of regions is a list of the same
:class:`Region` objects; nothing here counts on the number 34.
"""

from __future__ import annotations

import csv
import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ronghe.base.errors import UnknownRegion
from ronghe.base.text import Text

ROW = "ROW"
"""Code of the rest of the world."""


@dataclass(frozen=True, slots=True)
class Region:
    """One region.

    Attributes
    ----------
    code : str
        Six digits of GB/T 2260 for Chinese divisions, own codes elsewhere.
    name_zh, short_zh, abbr_zh, name_en : str
        Full name, short name, one character, English.
    tile : tuple of int, optional
        Row from the north and column from the west in the tile layout.
    """

    code: str
    name_zh: str
    short_zh: str
    abbr_zh: str
    name_en: str
    tile: tuple[int, int] | None = None

    @property
    def name(self) -> Text:
        """Short name in both languages."""
        return Text(self.short_zh, self.name_en)

    @property
    def names(self) -> tuple[str, ...]:
        """Every exact name of the region."""
        return (self.code, self.name_zh, self.short_zh, self.abbr_zh, self.name_en)


REST_OF_WORLD = Region(ROW, "国外", "国外", "外", "Rest of the world")


@cache
def provinces() -> tuple[Region, ...]:
    """Return the 34 provincial divisions of China in the order of their codes."""
    table = files("ronghe.base").joinpath("regions.csv").read_text(encoding="utf-8")
    return tuple(
        Region(
            row["code"],
            row["name_zh"],
            row["short_zh"],
            row["abbr_zh"],
            row["name_en"],
            (int(row["tile_row"]), int(row["tile_column"])),
        )
        for row in csv.DictReader(table.splitlines())
    )


def normalised(name: str) -> str:
    """Return a name as it is compared: NFKC, no spaces of any kind, lower case."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def find_region(name: str, among: Sequence[Region] | None = None) -> Region:
    """Return the region with exactly this name or code.

    Nothing is guessed: a near name is only suggested.

    Raises
    ------
    UnknownRegion
        With what was read and the nearest known names.

    Examples
    --------
    >>> find_region("沪").code, find_region(" Jiangsu").code
    ('310000', '320000')
    """
    known = provinces() if among is None else among
    wanted = normalised(name)
    for region in known:
        if wanted in {normalised(candidate) for candidate in region.names if candidate}:
            return region
    raise UnknownRegion(Text("地区", "region"), name, nearest(name, [n for r in known for n in r.names if n]))


def nearest(name: str, known: Iterable[str], *, most: int = 3) -> list[str]:
    """Return up to three known names that look or sound like ``name``, best first."""
    wanted = normalised(name)
    scored = [
        (difflib.SequenceMatcher(None, wanted, normalised(candidate)).ratio(), candidate)
        for candidate in dict.fromkeys(known)
        if not candidate.isdigit() or name.strip().isdigit()
    ]
    shared = sorted((s for s in scored if s[0] >= 0.34), key=lambda s: (-s[0], s[1]))
    return [candidate for _, candidate in shared[:most]]
