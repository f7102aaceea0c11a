"""What depends on the time a row is about: units of that time, periods of one length, commodities of one list."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from ronghe.base.text import Text, same
from ronghe.data.intake import vocabulary
from ronghe.data.intake.cells import Names
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.reading import Read
from ronghe.data.intake.register import named

LENGTHS = {4: Text("年度", "years"), 7: Text("月度或季度", "months or quarters")}
"""Kinds of periods by the length of their text."""

SHOWN = 6


def check_periods(read: Read, names: Names, found: Findings) -> None:
    """Tell rows that do not fit the time they are about."""
    _units_of_their_time(read, names, found)
    for field in read.schema.fields:
        if field.type == "period":
            _one_length(read, field.name, found)
    if read.schema.table == "prices":
        _one_list(read, found)


def _units_of_their_time(read: Read, names: Names, found: Findings) -> None:
    """Tell units that are there no more, or not yet, in the year of their row."""
    time = next((f.name for f in read.schema.fields if f.key and f.type in ("year", "period")), None)
    if time is None:
        return
    stands: dict[tuple[Any, Any], bool] = {}
    for end in read.schema.ends:
        for row, (code, when) in enumerate(zip(read.columns[end.name], read.columns[time], strict=True)):
            if (code, when) not in stands:
                stands[code, when] = _stands(names, code, when)
            if stands[code, when]:
                continue
            places, year = names.places.by_code[code], int(f"{when}"[:4])
            last = places[-1]
            told = {"read": quoted(named(last)), "year": same(f"{year}")}
            if last.valid_to and int(last.valid_to[:4]) < year:
                near = ", ".join(named(one) for one in names.places.by_code.get(last.successor, [])) or "—"
                found.add("E306_dated", read.place(row, end.name), near=near, **told)
            else:
                found.add("E306_later", read.place(row, end.name), since=last.valid_from, **told)


def _stands(names: Names, code: Any, when: Any) -> bool:
    """Whether a unit is there at a time, as far as the register knows it."""
    places = names.places.by_code.get(code, [])
    return when is None or not places or any(place.stands_in(int(f"{when}"[:4])) for place in places)


def _one_length(read: Read, column: str, found: Findings) -> None:
    """Tell periods of another length than most, within one base or one way of counting."""
    bases = read.columns.get("base", [None] * len(read))
    groups: dict[Any, list[int]] = defaultdict(list)
    for row, (period, base) in enumerate(zip(read.columns[column], bases, strict=True)):
        if period is not None:
            groups[base].append(row)
    for rows in groups.values():
        counts = Counter(_length(read.columns[column][row]) for row in rows)
        usual = counts.most_common(1)[0][0]
        for row in rows:
            period = read.columns[column][row]
            if _length(period) != usual:
                found.add("E407_mixed", read.place(row, column), read=quoted(period), usual=LENGTHS[usual])


def _length(period: str) -> int:
    return 4 if len(period) <= 4 else 7


def _one_list(read: Read, found: Findings) -> None:
    """Tell periods whose commodities are of two lists, or of another list than the period before."""
    for periods in _commodities(read).values():
        before = ""
        for period in sorted(periods):
            rows = periods[period]
            old, new = (sorted(_of_list(rows, name)) for name in ("old", "new"))
            if old and new:
                found.add("E412_both", read.place(min(rows.values()), "commodity"), period=period,
                          old=", ".join(old[:SHOWN]), new=", ".join(new[:SHOWN]))  # fmt: skip
            elif before and _differs(periods[before], rows):
                found.add("E412_lists", read.place(min(rows.values()), "commodity"), period=period, before=before,
                          change=_change(set(periods[before]), set(rows)))  # fmt: skip
            before = period


def _commodities(read: Read) -> Mapping[Any, dict[str, dict[str, int]]]:
    """Return the row of each commodity, by region, base and basket, and by period."""
    names = ("region", "base", "basket", "period", "commodity")
    found: dict[Any, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for row, (region, base, basket, period, commodity) in enumerate(zip(*map(read.columns.get, names), strict=True)):
        if None not in (region, period, commodity):
            found[region, base, basket][period].setdefault(commodity, row)
    return found


def _of_list(commodities: Mapping[str, int], name: str) -> set[str]:
    return {one for one in commodities if vocabulary.lists().get(one) == name}


def _differs(before: Mapping[str, int], after: Mapping[str, int]) -> bool:
    """Whether commodities came or went, but for an old list that gave way to a new one."""
    if _of_list(before, "old") and _of_list(after, "new"):
        return False
    return set(before) != set(after)


def _change(before: set[str], after: set[str]) -> Text:
    came, went = (", ".join(sorted(one)[:SHOWN]) for one in (after - before, before - after))
    zh = [f"新增 {came}"] * bool(came) + [f"缺少 {went}"] * bool(went)
    en = [f"with {came}"] * bool(came) + [f"without {went}"] * bool(went)
    return Text("，".join(zh), ", ".join(en))
