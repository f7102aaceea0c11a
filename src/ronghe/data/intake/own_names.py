"""Names that a set brings itself: regions, sectors, indicators and commodities of its own lists.

A list of regions in codes of one's own takes the place of the register of China; one in codes of GB/T 2260 stands
beside it. Lists of sectors, indicators and commodities stand beside those that the program knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ronghe.base.text import Text
from ronghe.data.intake.cells import Names
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.folding import folded
from ronghe.data.intake.reading import Read
from ronghe.data.intake.register import Place, Register, divisions

LISTS = ("regions", "sectors", "indicators", "commodities")
"""Tables that name things for the others, in the order in which they are read."""

KEYS = {"sectors": "sector", "indicators": "indicator", "commodities": "commodity"}
NATION = frozenset({"CHN", "100000"})


def with_lists(names: Names, reads: Sequence[Read], found: Findings) -> Names:
    """Return names with those of the lists that were read."""
    by_table = {table: [read for read in reads if read.schema.table == table] for table in LISTS}
    if by_table["regions"]:
        names = replace(names, places=_register(by_table["regions"], found), own=_own_codes(by_table["regions"]))
    words = {table: dict(held) for table, held in names.words.items()}
    for table, key in KEYS.items():
        for read in by_table[table]:
            for code, zh, en in zip(*(read.columns[name] for name in (key, "zh", "en")), strict=True):
                words.setdefault(table, {}).update({folded(f"{word}"): code for word in (code, zh, en) if word})
    indicators = dict(names.indicators)
    for read in by_table["indicators"]:
        for code, unit, adds in zip(*(read.columns[name] for name in ("indicator", "unit", "additive")), strict=True):
            if code and unit:
                indicators[code] = (unit, bool(adds))
    return replace(names, words=words, indicators=indicators, limits=_limits(names, by_table["indicators"]))


def _limits(names: Names, reads: Iterable[Read]) -> dict[str, tuple[float | None, float | None]]:
    """Return the limits of indicators, those of the set's own list before the program's."""
    limits = dict(names.limits)
    for read in reads:
        for code, least, most in zip(*(read.columns[name] for name in ("indicator", "min", "max")), strict=True):
            if code and (least, most) != (None, None):
                limits[code] = (least, most)
    return limits


def _own_codes(reads: Iterable[Read]) -> bool:
    systems = {system for read in reads for system in read.columns["code_system"]}
    return not systems <= {"gbt2260", "stats12"}


def _register(reads: Sequence[Read], found: Findings) -> Register:
    """Return the register of a list of regions; a parent that is not in it is told."""
    columns = ("code", "level", "name_zh", "short_zh", "name_en", "parent", "valid_from", "valid_to", "successor")
    places: list[Place] = []
    aliases: dict[str, list[str]] = {}
    for read in reads:
        for told in zip(*(read.columns[name] for name in columns), strict=True):
            if told[0] is not None:
                places.append(Place(*(f"{one}" if one is not None else "" for one in told)))
        for code, abbr in zip(read.columns["code"], read.columns["abbr_zh"], strict=True):
            if code and abbr:
                aliases.setdefault(abbr, []).append(code)
    if not _own_codes(reads):
        places = [*divisions().places.values(), *places]
    codes = {place.code for place in places} | NATION
    for read in reads:
        for row, parent in enumerate(read.columns["parent"]):
            if parent is not None and parent not in codes:
                near = Text("、".join(sorted(codes)[:3]), ", ".join(sorted(codes)[:3]))
                found.add("E301_region", read.place(row, "parent"), read=quoted(parent), near=near,
                          level=Text("地区", "regions"))  # fmt: skip
    return Register(places, aliases)
