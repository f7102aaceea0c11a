"""What must hold between the rows of a table, or of two tables, whatever its figures: pairs, memberships, parties."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any

import numpy as np

from ronghe.base.region import nearest
from ronghe.base.text import Text, same
from ronghe.data.intake import vocabulary
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.folding import folded
from ronghe.data.intake.joined import Joined

ROUNDABOUT = 1.005
"""How much longer than a way over a third place a distance in km may be."""

MOST = 400
"""Places up to which every way over a third one is looked at."""


def check_relations(tables: Mapping[str, Joined], found: Findings) -> None:
    """Tell rows that contradict each other."""
    for name, check in CHECKS.items():
        if name in tables:
            check(tables[name], tables, found)


def _adjacency(rows: Joined, tables: Mapping[str, Joined], found: Findings) -> None:
    """A border joins two regions and is listed once."""
    first: dict[tuple[str, str], int] = {}
    for row, (a, b) in enumerate(zip(rows.columns["a"], rows.columns["b"], strict=True)):
        if a is None or b is None:
            continue
        if a == b:
            found.add("E401_self", rows.place(row, "b"), read=quoted(b))
        elif (b, a) in first:
            found.add("E401_pair", rows.place(row, "a"), key=same(f"{a}, {b}"),
                      first=same(rows.place(first[b, a], "a")))  # fmt: skip
        first.setdefault((a, b), row)


def _membership(rows: Joined, tables: Mapping[str, Joined], found: Findings) -> None:
    """A region belongs to an area once at a time, and to one plate."""
    known = _areas(tables)
    by_region: dict[Any, list[int]] = defaultdict(list)
    for row, region in enumerate(rows.columns["region"]):
        by_region[region].append(row)
    names = [f"{name or ''}" for name in rows.columns["area"]]
    told = [known.get(folded(name), (folded(name), "own")) for name in names]
    for region, held in by_region.items():
        for one, other in combinations(held, 2) if region is not None else ():
            if not _at_once(rows, one, other):
                continue
            where = {"region": same(region), "first": same(rows.place(one, "area")), "area": quoted(names[other])}
            if told[one] != told[other] and told[one][1] == told[other][1] == "plate":
                found.add("E402_plate", rows.place(other, "area"), before=quoted(names[one]), **where)
            elif told[one] == told[other] and _key(rows, one) != _key(rows, other):
                found.add("E402_time", rows.place(other, "area"), **where)


def _key(rows: Joined, row: int) -> tuple[Any, Any]:
    """Return area and start as written, by which a row said twice is told elsewhere."""
    return rows.columns["area"][row], rows.columns["from"][row]


def _areas(tables: Mapping[str, Joined]) -> Mapping[str, tuple[str, str]]:
    """Return key and kind of every area by each of its names, the set's own before the program's."""
    found = dict(vocabulary.areas())
    if "areas" in tables:
        columns = tables["areas"].columns
        for row, (key, kind) in enumerate(zip(columns["area"], columns["kind"], strict=True)):
            found |= {folded(f"{columns[name][row]}"): (f"{key}", f"{kind}") for name in vocabulary.NAMED["areas"]
                      if columns[name][row] is not None}  # fmt: skip
    return found


def _at_once(rows: Joined, one: int, other: int) -> bool:
    """Whether two memberships stand at one time; what has no date stands from ever, or for ever."""
    start, end = rows.columns["from"], rows.columns["to"]
    return (start[one] or "0000") < (end[other] or "9999") and (start[other] or "0000") < (end[one] or "9999")


def _copatents(rows: Joined, tables: Mapping[str, Joined], found: Findings) -> None:
    """Two regions hold a patent together whichever of them is named first."""
    first: dict[tuple[Any, ...], int] = {}
    names = ("year", "field", "kind", "origin", "destination")
    for row, (year, field, kind, origin, destination) in enumerate(zip(*map(rows.columns.get, names), strict=True)):
        count = rows.columns["count"][row]
        if kind != "copatent" or count is None or origin == destination:
            continue
        other = first.get((year, field, destination, origin))
        first[year, field, origin, destination] = row
        if other is not None and rows.columns["count"][other] != count:
            found.add("E503_copatent", rows.place(row, "count"), read=quoted(count),
                      back=quoted(rows.columns["count"][other]))  # fmt: skip


def _legal_basis(rows: Joined, tables: Mapping[str, Joined], found: Findings) -> None:
    """What is verified is quoted; where there is no basis there is no article."""
    columns = (rows.columns[name] for name in ("status", "quotation", "article"))
    for row, (status, quotation, article) in enumerate(zip(*columns, strict=True)):
        if status == "verified" and not f"{quotation or ''}".strip():
            found.add("E221_quotation", rows.place(row, "quotation"))
        if status == "none" and f"{article or ''}".strip():
            found.add("E225_article", rows.place(row, "article"), read=quoted(article))


def _prices(rows: Joined, tables: Mapping[str, Joined], found: Findings) -> None:
    """Prices of one table have one base and one basket."""
    for name in ("base", "basket"):
        counts = Counter(value for value in rows.columns[name] if value is not None)
        if len(counts) < 2:
            continue
        usual = counts.most_common(1)[0][0]
        title = rows.schema.field(name).title
        for row, value in enumerate(rows.columns[name]):
            if value not in (None, usual):
                found.add("E413_two", rows.place(row, name), what=title, read=quoted(value), usual=quoted(usual))


def _distances(rows: Joined, tables: Mapping[str, Joined], found: Findings) -> None:
    """A place is no way from itself, and no way over a third place is shorter."""
    ways: dict[tuple[Any, ...], dict[tuple[str, str], int]] = defaultdict(dict)
    names = ("mode", "measure", "year", "origin", "destination", "value")
    for row, (mode, measure, year, origin, destination, value) in enumerate(
        zip(*map(rows.columns.get, names), strict=True)
    ):
        if None in (origin, destination, value):
            continue
        if origin == destination and value:
            found.add("E225_self", rows.place(row, "value"), read=quoted(value))
        elif origin != destination and measure == "km":
            ways[mode, measure, year][origin, destination] = row
    for pairs in ways.values():
        _over_a_third(rows, pairs, found)


def _over_a_third(rows: Joined, pairs: Mapping[tuple[str, str], int], found: Findings) -> None:
    """Tell the distance that is longest against a way over a third place."""
    codes = sorted({code for pair in pairs for code in pair})
    if not 3 <= len(codes) <= MOST:
        return
    at = {code: number for number, code in enumerate(codes)}
    km = np.full((len(codes), len(codes)), np.inf)
    for (origin, destination), row in pairs.items():
        km[at[origin], at[destination]] = rows.columns["value"][row]
        if (destination, origin) not in pairs and not rows.columns["directed"][row]:
            km[at[destination], at[origin]] = rows.columns["value"][row]
    best = np.full_like(km, np.inf)
    over = np.zeros(km.shape, dtype=int)
    for k in range(len(codes)):
        way = km[:, k, None] + km[None, k, :]
        over[way < best] = k
        np.minimum(best, way, out=best)
    long = [(float(km[at[a], at[b]] / best[at[a], at[b]]), a, b) for a, b in pairs if best[at[a], at[b]] > 0]
    long = [one for one in long if one[0] > ROUNDABOUT]
    if long:
        _, a, b = max(long)
        row = pairs[a, b]
        found.add("E512_third", rows.place(row, "value"), read=quoted(rows.columns["value"][row]),
                  via=same(codes[over[at[a], at[b]]]), way=same(f"{best[at[a], at[b]]:.6g}"),
                  count=len(long))  # fmt: skip


def _durations(rows: Joined, tables: Mapping[str, Joined], found: Findings) -> None:
    """Days of insiders say something beside those of outsiders."""
    parties: dict[tuple[Any, ...], dict[str, int]] = defaultdict(dict)
    for row, (matter, region, party, period) in enumerate(
        zip(*(rows.columns[name] for name in ("matter", "region", "party", "period")), strict=True)
    ):
        if None not in (matter, region, party):
            parties[matter, region, period][party] = row
    for held in parties.values():
        if len(held) == 1:
            ((party, row),) = held.items()
            found.add("N008_one_side", rows.place(row, "party"), read=quoted(party))


def _monitors(rows: Joined, tables: Mapping[str, Joined], found: Findings) -> None:
    """A pollutant is measured in one unit."""
    units: dict[Any, Counter[str]] = defaultdict(Counter)
    pairs = list(zip(rows.columns["pollutant"], rows.columns["unit"], strict=True))
    for pollutant, unit in pairs:
        if unit is not None:
            units[pollutant][unit] += 1
    for row, (pollutant, unit) in enumerate(pairs):
        usual = units[pollutant].most_common(1)[0][0] if unit is not None else None
        if unit != usual:
            found.add("E207_pollutant", rows.place(row, "unit"), read=quoted(unit), pollutant=quoted(pollutant),
                      usual=quoted(usual))  # fmt: skip


def _affair_flows(rows: Joined, tables: Mapping[str, Joined], found: Findings) -> None:
    """Whoever pays or benefits is a player of the affair."""
    players = tables.get("affair_players")
    if players is None:
        return
    listed: dict[Any, set[str]] = defaultdict(set)
    for affair, region in zip(players.columns["affair"], players.columns["region"], strict=True):
        listed[affair].add(region)
    for name in ("payer", "beneficiary"):
        for row, (affair, region) in enumerate(zip(rows.columns["affair"], rows.columns[name], strict=True)):
            if region is not None and region not in listed[affair]:
                near = nearest(region, sorted(listed[affair] - {None}))
                found.add("E301_player", rows.place(row, name), read=quoted(region), affair=quoted(affair),
                          near=Text("、".join(near) or "无", ", ".join(near) or "none"))  # fmt: skip


def _affair_players(rows: Joined, tables: Mapping[str, Joined], found: Findings) -> None:
    """A cost or benefit that is said to be published names its source."""
    for row, (status, source) in enumerate(zip(rows.columns["status"], rows.columns["source"], strict=True)):
        if status in ("observed", "computed") and source is None:
            found.add("E408_none", rows.place(row, "status"), read=quoted(status))


def _regions(rows: Joined, tables: Mapping[str, Joined], found: Findings) -> None:
    """A region has one parent at a time, none is above itself, and what ends has a successor."""
    parent: dict[str, str] = {}
    line: dict[str, int] = {}
    names = ("code", "parent", "valid_to", "successor")
    for row, (code, above, valid_to, successor) in enumerate(zip(*(rows.columns[name] for name in names), strict=True)):
        if code is None:
            continue
        if valid_to is not None:
            if successor is None:
                found.add("E306_successor", rows.place(row, "successor"), read=quoted(valid_to))
            continue
        if above is not None and parent.setdefault(code, above) != above:
            found.add("E402_parent", rows.place(row, "parent"), read=quoted(above), before=quoted(parent[code]))
        line.setdefault(code, row)
    for code in line:
        seen = [code]
        while (above := parent.get(seen[-1])) is not None and above not in seen:
            seen.append(above)
        if above == code:
            shown = Text("、".join(seen[:8]), ", ".join(seen[:8]))
            found.add("E410_parents", rows.place(line[code], "parent"), read=shown)
            return


CHECKS: Mapping[str, Callable[[Joined, Mapping[str, Joined], Findings], None]] = {
    "adjacency": _adjacency,
    "membership": _membership,
    "knowledge_flows": _copatents,
    "legal_basis": _legal_basis,
    "prices": _prices,
    "distances": _distances,
    "durations": _durations,
    "monitors": _monitors,
    "affair_flows": _affair_flows,
    "affair_players": _affair_players,
    "regions": _regions,
}
"""What is looked at in which table."""
