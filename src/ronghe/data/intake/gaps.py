"""Coverage of a table as read: no region, year or pair is missing without a word; a sign for a figure is no figure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from ronghe.base.region import ROW
from ronghe.base.text import Text, same
from ronghe.data.intake.cells import Names
from ronghe.data.intake.findings import Findings
from ronghe.data.intake.joined import Joined
from ronghe.data.intake.observations import Read

NEARLY = 0.8
"""From this share of all units on a table is taken to be meant complete, and what is missing is told."""

SEPARATE = frozenset({"710000", "810000", "820000"})
"""Taiwan, Hong Kong and Macao, whose figures stand in publications of their own."""

NAMED = 8


def check_gaps(read: Read, names: Names, found: Findings) -> None:
    """Tell regions, years and pairs that a sheet lacks."""
    ends = [field.name for field in read.schema.ends]
    if len(ends) == 1:
        _regions(read, ends[0], names, found)
        _years(read, ends[0], names, found)
    elif len(ends) == 2:
        _pairs(read, ends, names, found)


def check_sectors(tables: Mapping[str, Joined], names: Names, found: Findings) -> None:
    """Tell sectors that the sheets of a table lack together, which have nearly all of them."""
    every = dict.fromkeys(names.words.get("sectors", {}).values())
    for table, held in tables.items():
        if not any(field.key and field.type == "sector" for field in held.schema.fields) or table == "io":
            continue
        there = set(held.columns["sector"]) - {None}
        missing = [one for one in every if one not in there]
        if missing and len(every) - len(missing) >= NEARLY * len(every) and there <= set(every):
            shown = Text("、".join(missing), ", ".join(missing))
            found.add("E405_sector", held.parts[-1].sheet.title, have=len(there), wanted=len(every), names=shown)


def check_home(tables: Mapping[str, Joined], names: Names, found: Findings) -> None:
    """Tell regions of which no trade with themselves is given, in a table that has nearly all of their other pairs.

    Of a table of some pairs the rest, home included, is estimated; it need not be complete.
    """
    held = tables.get("trade")
    if held is None:
        return
    regions: dict[Any, dict[str, int]] = defaultdict(dict)
    pairs: dict[Any, set[tuple[str, str]]] = defaultdict(set)
    home: set[tuple[Any, str]] = set()
    signed: dict[tuple[Any, str], int] = {}
    columns = (held.columns[name] for name in ("year", "origin", "destination", "value"))
    for row, (year, origin, destination, value) in enumerate(zip(*columns, strict=True)):
        if None in (year, origin, destination) or ROW in (origin, destination):
            continue
        if origin != destination:
            regions[year].setdefault(origin, row)
            regions[year].setdefault(destination, row)
            pairs[year].add((origin, destination))
        elif value is None:
            signed.setdefault((year, origin), row)
        else:
            home.add((year, origin))
    for year, rows in regions.items():
        missing = [code for code in rows if (year, code) not in home]
        whole = len(rows) * (len(rows) - 1)
        if missing and len(rows) > 2 and len(pairs[year]) >= NEARLY * whole:
            dashes = [signed[year, code] for code in missing if (year, code) in signed]
            row, column = (dashes[0], "value") if dashes else (min(rows[code] for code in missing), "destination")
            found.add("E405_home", held.place(row, column),
                      names=_named(sorted(missing), names), count=len(missing), year=year)  # fmt: skip


def _groups(read: Read, besides: Sequence[str]) -> Mapping[tuple[Any, ...], list[int]]:
    """Return the rows of each combination of the key columns but those named."""
    others = [name for name in read.schema.key if name not in besides]
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row, key in enumerate(zip(*(read.columns[name] for name in others), strict=True)) if others else ():
        groups[key].append(row)
    return groups if others else {(): list(range(len(read)))}


def _nowhere(read: Read, besides: Sequence[str]) -> int:
    """Return how many rows belong to no group, because a key beside those named was not read."""
    needed = [field.name for field in read.schema.fields if field.key and field.required]
    others = [read.columns[name] for name in needed if name not in besides]
    return sum(None in values for values in zip(*others, strict=True)) if others else 0


def _unread(read: Read, rows: Sequence[int], names: Sequence[str]) -> int:
    """Return in how many rows of a group a key was not read: what is missing may stand there."""
    return sum(any(read.columns[name][row] is None for name in names) for row in rows)


def _units(names: Names, year: int | None) -> list[str]:
    """Return the codes of the units of the working level that are there through a year; without one, at present."""
    if names.level is None:
        return []
    first, last = ("9999", "9999") if year is None else (f"{year:04d}", f"{year:04d}")
    return [
        place.code
        for place in names.places.places.values()
        if place.level == names.level
        and place.code not in SEPARATE
        and (place.valid_from[:4] or "0000") < first
        and (place.valid_to[:4] or "99999") > last
    ]


def _year_of(read: Read, row: int) -> int | None:
    """Return the year that a row is about, where its key has one."""
    time = next((field.name for field in read.schema.fields if field.key and field.type in ("year", "period")), None)
    text = f"{read.columns[time][row]}"[:4] if time is not None else ""
    return int(text) if text.isdigit() else None


def _regions(read: Read, end: str, names: Names, found: Findings) -> None:
    """Tell regions that a table lacks which is complete but for them; a sign for a missing figure is no figure."""
    units: dict[int | None, list[str]] = {}
    nowhere = _nowhere(read, [end])
    told: set[tuple[str, ...]] = set()
    for rows in _groups(read, [end]).values():
        named = {read.columns[end][row] for row in rows} - {None}
        there = {read.columns[end][row] for row in rows if row not in read.without}
        year = _year_of(read, rows[0])
        if year not in units:
            units[year] = _units(names, year)
        every = units[year]
        missing = tuple(code for code in every if code not in there)
        enough = every and sum(code in named for code in every) >= NEARLY * len(every)
        if enough and missing not in told and len(missing) > nowhere + _unread(read, rows, [end]):
            told.add(missing)
            found.add("E403_region", _sign(read, rows, end), have=len(every) - len(missing), wanted=len(every),
                      names=_named(missing, names))  # fmt: skip


def _sign(read: Read, rows: Sequence[int], column: str) -> str:
    """Return the place of the first sign for a missing figure in some rows, of their first key where there is none."""
    row = next((row for row in rows if row in read.without), None)
    if row is None:
        return read.place(rows[0], column)
    needed = (one.name for one in read.schema.fields if one.required)
    return read.place(row, next(name for name in needed if row in read.missing.get(name, ())))


def _years(read: Read, end: str, names: Names, found: Findings) -> None:
    """Tell regions that lack years which others have."""
    year = next((field.name for field in read.schema.fields if field.key and field.type in ("year", "period")), None)
    if year is None:
        return
    nowhere = _nowhere(read, [end, year])
    for rows in _groups(read, [end, year]).values():
        by_region: dict[str, set[Any]] = defaultdict(set)
        for row in rows:
            here = row not in read.without and None not in (read.columns[end][row], read.columns[year][row])
            if here:
                by_region[read.columns[end][row]].add(read.columns[year][row])
        counts = Counter(one for years in by_region.values() for one in years)
        unread = nowhere + _unread(read, rows, [end, year])
        # A year that most regions have is one that all should have.
        usual = {one for one, count in counts.items() if 2 * count > len(by_region)}
        short: dict[tuple[Any, ...], list[str]] = defaultdict(list)
        for region, years in by_region.items():
            lacking = tuple(sorted(usual - years))
            if len(lacking) > unread:
                short[lacking].append(region)
        for years_missing, regions in short.items():
            shown = ", ".join(f"{one}" for one in years_missing[:NAMED]) + ("…" if len(years_missing) > NAMED else "")
            signed = [row for row in rows if read.columns[end][row] in regions]
            place = _sign(read, signed, year) if read.without.intersection(signed) else read.place(rows[0], year)
            found.add("E404_missing", place, names=_named(regions, names), years=same(shown))


def _pairs(read: Read, ends: Sequence[str], names: Names, found: Findings) -> None:
    """Tell ordered pairs that a table lacks which names all others of its regions, or that have a sign for a figure."""
    nowhere = _nowhere(read, ends)
    for rows in _groups(read, ends).values():
        first, second = (read.columns[end] for end in ends)
        named = {(first[row], second[row]) for row in rows}
        there = {(first[row], second[row]) for row in rows if row not in read.without}
        codes = sorted({code for pair in named if None not in pair for code in pair})
        every = [pair for pair in product(codes, codes) if pair[0] != pair[1]]
        missing = [pair for pair in every if pair not in there]
        unread = nowhere + _unread(read, rows, ends)
        enough = sum(pair in named for pair in every) >= NEARLY * len(every)
        if len(missing) > unread and len(codes) > 2 and enough:
            ends_of = [_one(code, names) for code in missing[0]]
            example = Text(" → ".join(one.zh for one in ends_of), " → ".join(one.en for one in ends_of))
            signed = [row for row in rows if first[row] != second[row]]
            found.add("E405_pair", _sign(read, signed or rows, ends[0]), count=len(missing), example=example)


def _named(codes: Sequence[str], names: Names) -> Text:
    shown = [_one(code, names) for code in codes[:NAMED]]
    more = "…" if len(codes) > NAMED else ""
    return Text("、".join(one.zh for one in shown) + more, ", ".join(one.en for one in shown) + more)


def _one(code: str, names: Names) -> Text:
    if code not in names.places.by_code:
        return same(code)
    place = names.places.place(code)
    return Text(place.short_zh, place.name_en)
