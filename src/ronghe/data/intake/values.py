"""Values of a table held against one another: units that change on the way, jumps, sums that must hold, dates.

Nothing is converted or mended: what is odd is told with its cell and with what it was held against.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from ronghe.base.text import Text, same
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.joined import Joined
from ronghe.data.intake.rounding import slack, step
from ronghe.data.intake.scales import check_scales
from ronghe.data.intake.siblings import check_siblings

ASYMMETRY = 0.005

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
    apart = check_scales(read, found)
    if "indicator" in read.columns and "value" in read.columns and "year" in read.columns:
        check_siblings(read, apart.get("value", frozenset()), found)
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
    steps = {name: step(read, name, range(len(read))) for name in values}
    for rows in groups.values():
        for name in values if {whole, *parts} <= rows.keys() else ():
            stated = read.columns[name][rows[whole]]
            figures = [read.columns[name][rows[part]] for part in parts]
            if stated is None or None in figures:
                continue
            total = sum(figures)
            if abs(total - stated) > slack(gap, steps[name], 1 + len(parts), total):
                found.add("E504_parts", read.place(rows[whole], name), read=quoted(stated), total=same(f"{total:.10g}"),
                          parts=Text("、".join(parts), ", ".join(parts)))  # fmt: skip


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
