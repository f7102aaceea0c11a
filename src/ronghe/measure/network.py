"""Modularity and communities of flows: do flows fall into the old blocks more than distance alone explains?

Directed weighted modularity of blocks b, with out_u and in_v the sums of what u sends and v receives, m of all:

    Q = (1/m) sum_uv [F_uv - out_u in_v / m] 1[b_u = b_v]

Near places trade more and lie in the same block, so Q is above 0 with no border at all. What counts is the excess
over the border-free flows F0 of the same margins:  excess = Q(F) - Q(F0).  0: the blocks hold nothing together
that distance does not.

Communities of flows are the blocks of largest Q (Louvain); functional regions are communities with how much of
its flows each keeps. Communities and blocks are held against each other by normalised mutual information.

References
----------
.. [1] E. A. Leicht, M. E. J. Newman, "Community Structure in Directed Networks", 2008, equation (3).
.. [2] V. D. Blondel et al., "Fast Unfolding of Communities in Large Networks", 2008 (Louvain).
.. [3] L. Danon et al., "Comparing Community Structure Identification", 2005 (arithmetic mean of entropies).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.base.errors import NotIdentified
from ronghe.base.spread import Spread
from ronghe.base.text import Text
from ronghe.measure.wrong import refuse, wrong_flows

SEEDS = 20
MARGINS = 1e-6
"""Largest relative gap between the sums of the border-free flows and those of the flows."""

Labels = Sequence[Hashable] | Ints


@dataclass(frozen=True, slots=True, eq=False)
class ExcessModularity:
    """Modularity of blocks beside its value without borders.

    Attributes
    ----------
    observed, expected : float
        Q of the flows and of the border-free flows.
    excess : float
        Observed less expected; not above 0: the blocks hold nothing together that distance does not.
    by_block : array, shape (block,)
        The excess as a sum over blocks.
    blocks : tuple
        Names, in the order of their first unit.
    spread : Spread or None
        5 and 95 % over draws of the border-free flows.
    reason : Text
        Why there is no interval; empty where there is one.
    """

    observed: float
    expected: float
    excess: float
    by_block: Floats
    blocks: tuple[Hashable, ...]
    spread: Spread | None
    reason: Text


@dataclass(frozen=True, slots=True, eq=False)
class Communities:
    """The division of largest modularity that was found.

    Attributes
    ----------
    labels : array of int, shape (unit,)
        Community of each unit, numbered by first unit.
    modularity : float
    tried : array, shape (seed,)
        Modularity by seed: how firm the division is.
    seeds : tuple of int
    """

    labels: Ints
    modularity: float
    tried: Floats
    seeds: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class FunctionalRegions:
    """Communities of flows, and how much of its flows each keeps.

    Attributes
    ----------
    communities : Communities
    members : tuple of tuple of str
        Units of each region.
    kept_out, kept_in : array, shape (region,)
        Share of what its units send that stays inside, and of what they receive that comes from inside; NaN where
        they send or receive nothing.
    """

    communities: Communities
    members: tuple[tuple[str, ...], ...]
    kept_out: Floats
    kept_in: Floats


def modularity(*, flows: Floats, blocks: Labels) -> float:
    """Return the directed weighted modularity of blocks [1]_.

    Parameters
    ----------
    flows : array, shape (unit, unit)
        Rows send, columns receive. The diagonal may be NaN as a whole: own flows unobserved, then no part of the
        network.
    blocks : sequence or array, shape (unit,)
        Block of each unit.

    Raises
    ------
    ParameterFault
        If shapes do not fit, or a flow is negative, infinite or missing.
    NotIdentified
        If nothing flows.

    Examples
    --------
    Four units in two blocks; 8 stay with each unit, 1 goes from each unit to each of the other block.

    >>> flows = np.array([[8, 0, 1, 1], [0, 8, 1, 1], [1, 1, 8, 0], [1, 1, 0, 8.0]])
    >>> round(modularity(flows=flows, blocks=["a", "a", "b", "b"]), 12)
    0.3
    """
    _check(flows, blocks)
    return float(_parts(_known(flows), *_numbered(blocks)).sum())


def excess_modularity(
    *, flows: Floats, border_free: Floats, blocks: Labels, draws: Floats | None = None
) -> ExcessModularity:
    """Return the modularity of blocks over what distance alone gives them.

    Parameters
    ----------
    flows, border_free : array, shape (unit, unit)
        The flows and F0, in one unit and with the same sums of rows and columns.
    blocks : sequence or array, shape (unit,)
    draws : array, shape (draw, unit, unit), optional
        F0 of draws of the estimated model; gives the interval.

    Raises
    ------
    ParameterFault
        If the two differ in their sums, or the input is wrong as in :func:`modularity`.
    NotIdentified
        If nothing flows.
    """
    _check(flows, blocks, border_free, *(() if draws is None else draws))
    numbers, names = _numbered(blocks)
    held = _parts(_known(flows), numbers, names)
    free = _parts(_known(border_free), numbers, names)
    spread, reason = None, Text("没有给出无边界流量的抽样。", "No draws of the border-free flows were given.")
    if draws is not None and len(draws):
        found = [held.sum() - _parts(_known(drawn), numbers, names).sum() for drawn in draws]
        spread, reason = Spread("interval", *np.quantile(found, [0.05, 0.95]).tolist()), Text("", "")
    excess = held - free
    return ExcessModularity(
        float(held.sum()), float(free.sum()), float(excess.sum()), excess, tuple(names), spread, reason
    )


def communities(*, flows: Floats, seeds: Sequence[int] = range(SEEDS)) -> Communities:
    """Return the division of largest modularity over several starts of Louvain [2]_.

    Louvain is a search: a start may end below the best, and the order of the units decides between divisions of
    like modularity. ``tried`` shows both.

    Parameters
    ----------
    flows : array, shape (unit, unit)
        As in :func:`modularity`. A unit without flows is a community of its own.
    seeds : sequence of int
    """
    import networkx as nx  # type: ignore[import-untyped]  # slow to load: on first use

    _check(flows, range(len(flows)))
    if not len(seeds):
        refuse([Text("seeds 至少需要一个种子。", "seeds must hold at least one seed.")])
    known = _known(flows)
    # To mean 1, so that the search sees the same numbers in every unit.
    graph = nx.from_numpy_array(known / known[known > 0].mean(), create_using=nx.DiGraph)
    found: list[Ints] = []
    for seed in seeds:
        parts = nx.community.louvain_communities(graph, weight="weight", seed=int(seed))
        labels = np.empty(len(known), dtype=np.int64)
        for part, units in enumerate(parts):
            labels[list(units)] = part
        found.append(_numbered(labels)[0])
    tried = np.array([_parts(known, *_numbered(labels)).sum() for labels in found])
    best = int(tried.argmax())
    return Communities(found[best], float(tried[best]), tried, tuple(int(seed) for seed in seeds))


def functional_regions(
    *, flows: Floats, units: Sequence[str], seeds: Sequence[int] = range(SEEDS)
) -> FunctionalRegions:
    """Return the communities of flows by name, and the share of its flows that each keeps.

    Parameters
    ----------
    flows : array, shape (unit, unit)
        As in :func:`modularity`, e.g. commuters or calls.
    units : sequence of str, length unit
    """
    refuse(wrong_flows("flows", np.asarray(flows), len(units)))
    found, known = communities(flows=flows, seeds=seeds), _known(flows)
    inside = np.array([known[np.ix_(at, at)].sum() for at in _places(found.labels)])
    sent = np.array([known[at].sum() for at in _places(found.labels)])
    received = np.array([known[:, at].sum() for at in _places(found.labels)])
    members = tuple(tuple(units[unit] for unit in at.tolist()) for at in _places(found.labels))
    return FunctionalRegions(found, members, _over(inside, sent), _over(inside, received))


def mutual_information(first: Labels, second: Labels) -> float:
    """Return the normalised mutual information of two divisions, by the arithmetic mean of entropies [3]_.

    0: one tells nothing of the other; 1: the same division, also where both are one single block.

    Examples
    --------
    >>> mutual_information(["a", "a", "b", "b"], [7, 7, 3, 3]), mutual_information([1, 1, 2, 2], [1, 2, 1, 2])
    (1.0, 0.0)
    """
    if len(first) != len(second) or not len(first):
        refuse(
            [
                Text(
                    f"两种划分应覆盖同样的单元，读到{len(first)}个和{len(second)}个。",
                    f"Two divisions must cover the same units; read {len(first)} and {len(second)}.",
                )
            ]
        )
    (a, names), (b, others) = _numbered(first), _numbered(second)
    joint = np.zeros((len(names), len(others)))
    np.add.at(joint, (a, b), 1 / len(a))
    rows, columns = joint.sum(axis=1), joint.sum(axis=0)
    mean = (_entropy(rows) + _entropy(columns)) / 2
    if mean == 0:
        return 1.0
    return float(np.clip((_entropy(rows) + _entropy(columns) - _entropy(joint.ravel())) / mean, 0.0, 1.0))


def _entropy(shares: Floats) -> float:
    held = shares[shares > 0]
    return abs(float((held * np.log(held)).sum()))


def _parts(flows: Floats, numbers: Ints, names: Sequence[Hashable]) -> Floats:
    """Return the modularity as a sum over blocks, shape (block,)."""
    total = flows.sum()
    inside = np.array([flows[np.ix_(at, at)].sum() for at in _places(numbers)])
    sent, received = (np.bincount(numbers, flows.sum(axis=axis), len(names)) for axis in (1, 0))
    return np.asarray(inside / total - (sent / total) * (received / total), dtype=np.float64)


def _places(numbers: Ints) -> list[Ints]:
    return [np.flatnonzero(numbers == number) for number in range(int(numbers.max()) + 1)]


def _numbered(labels: Labels) -> tuple[Ints, list[Hashable]]:
    """Return labels as numbers by first appearance, and the label of each number."""
    held: list[Hashable] = labels.tolist() if isinstance(labels, np.ndarray) else list(labels)
    names = list(dict.fromkeys(held))
    number = {name: at for at, name in enumerate(names)}
    return np.array([number[name] for name in held], dtype=np.int64), names


def _known(flows: Floats) -> Floats:
    """Return flows with unobserved own flows, which are no part of the network, as 0."""
    return np.nan_to_num(np.asarray(flows, dtype=np.float64), nan=0.0)


def _over(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0), dtype=np.float64)


def _check(flows: Floats, blocks: Labels, *border_free: Floats) -> None:
    """Tell every fault of the input at once."""
    held = np.asarray(flows, dtype=np.float64)
    faults = wrong_flows("flows", held, len(blocks))
    for free in border_free:
        wrong = wrong_flows("border_free", np.asarray(free, dtype=np.float64), len(blocks))
        faults += wrong or (_margins(held, np.asarray(free, dtype=np.float64)) if not faults else [])
        if faults:
            break
    refuse(faults)
    if not _known(held).sum() > 0:
        raise NotIdentified("pair_flows", Text("流量合计为0。", "Nothing flows."), ("pair_flows", "trade"))


def _margins(flows: Floats, border_free: Floats) -> list[Text]:
    if np.isnan(np.diag(flows)).any() != np.isnan(np.diag(border_free)).any():
        return [
            Text(
                "flows 与 border_free 只有一个含自身流量；两者应同样给出或留空对角线。",
                "Only one of flows and border_free holds own flows; give the diagonal of both or of neither.",
            )
        ]
    gap = max(float(np.abs(_known(flows).sum(axis=axis) - _known(border_free).sum(axis=axis)).max()) for axis in (0, 1))
    share = gap / float(max(_known(flows).sum(axis=axis).max() for axis in (0, 1)) or 1.0)
    if share <= MARGINS:
        return []
    return [
        Text(
            f"border_free 的行和或列和与 flows 相差{share:.2g}（相对最大合计），应在{MARGINS:g}以内；请先用 IPF 调平。",
            f"Sums of border_free differ from those of flows by {share:.2g} of the largest; at most {MARGINS:g} "
            "is allowed. Fit it to the margins first (IPF).",
        )
    ]
