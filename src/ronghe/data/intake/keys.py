"""Keys and coverage of a table as read: nothing twice, no region, year or pair missing without a word."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from itertools import product
from typing import Any

from ronghe.base.region import ROW
from ronghe.base.text import Text, same
from ronghe.data.intake.cells import Names
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.folding import folded
from ronghe.data.intake.joined import Joined
from ronghe.data.intake.layout import text_of
from ronghe.data.intake.reading import Read

NEARLY = 0.8
"""From this share of all units on a table is taken to be meant complete, and what is missing is told."""

SEPARATE = frozenset({"710000", "810000", "820000"})
"""Taiwan, Hong Kong and Macao, whose figures stand in publications of their own."""

NAMED = 8


def check_keys(read: Read, names: Names, found: Findings, *, allow_missing: bool = False) -> None:
    """Tell rows that occur twice, and regions, years and pairs that are missing."""
    _repeated(read, found)
    if allow_missing:
        return
    ends = [field.name for field in read.schema.ends]
    if len(ends) == 1:
        told = _regions(read, ends[0], names, found)
        _years(read, ends[0], names, found, told)
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


def check_across(tables: Mapping[str, Joined], found: Findings) -> None:
    """Tell rows of one table that stand on two sheets: again, or with another value."""
    for parts in (held.parts for held in tables.values()):
        if len(parts) < 2:
            continue
        key = parts[0].schema.key
        first: dict[tuple[Any, ...], tuple[Read, int]] = {}
        for read in parts:
            for row, told in enumerate(zip(*(read.columns[name] for name in key), strict=True)):
                before, at = first.setdefault(told, (read, row))
                if before is read or not any(part is not None for part in told):
                    continue
                value = read.value_column
                alike = read.columns[value][row] == before.columns[value][at]
                shown = ", ".join("" if part is None else f"{part}" for part in told)
                found.add("N007_twice" if alike else "E402_other", read.place(row, value), key=same(shown),
                          first=same(before.place(at, value)))  # fmt: skip


def _repeated(read: Read, found: Findings) -> None:
    key = [
        name
        for name in read.schema.key
        if read.schema.field(name).required or any(value is not None for value in read.columns[name])
    ]
    if not key:
        return
    first: dict[tuple[Any, ...], int] = {}
    columns = list(read.columns.values())
    needed = [at for at, name in enumerate(key) if read.schema.field(name).required]
    for row, values in enumerate(zip(*(read.columns[name] for name in key), strict=True)):
        if any(values[at] is None for at in needed):
            continue
        before = first.setdefault(values, row)
        if before != row:
            if _by_two_names(read, (before, row), found):
                continue
            alike = all(column[before] == column[row] for column in columns)
            told = ", ".join("" if value is None else f"{value}" for value in values)
            # Two headings that say the same share the cell of their names: the figures tell them apart.
            shared = read.place(before, key[0]) == read.place(row, key[0])
            at, here = (read.place(one, read.value_column if shared else key[0]) for one in (before, row))
            found.add("E401_row" if alike else "E402_row", here, key=same(told),
                      first=same(at.rpartition("!")[2]))  # fmt: skip


def _by_two_names(read: Read, rows: tuple[int, int], found: Findings) -> bool:
    """Tell two rows whose key is one, because one region stands there under two names."""
    for end in read.schema.ends:
        if end.name in read.placed and end.name not in read.spots:
            first, second = (text_of(read.sheet.cell(read.at[row], read.placed[end.name])).strip() for row in rows)
            if first and second and folded(first) != folded(second):
                before = read.place(rows[0], end.name).rpartition("!")[2]
                found.add("E303_alias", read.place(rows[1], end.name), read=quoted(second), other=quoted(first),
                          first=same(before), code=read.columns[end.name][rows[1]])  # fmt: skip
                return True
    return False


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


def _regions(read: Read, end: str, names: Names, found: Findings) -> set[tuple[str, Any]]:
    """Tell regions that a table lacks which is complete but for them; a sign for a missing figure is no figure.

    Return the regions told, each with its year.
    """
    units: dict[int | None, list[str]] = {}
    nowhere = _nowhere(read, [end])
    told: set[tuple[str, ...]] = set()
    lacking: set[tuple[str, Any]] = set()
    for rows in _groups(read, [end]).values():
        named = {read.columns[end][row] for row in rows} - {None}
        there = {read.columns[end][row] for row in rows if row not in read.without}
        year = _year_of(read, rows[0])
        if year not in units:
            units[year] = _units(names, year)
        every = units[year]
        missing = tuple(code for code in every if code not in there)
        enough = every and sum(code in named for code in every) >= NEARLY * len(every)
        if enough and len(missing) > nowhere + _unread(read, rows, [end]):
            lacking |= {(code, year) for code in missing}
            if missing not in told:
                found.add("E403_region", _sign(read, rows, end), have=len(every) - len(missing), wanted=len(every),
                          names=_named(missing, names))  # fmt: skip
            told.add(missing)
    return lacking


def _sign(read: Read, rows: Sequence[int], column: str) -> str:
    """Return the place of the first sign for a missing figure in some rows, of their first key where there is none."""
    row = next((row for row in rows if row in read.without), None)
    if row is None:
        return read.place(rows[0], column)
    needed = (one.name for one in read.schema.fields if one.required)
    return read.place(row, next(name for name in needed if row in read.missing.get(name, ())))


def _years(read: Read, end: str, names: Names, found: Findings, told: Set[tuple[str, Any]]) -> None:
    """Tell regions that lack years which others have, but those that were told to be missing."""
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
            lacking = tuple(one for one in sorted(usual - years) if (region, _number(one)) not in told)
            if len(lacking) > unread:
                short[lacking].append(region)
        for years_missing, regions in short.items():
            shown = ", ".join(f"{one}" for one in years_missing[:NAMED]) + ("…" if len(years_missing) > NAMED else "")
            signed = [row for row in rows if read.columns[end][row] in regions]
            place = _sign(read, signed, year) if read.without.intersection(signed) else read.place(rows[0], year)
            found.add("E404_missing", place, names=_named(regions, names), years=same(shown))


def _number(time: Any) -> int | None:
    """Return the year of a year or a period."""
    text = f"{time}"[:4]
    return int(text) if text.isdigit() else None


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


def check_home(tables: Mapping[str, Joined], names: Names, found: Findings) -> None:
    """Tell regions that trade with others and of which no trade with themselves is given."""
    held = tables.get("trade")
    if held is None:
        return
    regions: dict[Any, dict[str, int]] = defaultdict(dict)
    home: set[tuple[Any, str]] = set()
    columns = (held.columns[name] for name in ("year", "origin", "destination", "value"))
    for row, (year, origin, destination, value) in enumerate(zip(*columns, strict=True)):
        if None in (year, origin, destination) or ROW in (origin, destination):
            continue
        if origin != destination:
            regions[year].setdefault(origin, row)
            regions[year].setdefault(destination, row)
        elif value is not None:
            home.add((year, origin))
    for year, rows in regions.items():
        missing = [code for code in rows if (year, code) not in home]
        if missing:
            found.add("E405_home", held.place(min(rows[code] for code in missing), "destination"),
                      names=_named(sorted(missing), names), count=len(missing), year=year)  # fmt: skip


def _named(codes: Sequence[str], names: Names) -> Text:
    shown = [_one(code, names) for code in codes[:NAMED]]
    more = "…" if len(codes) > NAMED else ""
    return Text("、".join(one.zh for one in shown) + more, ", ".join(one.en for one in shown) + more)


def _one(code: str, names: Names) -> Text:
    if code not in names.places.by_code:
        return same(code)
    place = names.places.place(code)
    return Text(place.short_zh, place.name_en)
