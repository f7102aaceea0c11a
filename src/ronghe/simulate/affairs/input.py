"""A shared public affair: who provides, who benefits, what it costs. Checked once, all faults told together.

    Q_j = sum_i B_ij q_i        B: spillover matrix, rows pay, columns benefit

Player i provides q_i >= 0 at cost c_i(q_i), revenue forgone included; player j enjoys Q_j and values it at b_j(Q_j).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from ronghe.base.arrays import Bools, Floats
from ronghe.base.status import Status, weakest
from ronghe.base.text import Text
from ronghe.simulate.affairs.forms import Curve, Role, linear
from ronghe.simulate.affairs.given import check_words, need, read_curves, read_flags, read_matrix, read_players
from ronghe.simulate.checks import Faults

MOST_PLAYERS = 11
"""Every coalition, and every profile of 0/1 efforts, is computed up to this many players."""


@dataclass(frozen=True, slots=True, eq=False)
class Affair:
    """One affair; made by :func:`affair`, which checks it.

    Attributes
    ----------
    players : tuple of str
        Codes or names, length n.
    spillovers : array, shape (payer, beneficiary)
        B: what one unit of i's effort does for j, in units of what j enjoys.
    benefits, costs : tuple of Curve
        b_j and c_i, 亿元 a year at base prices.
    payable : array, shape (player,)
        Whether the benefit is money that can be paid out of (avoided treatment, revenue) or only valued (health).
    providers : array, shape (player,)
        Who can make an effort at all.
    whole : bool
        Efforts are 0 or 1: a project is built or not.
    label : Status
        Weakest status of the figures; ``assumed`` where one has no source.
    notes : tuple of Text
        Which figures have no source.
    """

    players: tuple[str, ...]
    spillovers: Floats
    benefits: tuple[Curve, ...]
    costs: tuple[Curve, ...]
    payable: Bools
    providers: Bools
    whole: bool
    label: Status
    notes: tuple[Text, ...]

    def enjoyed(self, effort: Floats) -> Floats:
        """Return Q_j of efforts, shape (..., player)."""
        amount: Floats = effort @ self.spillovers
        return amount

    def benefit(self, effort: Floats) -> Floats:
        """Return b_j(Q_j) of efforts, shape (..., player), 亿元 a year."""
        amount = self.enjoyed(effort)
        return np.stack([curve.value(amount[..., j]) for j, curve in enumerate(self.benefits)], axis=-1)

    def cost(self, effort: Floats) -> Floats:
        """Return c_i(q_i) of efforts, shape (..., player), 亿元 a year."""
        return np.stack([curve.value(effort[..., i]) for i, curve in enumerate(self.costs)], axis=-1)


def affair(
    *,
    players: Sequence[str],
    spillovers: ArrayLike | Mapping[tuple[str, str], float],
    benefits: Sequence[Curve],
    costs: Sequence[Curve],
    payable: Sequence[bool] | None = None,
    providers: Sequence[bool] | None = None,
    whole: bool = False,
    sources: Mapping[Role | str, Sequence[str]] | None = None,
    status: Status = "user",
) -> Affair:
    """Check the figures of an affair.

    Parameters
    ----------
    spillovers : array, shape (n, n), or mapping of (payer, beneficiary) to float
        A pair that a mapping leaves out is 0.
    payable : sequence of bool, optional
        All benefits are payable if left out.
    providers : sequence of bool, optional
        Everyone can provide if left out.
    whole : bool
        Efforts are 0 or 1; curves may then have any shape, thresholds included.
    sources : mapping with keys ``"cost"`` and ``"benefit"``
        Where each player's figure comes from. A figure without a source makes the whole ``assumed``.
    status : Status
        Of the figures that have a source.

    Raises
    ------
    DataFault
        With every fault.
    """
    faults = Faults()
    names = read_players(players, faults)
    count = len(names)
    check_words(sources, status, whole, faults)
    matrix = read_matrix(spillovers, names, faults)
    paid, able = read_flags("payable", payable, count, faults), read_flags("providers", providers, count, faults)
    gains = read_curves("benefit", benefits, names, whole=whole, faults=faults)
    outlays = read_curves("cost", costs, names, whole=whole, faults=faults)
    if matrix is not None and not faults and not whole:
        _bounds(names, matrix, gains, outlays, able, faults)
    if whole and count > MOST_PLAYERS:
        expected = Text(f"至多{MOST_PLAYERS}方", f"{MOST_PLAYERS} players at most")
        remedy = Text("请合并参与方。", "Group the players: every profile is enumerated.")
        faults.add("S165", "players", str(count), expected, remedy)
    faults.settle()
    assert matrix is not None
    unsourced = _unsourced(names, sources or {})
    label = weakest([status, "assumed"]) if unsourced else status
    return Affair(names, matrix, gains, outlays, paid, able, whole, label, unsourced)


def payable_only(case: Affair) -> Affair:
    """Return the affair in which benefits that are only valued count for nothing: the other way to see the optimum."""
    need(case=(case, Affair))
    benefits = [
        curve if paid else linear(0.0) for curve, paid in zip(case.benefits, case.payable.tolist(), strict=True)
    ]
    return replace(case, benefits=tuple(benefits))


def _bounds(
    names: tuple[str, ...],
    matrix: Floats,
    benefits: Sequence[Curve],
    costs: Sequence[Curve],
    providers: Bools,
    faults: Faults,
) -> None:
    """Refuse an effort that everyone together would push beyond all bounds."""
    gains = matrix @ np.array([curve.final for curve in benefits])
    for i in np.flatnonzero(providers).tolist():
        if not costs[i].final > gains[i]:
            expected = Text(f"最终的边际费用高于 {gains[i]:g}", f"a marginal cost that ends above {gains[i]:g}")
            remedy = Text(
                "再多的投入也合算，投入没有上限；请给费用加上曲率，或让效益饱和。",
                "Ever more effort would pay: give the cost a curvature, or let the benefits saturate.",
            )
            faults.add("S164", f"cost [{names[i]}]", f"{costs[i].final:g}", expected, remedy)


def _unsourced(names: tuple[str, ...], sources: Mapping[Role | str, Sequence[str]]) -> tuple[Text, ...]:
    words = {"cost": Text("费用", "cost"), "benefit": Text("效益", "benefit")}
    notes = []
    for role, word in words.items():
        given = list(sources.get(role, ()))
        without = [name for at, name in enumerate(names) if at >= len(given) or not (given[at] or "").strip()]
        if without:
            notes.append(
                Text(
                    f"{word.zh}没有来源，按设想处理：{'、'.join(without)}",
                    f"{word.en} without a source, taken as assumed: {', '.join(without)}",
                )
            )
    return tuple(notes)
