"""What a data set can and cannot tell, derived from its tables by one pure function.

Nobody sets a key. Each key is a condition on the tables held: which cells, of which year, of which status, made how.
Every condition asks for *more* to become true, so an added observed table never closes a key, and no estimated or
assumed cell ever opens one that asks which pair has the higher wall.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import combinations

from ronghe.base.errors import UnknownTerm
from ronghe.base.region import nearest
from ronghe.base.status import Status
from ronghe.base.text import Text

OBSERVED: frozenset[Status] = frozenset({"observed", "computed", "user", "demonstration"})
MADE = frozenset({"register", "survey", "freight", "mixed"})
RECENT = 5
"""Years within which moves count as recent."""
EVERY_KIND = frozenset(
    {
        *("hukou", "birthplace", "last residence", "yearly move", "skilled", "other", "awards", "insider", "outsider"),
        *("education", "health", "land_sales", "transfers_general", "c1", "c2", "c3", "c4", "c5"),
    }
)
"""Kinds that a whole table holds: those that the rules below name, and as many others as they count."""
ALONE = Text("只有一个地区，没有区内", "one region alone has no inside")
NOBODY = Text("没有成员有数据", "no member has data")


@dataclass(frozen=True, slots=True)
class Holding:
    """What a data set holds of one table.

    Attributes
    ----------
    table : str
    status : Status
    years : frozenset of int
    made_by : str
        How the pair cells of a trade or input-output table came about; silence is ``unknown``.
    regions : frozenset of str
        Regions (or destinations of pairs) that are covered.
    pairs : frozenset of (str, str)
        Ordered pairs (buyer, seller) whose cells are there in every sector; an own pair is home flow.
    kinds : frozenset of str
        Classes, services, definitions, groups or items held.
    """

    table: str
    status: Status
    years: frozenset[int] = frozenset()
    made_by: str = "unknown"
    regions: frozenset[str] = frozenset()
    pairs: frozenset[tuple[str, str]] = frozenset()
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Identification:
    """Whether the data can tell one thing.

    Attributes
    ----------
    key : str
    title : Text
        What it is about, in words.
    value : bool
    reason : Text
        Why, or why not.
    rests_on : tuple of str
        Tables the answer rests on.
    unlocks : tuple of str
        Tables that would open a closed key; empty when it is open.
    band : bool
        Whether a scenario band must stand with the figure.
    """

    key: str
    title: Text
    value: bool
    reason: Text
    rests_on: tuple[str, ...]
    unlocks: tuple[str, ...]
    band: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the whole data set, or one area of it.

    Attributes
    ----------
    holdings : tuple of Holding
    regions : frozenset of str
        All regions of the data set.
    members : frozenset of str
        Regions of the area asked for; all of them for the whole data set.
    year : int
    """

    holdings: tuple[Holding, ...]
    regions: frozenset[str]
    members: frozenset[str]
    year: int

    def of(self, *tables: str) -> list[Holding]:
        """Return the observed holdings of some tables."""
        return [one for one in self.holdings if one.table in tables and one.status in OBSERVED]


def identify(
    holdings: Iterable[Holding],
    *,
    regions: Collection[str],
    year: int,
    members: Collection[str] | None = None,
    size: int | None = None,
) -> dict[str, Identification]:
    """Answer every key for a whole data set, or for the members of one area.

    Parameters
    ----------
    holdings : iterable of Holding
        The tables held.
    regions : collection of str
        Regions with data.
    year : int
        Base year.
    members : collection of str, optional
        Members of an area that have data.
    size : int, optional
        How many members the area has, with data or without; as many as ``members`` where left out.
    """
    everything = frozenset(regions)
    asked = Question(tuple(holdings), everything, everything if members is None else frozenset(members), year)
    estimated = bool(asked.holdings) and not any(asked.members <= one.regions for one in _made(asked))
    result = {}
    for key, row in keys().items():
        held = RULES[key](asked)
        few = len(asked.members) < int(row["least"])
        value = held and not few
        reason = Text(row["yes_zh"], row["yes_en"]) if held else Text(row["no_zh"], row["no_en"])
        unlocks = () if held else _missing(key, asked, tuple(row["unlocks"].split()))
        if few:
            alone = (len(asked.members) if size is None else size) < int(row["least"])
            reason = ALONE if alone else _too_few(len(asked.members))
            # Nothing opens the inside of one region; else the facts of another member come first.
            unlocks = () if alone else ("facts", *unlocks)
        result[key] = Identification(
            key=key,
            title=Text(row["title_zh"], row["title_en"]),
            value=value,
            reason=reason,
            rests_on=tuple(row["rests_on"].split()),
            unlocks=unlocks,
            band=value and estimated and key in BANDED,
        )
    return result


def _missing(key: str, asked: Question, tables: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tables of the register without those that are held well enough.

    A table that is held is left out if holding it whole would answer no more, whichever of the others came with it.
    """
    everyone = replace(asked, members=asked.regions) if len(asked.members) < 2 else asked

    def opens(some: Iterable[str]) -> bool:
        more = [_whole(table, everyone) for table in some]
        return RULES[key](replace(everyone, holdings=(*asked.holdings, *more)))

    def idle(table: str) -> bool:
        others = [other for other in tables if other != table]
        choices = [some for size in range(len(tables)) for some in combinations(others, size)]
        return bool(asked.of(table)) and all(opens(some) or not opens((*some, table)) for some in choices)

    return tuple(table for table in tables if not idle(table))


def _whole(table: str, asked: Question) -> Holding:
    """Return a register of one table as whole as any rule can ask for."""
    everyone = asked.regions | asked.members
    pairs = frozenset((n, i) for n in everyone for i in everyone)
    return Holding(table, "observed", frozenset({asked.year}), "register", everyone, pairs, EVERY_KIND)


def _too_few(count: int) -> Text:
    """Return why an area with fewer than two members that have data tells nothing of its inside."""
    many = Text(f"只有{count}个成员有数据", f"only {count} member has data") if count else NOBODY
    return many + Text("，没有可以比较的成员对", ", so there is no pair of members to compare")


def nationwide(table: str, answers: Iterable[Identification]) -> tuple[Identification, ...]:
    """Return the closed keys for which a table must cover the whole country, not the members alone."""
    return tuple(one for one in answers if not one.value and table in keys()[one.key]["nationwide"].split())


def why_nationwide(key: str) -> Text:
    """Return why a key needs its tables of the whole country."""
    return Text(keys()[key]["why_zh"], keys()[key]["why_en"])


def answer(found: Mapping[str, Identification], key: str) -> Identification:
    """Return one answer.

    Raises
    ------
    UnknownTerm
        For a key there is not, with the nearest ones.
    """
    if key not in found:
        raise UnknownTerm(Text("可识别事项", "key of identification"), key, nearest(key, found))
    return found[key]


@cache
def keys() -> dict[str, dict[str, str]]:
    """Return the register of keys with their sentences."""
    text = files("ronghe.data").joinpath("keys.csv").read_text(encoding="utf-8")
    return {row["key"]: row for row in csv.DictReader(text.splitlines())}


def _shares(asked: Question) -> bool:
    """Shares of home, area, others and abroad exist, estimated or not."""
    return any(one.table in ("trade", "io_intermediate") and asked.members <= one.regions for one in asked.holdings)


def _made(asked: Question) -> list[Holding]:
    return [one for one in asked.of("trade", "io_intermediate") if one.made_by in MADE]


def _pair_flows(asked: Question) -> bool:
    wanted = {(n, i) for n in asked.members for i in asked.members if n != i}
    return bool(wanted) and any(wanted <= one.pairs for one in _made(asked))


def _pair_walls(asked: Question) -> bool:
    wanted = {(n, i) for n in asked.members for i in asked.members}
    return len(asked.members) > 1 and any(wanted <= one.pairs for one in _made(asked))


def _around(asked: Question) -> bool:
    """Walls inside the area and between members and outsiders."""
    wanted = {(n, i) for n in asked.members for i in asked.regions}
    wanted |= {(i, n) for n, i in wanted} | {(i, i) for i in asked.regions}
    return len(asked.members) > 1 and any(wanted <= one.pairs for one in _made(asked))


def _damages(asked: Question) -> bool:
    return _pair_walls(asked) and any(one.years for one in asked.of("policies", "cases"))


def _protection(asked: Question) -> bool:
    awards = any("awards" in one.kinds for one in asked.of("pair_flows"))
    sides = any({"insider", "outsider"} <= one.kinds for one in asked.of("durations"))
    prices = any(asked.members <= one.regions for one in asked.of("prices"))
    return _pair_walls(asked) and (awards or sides or prices)


def _prices(asked: Question) -> bool:
    return any(len(one.kinds) >= 5 and len(one.regions & asked.members) >= 2 for one in asked.of("prices"))


def _stock(asked: Question) -> bool:
    held = [one for one in asked.of("migration") if one.kinds & {"hukou", "birthplace"}]
    return any(asked.members <= one.regions for one in held)


def _moves(asked: Question) -> bool:
    held = [one for one in asked.of("migration") if one.kinds & {"last residence", "yearly move"}]
    return any(asked.regions <= one.regions and max(one.years, default=0) >= asked.year - RECENT for one in held)


def _groups(asked: Question) -> bool:
    held = [one for one in asked.of("employment") if asked.year in one.years and asked.regions <= one.regions]
    return any({"skilled", "other"} <= one.kinds for one in held)


def _services(asked: Question, year: int | None = None) -> bool:
    """Two services or more, each with its own years; with ``year``, both in that year."""
    kinds: set[str] = set()
    for one in asked.of("public_services"):
        if asked.members <= one.regions and (year is None or year in one.years):
            kinds |= one.kinds
    return len(kinds) >= 2


def _transfers(asked: Question) -> bool:
    accounts = asked.of("expenditure_accounts")
    fiscal = [one for one in asked.of("fiscal_accounts") if any(kind.startswith("transfers_") for kind in one.kinds)]
    return any(asked.year in one.years and asked.members <= one.regions for one in [*accounts, *fiscal])


def _land(asked: Question) -> bool:
    held = [one for one in asked.of("fiscal_accounts") if "land_sales" in one.kinds]
    return any(asked.year in one.years and asked.members <= one.regions for one in held)


def _any_of(*tables: str) -> Callable[[Question], bool]:
    return lambda asked: any(asked.of(table) for table in tables)


def _all_of(*tables: str) -> Callable[[Question], bool]:
    return lambda asked: all(asked.of(table) for table in tables)


RULES: Mapping[str, Callable[[Question], bool]] = {
    "realised_gain": _shares,
    "stated_cut_gain": _shares,
    "circulation": _shares,
    "pair_flows": _pair_flows,
    "pair_walls": _pair_walls,
    "depth": _around,
    "blocked_points": _around,
    "damages_model": _damages,
    "protection_split": _protection,
    "supply_chain": lambda asked: any(one.table == "io_intermediate" and one.pairs for one in _made(asked)),
    "relative_prices": _prices,
    "migration_stock": _stock,
    "migration_moves": _moves,
    "worker_groups": _groups,
    "service_kinds": _services,
    "drain": lambda asked: _moves(asked) and _services(asked, asked.year),
    "transfers": _transfers,
    "land_revenue": _land,
    "local_objective": lambda asked: _pair_walls(asked) and _transfers(asked) and _land(asked),
    "capital_links": _any_of("firm_links", "firms"),
    "knowledge_pairs": _any_of("knowledge_flows"),
    "affairs": _all_of("affair_flows", "affair_players"),
    "zoning": lambda asked: any(asked.members <= one.regions for one in asked.of("zoning")),
    "obligations": _any_of("obligations"),
}
BANDED = frozenset({"realised_gain", "stated_cut_gain", "circulation"})
