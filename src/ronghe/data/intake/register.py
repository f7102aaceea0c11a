"""The register of places: every exact name of a division, at its level. A near name is only suggested.

吉林市 is not 吉林省: a name that belongs to another level is a fault, and one that several units share is another.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from ronghe.base.region import nearest, provinces
from ronghe.data.intake.folding import folded

Outcome = Literal["found", "unknown", "level", "ambiguous", "dated"]

LEVELS = ("province", "prefecture", "county")

_LETTERS = (
    "BJ", "TJ", "HE", "SX", "NM", "LN", "JL", "HL", "SH", "JS", "ZJ", "AH", "FJ", "JX", "SD", "HA", "HB", "HN", "GD",
    "GX", "HI", "CQ", "SC", "GZ", "YN", "XZ", "SN", "GS", "QH", "NX", "XJ", "TW", "HK", "MO",
)  # fmt: skip
ISO = dict(zip(_LETTERS, (one.code for one in provinces()), strict=True))
"""Letters of ISO 3166-2:CN, in the order of the codes of GB/T 2260."""

_BILINGUAL = re.compile(r"([^\x00-\x7f]+)([a-z][a-z'.-]+)")
"""A name with its English behind it: both must name the same unit."""

MUNICIPALITIES = ("110000", "120000", "310000", "500000")

APART = frozenset({"新疆生产建设兵团", "兵团", "xpcc"})
"""A unit of its own in many tables, never Xinjiang."""


@dataclass(frozen=True, slots=True)
class Place:
    """One unit that a name can mean."""

    code: str
    level: str
    name_zh: str
    short_zh: str
    name_en: str
    parent: str
    valid_from: str = ""
    valid_to: str = ""
    successor: str = ""

    def stands_in(self, year: int | None) -> bool:
        """Whether the unit is there in a year; always where none is given."""
        if year is None:
            return True
        begins, ends = self.valid_from[:4] or "0000", self.valid_to[:4] or "9999"
        return int(begins) <= year <= int(ends)


@dataclass(frozen=True, slots=True)
class Match:
    """What a name was taken for.

    Attributes
    ----------
    outcome : str
        ``found``, or why it was not.
    code : str
        Of the unit found, or of the first that the name belongs to.
    near : tuple of str
        Up to three names, with codes, that were perhaps meant.
    """

    outcome: Outcome
    code: str = ""
    near: tuple[str, ...] = ()


class Register:
    """Every name of a set of places.

    Parameters
    ----------
    places : iterable of Place
    aliases : mapping of name to codes
        Further exact names.
    """

    def __init__(self, places: Iterable[Place], aliases: Mapping[str, Sequence[str]] | None = None) -> None:
        self.places = {(place.code, place.valid_from): place for place in places}
        self.by_code: dict[str, list[Place]] = defaultdict(list)
        self.names: dict[str, dict[str, None]] = defaultdict(dict)
        for place in self.places.values():
            self.by_code[place.code].append(place)
            for name in (place.code, place.name_zh, place.short_zh, place.name_en):
                if name:
                    self.names[folded(name)][place.code] = None
        for name, codes in (aliases or {}).items():
            for code in codes:
                self.names[folded(name)][code] = None

    def __contains__(self, name: str) -> bool:
        return bool(self._codes(folded(name)))

    def levels(self, name: str) -> set[str]:
        """Return the levels of the units that a name belongs to."""
        return {place.level for code in self._codes(folded(name)) for place in self.by_code[code]}

    def match(self, name: str, level: str | None = None, *, year: int | None = None, coded: bool = False) -> Match:
        """Return the unit with exactly this name.

        Parameters
        ----------
        level : str, optional
            The working level; every level if left out.
        year : int, optional
            The year the row is about: units of that time count.
        coded : bool
            Whether the column holds codes, in which two and four digits and the twelve of statistics count too.
        """
        key = folded(name)
        if key in APART:
            return Match("unknown", near=())
        codes = self._codes(_whole(key) if coded and key.isdigit() else key)
        places = [place for code in codes for place in self.by_code[code]]
        if not places:
            return Match("unknown", near=self._near(name, level))
        there = [place for place in places if level is None or place.level == level]
        if not there and level == "prefecture":
            # Tables of cities at prefecture level and above hold the four municipalities.
            there = [place for place in places if place.code in MUNICIPALITIES]
        if not there:
            return Match("level", places[0].code, tuple(named(place) for place in places[:3]))
        now = [place for place in there if place.stands_in(year)]
        if not now:
            last = there[0]
            after = [named(one) for one in self.by_code.get(last.successor, [])]
            return Match("dated", last.code, tuple(after[:3]))
        distinct = {place.code: place for place in now}
        if len(distinct) > 1:
            return Match("ambiguous", now[0].code, tuple(named(place) for place in list(distinct.values())[:3]))
        return Match("found", now[0].code)

    def place(self, code: str) -> Place:
        """Return the unit of a code, the present one where there were several."""
        return max(self.by_code[code], key=lambda place: place.valid_to or "9999")

    def first_in(self, text: str) -> str:
        """Return the code of the unit whose full Chinese name begins a text; empty where none or several do."""
        for end in range(min(len(text), 16), 2, -1):
            codes = [code for code in self.names.get(folded(text[:end]), ()) if self._full(code, folded(text[:end]))]
            if codes:
                return codes[0] if len(codes) == 1 else ""
        return ""

    def _full(self, code: str, name: str) -> bool:
        return any(folded(place.name_zh) == name for place in self.by_code[code])

    def within(self, name: str, above: str) -> bool:
        """Whether a name can mean a unit below one that another name can mean."""
        tops = self._codes(folded(above))
        return any(code != top and self._under(code, top) for code in self._codes(folded(name)) for top in tops)

    def above(self, code: str) -> list[str]:
        """Return the units that hold one, the nearest first."""
        found: list[str] = []
        while code in self.by_code and (code := self.by_code[code][0].parent) and code not in found:
            found.append(code)
        return found

    def _codes(self, key: str) -> list[str]:
        """Return the codes of a name; of a name with the unit above in front, those below that unit."""
        if key in self.names:
            return list(self.names[key])
        two = _BILINGUAL.fullmatch(key)
        if two is not None:
            return [code for code in self.names.get(two[1], {}) if code in self.names.get(two[2], {})]
        for end in range(len(key) - 1, 1, -1):
            above = self.names.get(key[:end])
            if above:
                below = self.names.get(key[end:], {})
                found = [code for code in below if any(self._under(code, top) for top in above)]
                further = found or self._codes(key[end:])
                return [code for code in further if any(self._under(code, top) for top in above)]
        return []

    def _under(self, code: str, top: str) -> bool:
        while code in self.by_code and code != top:
            code = self.by_code[code][0].parent
        return code == top

    def _near(self, name: str, level: str | None) -> tuple[str, ...]:
        known = {
            text: place
            for place in self.places.values()
            if level is None or place.level == level
            for text in (place.short_zh, place.name_zh, place.name_en)
            if set(folded(text)) & set(folded(name))
        }
        likely = [known[text] for text in nearest(name, known, most=6) if text in known]
        return tuple(dict.fromkeys(named(place) for place in likely))[:3]


def named(place: Place) -> str:
    """Return a unit for display: name in Chinese and English, and code."""
    return f"{place.name_zh} {place.name_en} {place.code}"


def _whole(digits: str) -> str:
    """Return six digits for codes of two, four or twelve."""
    return digits.ljust(6, "0") if len(digits) in (2, 4) else digits[:6] if len(digits) == 12 else digits


@cache
def divisions() -> Register:
    """Return the register of the divisions of China: provinces, prefectures and counties."""
    folder = files("ronghe.data").joinpath("facts")
    rows = csv.DictReader(gzip.decompress(folder.joinpath("names.csv.gz").read_bytes()).decode().splitlines())
    places = [
        Place(
            row["code"], row["level"], row["name_zh"], row["short_zh"], row["name_en"], row["parent"],
            row["valid_from"], row["valid_to"], row["successor"],
        )
        for row in rows
    ]  # fmt: skip
    aliases: dict[str, list[str]] = defaultdict(list)
    for one in provinces():
        aliases[one.abbr_zh].append(one.code)
    for place in places:
        if place.name_zh.endswith("自治州"):
            aliases[place.short_zh + "州"].append(place.code)
    for code in MUNICIPALITIES:
        aliases[code[:3] + "100"].append(code)
    for letters, code in ISO.items():
        aliases[f"CN-{letters}"].append(code)
    for row in csv.DictReader(folder.joinpath("aliases.csv").read_text(encoding="utf-8").splitlines()):
        if row["level"] == "province":
            aliases[row["alias"]].append(row["code"])
    return Register(places, aliases)


def commonest_level(labels: Iterable[str]) -> str | None:
    """Return the level to which most names belong, the higher of equals."""
    counts = dict.fromkeys(LEVELS, 0)
    for text, times in Counter(labels).items():
        for level in divisions().levels(text) if text.strip() else ():
            if level in counts:
                counts[level] += times
    best = max(LEVELS, key=lambda level: counts[level])
    return best if counts[best] else None
