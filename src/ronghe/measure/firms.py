"""The firm network: whose capital stands where, and how many links run between regions.

From rows of holdings (parent, child, share held, paid-in capital), or from links already summed by pair:

    K_uv = sum over links from u to v of share held x paid-in capital of the child

Rows of one parent and one child are one link: a plant listed as branch and as subsidiary counts once (the branch
row is left out), and a holding bought in parts adds up. Children without staff are shells: left out and counted.
Registered capital is not paid-in capital, and a moved seat is not a moved plant: only what is paid in counts, and
a link stands where its rows place it on the day asked for.

References
----------
.. [1] P. J. Taylor, "Specification of the World City Network", 2001 (firm links as a network of places).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, get_args

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.base.text import Text
from ronghe.measure.wrong import listed, refuse

Kind = Literal["subsidiary", "branch", "equity"]
OWNERSHIP: tuple[Kind, ...] = get_args(Kind)
LinkKind = Literal["subsidiary", "branch", "equity", "supply"]
LINK_KINDS: tuple[LinkKind, ...] = get_args(LinkKind)
ROUNDING = 1e-9
"""How far the shares of one child may add up to more than 1."""


class Holding(NamedTuple):
    """One row of ``firms``: a parent holds part of a child from one day, to another or to today."""

    parent: str
    child: str
    kind: Kind
    share: float
    """Of the child, 0 to 1; NaN if unknown. A branch is wholly its parent's."""
    paid_in: float
    """Paid-in capital of the whole child, 万元; NaN if unknown."""
    staff: float
    """Of the child; NaN if unknown."""
    industry: str
    origin: str
    destination: str
    start: date
    end: date | None = None


class SummedLinks(NamedTuple):
    """One row of ``firm_links``: links of one industry and kind from one region to another."""

    origin: str
    destination: str
    industry: str
    kind: LinkKind
    links: float
    amount: float
    """万元; NaN if unknown."""


class DirectLink(NamedTuple):
    """One parent and one child; a plant listed twice is one."""

    parent: str
    child: str
    share: float
    paid_in: float
    staff: float
    """Of the child; 0 is a shell."""
    industry: str
    origin: str
    destination: str


@dataclass(frozen=True, slots=True, eq=False)
class FirmNetwork:
    """Capital and links between regions.

    Attributes
    ----------
    regions : tuple of str
    capital : array, shape (region, region)
        K, 万元, rows hold and columns are held; NaN where a link of the cell lacks share or capital.
    counts : array, shape (region, region)
        Number of links; NaN where the pair is unknown.
    shells : array of int, shape (region, region)
        Links left out because the child has no staff.
    doubles : int
        Branch rows of a plant that the same parent lists already.
    without_capital : array of int, shape (region, region)
        Links (rows, where they come summed) whose share or capital is unknown.
    staff_unknown : int
        Links kept although nobody says whether the child has staff.
    elsewhere : int
        Links with an end in no region of the list.
    links : tuple of DirectLink
        What was counted; empty where rows come summed by pair.
    """

    regions: tuple[str, ...]
    capital: Floats
    counts: Floats
    shells: Ints
    doubles: int
    without_capital: Ints
    staff_unknown: int
    elsewhere: int
    links: tuple[DirectLink, ...]


def firm_network(*, holdings: Sequence[Holding], regions: Sequence[str], on: date) -> FirmNetwork:
    """Return the network of direct holdings on one day.

    A register of firms is complete: a pair of regions without a row has 0 links, an observed zero.

    Parameters
    ----------
    holdings : sequence of Holding
        Rows of all days; those that hold on ``on`` count (the day of the end no more).
    regions : sequence of str
        Codes on the axes.
    on : date

    Raises
    ------
    ParameterFault
        If a share lies outside 0 to 1, the shares of one child add up to more than 1, capital or staff are
        negative, a unit holds itself, or rows of one pair disagree on where it is or what is paid in.
    """
    found, doubles = direct_links(holdings=holdings, on=on)
    refuse(check_regions(regions))
    at = {code: place for place, code in enumerate(regions)}
    placed = [link for link in found if link.origin in at and link.destination in at]
    real = [link for link in placed if link.staff != 0]
    worth = [link.share * link.paid_in for link in real]
    return FirmNetwork(
        regions=tuple(regions),
        capital=_summed(real, worth, at),
        counts=_summed(real, [1.0] * len(real), at),
        shells=_summed([link for link in placed if link.staff == 0], None, at).astype(np.int64),
        doubles=doubles,
        without_capital=_summed(
            [link for link, is_in in zip(real, worth, strict=True) if np.isnan(is_in)], None, at
        ).astype(np.int64),
        staff_unknown=sum(bool(np.isnan(link.staff)) for link in real),
        elsewhere=len(found) - len(placed),
        links=tuple(real),
    )


def direct_links(*, holdings: Sequence[Holding], on: date) -> tuple[list[DirectLink], int]:
    """Return one link for each parent and child of a day, shells among them, and the number of double plants.

    Raises
    ------
    ParameterFault
        As in :func:`firm_network`.
    """
    kept, doubles = _once([row for row in holdings if row.start <= on and (row.end is None or on < row.end)])
    _check(holdings, kept)
    groups: defaultdict[tuple[str, str], list[Holding]] = defaultdict(list)
    staff: defaultdict[str, list[float]] = defaultdict(list)
    for row in holdings:
        if row.start <= on and (row.end is None or on < row.end):
            staff[row.child].append(row.staff)
    for row in kept:
        groups[row.parent, row.child].append(row)
    return [_link(held, staff[child]) for (_, child), held in groups.items()], doubles


def summed_network(
    *,
    rows: Sequence[SummedLinks],
    regions: Sequence[str],
    kinds: Sequence[LinkKind] = OWNERSHIP,
    complete: bool = False,
) -> FirmNetwork:
    """Return the network of links that come summed by pair, industry and kind.

    Parameters
    ----------
    rows : sequence of SummedLinks
        Of one year.
    regions : sequence of str
    kinds : sequence of {"subsidiary", "branch", "equity", "supply"}
        What counts; deliveries are no ownership and are left out unless asked for.
    complete : bool
        Whether the table lists every pair that has a link: then a pair without a row is an observed 0, otherwise
        it is unknown.

    Raises
    ------
    ParameterFault
        If links or amounts are negative, links are unknown, or a kind is none.
    """
    _check_summed(rows, regions, kinds)
    at = {code: place for place, code in enumerate(regions)}
    size = len(at)
    capital, counts, missing = np.zeros((size, size)), np.zeros((size, size)), np.zeros((size, size), dtype=np.int64)
    seen = np.full((size, size), complete)
    chosen = [row for row in rows if row.kind in set(kinds)]
    inside = [row for row in chosen if row.origin in at and row.destination in at]
    for row in inside:
        cell = at[row.origin], at[row.destination]
        seen[cell] = True
        capital[cell] += row.amount
        counts[cell] += row.links
        missing[cell] += int(np.isnan(row.amount))
    capital[~seen] = counts[~seen] = np.nan
    none = np.zeros((size, size), dtype=np.int64)
    return FirmNetwork(tuple(regions), capital, counts, none, 0, missing, 0, len(chosen) - len(inside), ())


def _once(rows: Sequence[Holding]) -> tuple[list[Holding], int]:
    """Return the rows without doubles of a plant, and how many those were.

    A branch row gives way to a row of the same pair that tells the share held, and counts once itself.
    """
    legal = {(row.parent, row.child) for row in rows if row.kind != "branch"}
    kept: list[Holding] = []
    branches: set[tuple[str, str]] = set()
    for row in rows:
        pair = row.parent, row.child
        if row.kind == "branch" and (pair in legal or pair in branches):
            continue
        if row.kind == "branch":
            branches.add(pair)
        kept.append(row)
    return kept, len(rows) - len(kept)


def _link(held: Sequence[Holding], staff: Sequence[float]) -> DirectLink:
    """Return the rows of one parent and child as one link; parts of a holding add up."""
    # Any row that tells of staff makes the child real; only a child that all rows say is empty is a shell.
    told = max((number for number in staff if number > 0), default=float("nan") if np.isnan(staff).any() else 0.0)
    first, share = held[0], sum(_share(row) for row in held)
    return DirectLink(
        first.parent, first.child, share, first.paid_in, told, first.industry, first.origin, first.destination
    )


def _share(row: Holding) -> float:
    return 1.0 if row.kind == "branch" else row.share


def _summed(links: Sequence[DirectLink], values: Sequence[float] | None, at: dict[str, int]) -> Floats:
    """Return a value of the links, or their number, summed by pair of regions."""
    found = np.zeros((len(at), len(at)))
    cells = [at[link.origin] for link in links], [at[link.destination] for link in links]
    np.add.at(found, cells, 1.0 if values is None else np.asarray(values, dtype=np.float64))
    return found


def _check(holdings: Sequence[Holding], kept: Sequence[Holding]) -> None:
    """Tell every fault of the rows at once."""
    kinds = sorted({str(row.kind) for row in holdings if row.kind not in OWNERSHIP})
    wrong = sorted({row.child for row in holdings if row.share < 0 or row.share > 1 or np.isinf(row.share)})
    negative = sorted({row.child for row in holdings if not _amounts(row.paid_in, row.staff)})
    selves = sorted({row.parent for row in holdings if row.parent == row.child})
    reverse = sorted({row.child for row in holdings if row.end is not None and row.end < row.start})
    shares: defaultdict[str, float] = defaultdict(float)
    places: defaultdict[str, set[str]] = defaultdict(set)
    paid: defaultdict[str, set[float]] = defaultdict(set)
    for row in kept:
        shares[row.child] += 0.0 if np.isnan(_share(row)) else _share(row)
        places[row.parent].add(row.origin)
        places[row.child].add(row.destination)
        paid[row.child].add(row.paid_in if row.paid_in == row.paid_in else -1.0)
    over = sorted(child for child, total in shares.items() if total > 1 + ROUNDING)
    moved = sorted(unit for unit, found in places.items() if len(found) > 1)
    several = sorted(child for child, found in paid.items() if len(found) > 1)
    told = (
        (kinds, "关联方式未知：{0}；应为 subsidiary、branch 或 equity。",
         "Unknown kinds: {0}; they are subsidiary, branch or equity."),
        (wrong, "持股比例应在0至1之间，不符的子公司：{0}。", "Shares held lie from 0 to 1; not so for {0}."),
        (negative, "实缴资本和从业人员应为不小于0的有限数，不符的子公司：{0}。",
         "Paid-in capital and staff are finite and at least 0; not so for {0}."),
        (selves, "持有自身的单位：{0}；请去掉这些行。", "Units that hold themselves: {0}; leave those rows out."),
        (reverse, "终止日期早于起始日期的子公司：{0}。", "Holdings that end before they start: {0}."),
        (over, "同日持股合计超过1的子公司：{0}；被替代的旧行请填终止日期。",
         "Shares of one child add up to more than 1 on the day: {0}. Give the replaced row its last day."),
        (moved, "同日位于不止一个地区的单位：{0}；请统一地区，搬迁前的行请填终止日期。",
         "Units in more than one region on the day: {0}. Make them agree; give rows before a move their last day."),
        (several, "各行实缴资本不一致的子公司：{0}；实缴资本是子公司的总额，各行应相同。",
         "Rows disagree on paid-in capital of {0}. It is the child's total, the same in every row."),
    )  # fmt: skip
    refuse([Text(zh.format(listed(names).zh), en.format(listed(names).en)) for names, zh, en in told if names])


def _amounts(*values: float) -> bool:
    return not any(value < 0 or np.isinf(value) for value in values)


def check_regions(regions: Sequence[str]) -> list[Text]:
    """Return what is wrong with a list of regions: one of them twice."""
    twice = sorted({code for code in regions if list(regions).count(code) > 1})
    if not twice:
        return []
    return [Text(f"regions 中重复的地区：{listed(twice).zh}。", f"Regions listed twice: {listed(twice).en}.")]


def _check_summed(rows: Sequence[SummedLinks], regions: Sequence[str], kinds: Sequence[str]) -> None:
    faults = check_regions(regions)
    unknown = sorted({str(kind) for kind in (*kinds, *(row.kind for row in rows)) if kind not in LINK_KINDS})
    if unknown:
        names = listed(unknown)
        faults.append(
            Text(
                f"关联方式未知：{names.zh}；应为 subsidiary、branch、equity 或 supply。",
                f"Unknown kinds: {names.en}; they are subsidiary, branch, equity or supply.",
            )
        )
    wrong = sum(not (np.isfinite(row.links) and row.links >= 0) or not _amounts(row.amount) for row in rows)
    if wrong:
        faults.append(
            Text(
                f"有{wrong}行的关联数或金额为负数、无穷，或关联数缺失。",
                f"Rows with links or amounts that are negative or infinite, or without links: {wrong}.",
            )
        )
    refuse(faults)
