"""Values of a table held against one another: units that change on the way, jumps, sums that must hold, dates.

Nothing is converted or mended: what is odd is told with its cell and with what it was held against.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from ronghe.base.text import Text, same
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.joined import Joined

FACTORS = (1e3, 1e4, 1e8)
"""Between the scales that tables are printed in: thousands, 万, 亿."""

JUMP, INDUSTRIES_GAP, PER_HEAD, ASYMMETRY = 10.0, 0.15, 0.02, 0.005

ORDERED = (
    ("start", "planned_end"), ("start", "actual_end"), ("issued", "effective"), ("effective", "repealed"),
    ("valid_from", "valid_to"), ("from", "to"),
)  # fmt: skip
"""Columns of dates of which the second may not lie before the first."""


SHARES = {
    "concordance": ("weight", ("from",), True),
    "zoning": ("area_share", ("region", "valid_from"), False),
    "firms": ("share_held", ("child_unit",), False),
}  # fmt: skip
"""Tables of shares: the column, what one set of it has in common, and whether a set is the whole."""

PARTS = {
    "fiscal_accounts": ("item", "tax_revenue", ("vat", "corporate_income_tax", "personal_income_tax", "other_taxes"),
                        ("value",), 0.15),
    "employment": ("group", "all", ("skilled", "other"), ("persons", "wage_bill"), 2.0),
}  # fmt: skip
"""Tables with a whole and its parts in rows: the column that tells them apart, the whole, all parts, the columns that
add up, and how far rounding may lead apart."""

ROUNDED = 0.5e-3
"""How far each share of a set may be off by its printed decimals."""


def check_values(read: Joined, found: Findings) -> None:
    """Tell values that contradict one another."""
    if "indicator" in read.columns and "value" in read.columns and "year" in read.columns:
        _over_years(read, found)
        _industries(read, found)
        _per_head(read, found)
    if read.schema.table == "distances":
        _both_ways(read, found)
    if read.schema.table in SHARES:
        _shares(read, found)
    if read.schema.table == "ratios":
        _ratios(read, found)
    if read.schema.table in PARTS:
        _parts(read, found)
    if read.schema.table == "fiscal_accounts":
        _scopes(read, found)
    _dates(read, found)
    if "waits_for" in read.columns:
        _circles(read, found)


def _series(read: Joined) -> Mapping[tuple[Any, ...], list[tuple[int, int]]]:
    """Return (year, row) of every region, indicator and vintage, in order."""
    groups: dict[tuple[Any, ...], list[tuple[int, int]]] = defaultdict(list)
    vintage = read.columns.get("vintage", [None] * len(read))
    for row, (region, indicator, kept, year, value) in enumerate(
        zip(*(read.columns[name] for name in ("region", "indicator")), vintage, read.columns["year"],
            read.columns["value"], strict=True)
    ):  # fmt: skip
        if None not in (region, indicator, year, value):
            groups[region, indicator, kept].append((year, row))
    return {key: sorted(rows) for key, rows in groups.items()}


def _over_years(read: Joined, found: Findings) -> None:
    """Tell values that stand a scale apart from the other years of their region, and jumps between years."""
    values = read.columns["value"]
    for rows in _series(read).values():
        sizes = [abs(values[row]) for _, row in rows if values[row]]
        if len(sizes) < 2 or max(sizes) <= JUMP * min(sizes):
            continue
        apart: set[int] = set()
        for at, (year, row) in enumerate(rows):
            others = [abs(values[other]) for _, other in rows if other != row and values[other]]
            if len(others) < 2 or not values[row]:
                continue
            usual = statistics.median(others)
            ratio = abs(values[row]) / usual
            scale = next((f for f in FACTORS if f / 2 <= ratio <= 2 * f or f / 2 <= 1 / ratio <= 2 * f), None)
            if scale is not None:
                apart.add(row)
                found.add("E214_scale", read.place(row, "value"), read=quoted(values[row]), usual=same(f"{usual:.6g}"),
                          factor=same(f"{scale:g}"), year=year)  # fmt: skip
                continue
            before = values[rows[at - 1][1]] if at and rows[at - 1][1] not in apart else 0.0
            if before and (abs(values[row] / before) > JUMP or abs(values[row] / before) < 1 / JUMP):
                found.add("E229_jump", read.place(row, "value"), read=quoted(values[row]), before=quoted(before),
                          year=rows[at - 1][0])  # fmt: skip


def _by_place(read: Joined) -> dict[tuple[Any, ...], dict[str, int]]:
    """Return the rows of each region, year and vintage by indicator."""
    found: dict[tuple[Any, ...], dict[str, int]] = defaultdict(dict)
    vintage = read.columns.get("vintage", [None] * len(read))
    for row, key in enumerate(zip(read.columns["region"], read.columns["year"], vintage, strict=True)):
        if read.columns["value"][row] is not None and read.columns["indicator"][row] is not None:
            found[key][read.columns["indicator"][row]] = row
    return found


def _industries(read: Joined, found: Findings) -> None:
    values = read.columns["value"]
    industries = ("gdp_primary", "gdp_secondary", "gdp_tertiary")
    places = _by_place(read).values()
    step = _step(read, "value", [r for rows in places for name, r in rows.items() if name in ("gdp", *industries)])
    for rows in places:
        parts = [rows.get(name) for name in industries]
        whole = rows.get("gdp")
        if whole is None or None in parts:
            continue
        total = sum(values[part] for part in parts if part is not None)
        if abs(total - values[whole]) > _slack(INDUSTRIES_GAP, step, 4, total):
            found.add("E504_industries", read.place(whole, "value"), read=quoted(values[whole]),
                      total=same(f"{total:.10g}"))  # fmt: skip


def _per_head(read: Joined, found: Findings) -> None:
    values = read.columns["value"]
    people_of = {"resident_population": 1e4, "population": 1.0, "population_census": 1.0}
    for rows in _by_place(read).values():
        whole, each = rows.get("gdp"), rows.get("gdp_per_capita")
        people = next((values[rows[name]] * by for name, by in people_of.items() if name in rows), None)
        if whole is None or each is None or not people or not values[whole]:
            continue
        made = values[each] * people / 1e8
        if abs(made / values[whole] - 1.0) > PER_HEAD:
            found.add("E505_per_head", read.place(each, "value"), read=quoted(values[each]),
                      made=same(f"{made:.6g}"), total=quoted(values[whole]))  # fmt: skip


def _both_ways(read: Joined, found: Findings) -> None:
    """Tell undirected distances that differ between the two orders of a pair."""
    names = ("origin", "destination", "mode", "measure", "year")
    keys = [read.columns.get(name, [None] * len(read)) for name in names]
    directed = read.columns.get("directed", [None] * len(read))
    first: dict[tuple[Any, ...], int] = {}
    for row, (origin, destination, *rest) in enumerate(zip(*keys, strict=True)):
        value = read.columns["value"][row]
        if directed[row] or value is None or origin is None or destination is None:
            continue
        other = first.get((destination, origin, *rest))
        first[origin, destination, *rest] = row
        if other is not None and other != row:
            back = read.columns["value"][other]
            if back is not None and abs(value - back) > ASYMMETRY * max(abs(value), abs(back)):
                found.add("E503_asymmetric", read.place(row, "value"), read=quoted(value), back=quoted(back))


def check_demonstration(tables: Iterable[Joined], found: Findings) -> None:
    """Tell values marked as demonstration that stand in one data set with others."""
    held = [
        (read, row, status) for read in tables for row, status in enumerate(read.columns.get("status", ())) if status
    ]
    others = sum(status != "demonstration" for _, _, status in held)
    for read, row, status in held if others else ():
        if status == "demonstration":
            found.add("E509_mixed", read.place(row, "status"), count=f"{others:,}")


def _shares(read: Joined, found: Findings) -> None:
    """Tell sets of shares that come to more than the whole, or to less where they must be the whole."""
    name, common, whole = SHARES[read.schema.table]
    sets: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in _holding(read) if read.schema.table == "firms" else range(len(read)):
        sets[tuple(read.columns[one][row] for one in common)].append(row)
    shares = read.columns[name]
    for key, rows in sets.items():
        if any(shares[row] is None for row in rows) or None in key:
            continue
        total, slack = sum(shares[row] for row in rows), ROUNDED * len(rows)
        if total > 1.0 + slack or (whole and total < 1.0 - slack):
            found.add("E226_whole" if whole else "E226_over", read.place(rows[0], name), count=len(rows),
                      total=same(f"{total:.6g}"), of=quoted(" / ".join(f"{part}" for part in key)))  # fmt: skip


def _holding(read: Joined) -> list[int]:
    """Return the rows of holdings that have not ended: of each parent and child the last."""
    columns = (read.columns[name] for name in ("parent_unit", "child_unit", "from", "to"))
    last: dict[tuple[Any, Any], tuple[str, int]] = {}
    for row, (parent, child, start, end) in enumerate(zip(*columns, strict=True)):
        if start is not None and (start, row) > last.get((parent, child), ("", -1)):
            last[parent, child] = (start, row if end is None else -1)
    return sorted(row for _, row in last.values() if row >= 0)


def _ratios(read: Joined, found: Findings) -> None:
    """Tell ratios that count more than there is."""
    for row, (part, whole) in enumerate(zip(read.columns["numerator"], read.columns["denominator"], strict=True)):
        if part is not None and whole is not None and part > whole:
            found.add("E225_ratio", read.place(row, "numerator"), read=quoted(part), whole=quoted(whole))


def _parts(read: Joined, found: Findings) -> None:
    """Tell wholes that are not the sum of their parts, where all parts are given."""
    kind, whole, parts, values, gap = PARTS[read.schema.table]
    besides = [name for name in (*read.schema.key, "scope") if name != kind and name in read.columns]
    groups: dict[tuple[Any, ...], dict[str, int]] = defaultdict(dict)
    for row, key in enumerate(zip(*(read.columns[name] for name in besides), strict=True)):
        groups[key][read.columns[kind][row]] = row
    steps = {name: _step(read, name, range(len(read))) for name in values}
    for rows in groups.values():
        for name in values if {whole, *parts} <= rows.keys() else ():
            stated = read.columns[name][rows[whole]]
            figures = [read.columns[name][rows[part]] for part in parts]
            if stated is None or None in figures:
                continue
            total = sum(figures)
            if abs(total - stated) > _slack(gap, steps[name], 1 + len(parts), total):
                found.add("E504_parts", read.place(rows[whole], name), read=quoted(stated), total=same(f"{total:.10g}"),
                          parts=Text("、".join(parts), ", ".join(parts)))  # fmt: skip


def _step(read: Joined, column: str, rows: Iterable[int]) -> float:
    """Return the coarsest step in which a sheet prints a column."""
    by_sheet: dict[int, list[float | None]] = defaultdict(list)
    for row in rows:
        by_sheet[read.part(row)].append(read.columns[column][row])
    return max((_printed(values) for values in by_sheet.values()), default=0.0)


def _printed(values: Iterable[float | None]) -> float:
    """Return the largest power of ten that all figures are multiples of."""
    figures = [value for value in values if value]
    steps = (10.0**power for power in range(6, -4, -1))
    return next(
        (s for s in steps if all(abs(f / s - round(f / s)) <= 1e-9 * max(1.0, abs(f / s)) for f in figures)), 0.0
    )


def _slack(gap: float, step: float, count: int, total: float) -> float:
    """Return how far rounding may lead a whole and its parts apart: half a step each, at most 1 % of the whole."""
    return max(gap, min(0.5 * step * count, 0.01 * abs(total))) + 1e-9 * abs(total)


def _scopes(read: Joined, found: Findings) -> None:
    """Tell rows of one account and year that are of another scope than most."""
    scopes = read.columns["scope"]
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row, key in enumerate(zip(read.columns["account"], read.columns["year"], strict=True)):
        if scopes[row] is not None:
            groups[key].append(row)
    for rows in groups.values():
        usual = statistics.mode(scopes[row] for row in rows)
        for row in rows:
            if scopes[row] != usual:
                found.add("E510_scope", read.place(row, "scope"), read=quoted(scopes[row]), usual=quoted(usual))


def _dates(read: Joined, found: Findings) -> None:
    for first, second in ORDERED:
        both = {first, second} <= set(read.columns)
        if not both or read.schema.field(second).type != "date":
            continue
        for row, (start, end) in enumerate(zip(read.columns[first], read.columns[second], strict=True)):
            short = min(len(start or ""), len(end or ""))
            if start and end and end[:short] < start[:short]:
                titles = (read.schema.field(first).title, read.schema.field(second).title)
                found.add("E411_order", read.place(row, second), read=quoted(end), start=quoted(start),
                          first=titles[0], second=titles[1])  # fmt: skip


def _circles(read: Joined, found: Findings) -> None:
    """Tell projects and tasks that wait for one another in a circle."""
    name = next((one for one in ("project", "no", "step") if one in read.columns), None)
    if name is None:
        return
    waits: dict[str, set[str]] = {}
    rows: dict[str, int] = {}
    for row, (key, after) in enumerate(zip(read.columns[name], read.columns["waits_for"], strict=True)):
        if key is not None:
            rows.setdefault(f"{key}", row)
            listed = f"{after or ''}".replace("、", ";").replace(",", ";").split(";")
            waits.setdefault(f"{key}", set()).update(part.strip() for part in listed if part.strip())
    while True:
        ready = [key for key, after in waits.items() if not after & waits.keys()]
        if not ready:
            break
        for key in ready:
            del waits[key]
    if waits:
        circle = sorted(waits, key=rows.__getitem__)
        shown = Text("、".join(circle[:8]), ", ".join(circle[:8]))
        found.add("E410_circle", read.place(rows[circle[0]], "waits_for"), read=shown)
