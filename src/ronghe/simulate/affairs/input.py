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
from ronghe.simulate.checks import Faults, cells, shape

MOST_PLAYERS = 11
"""Every coalition, and every profile of 0/1 efforts, is computed up to this many players."""
NUMBER = Text("不小于0的有限数", "a finite number, 0 or more")


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
    names = tuple(players)
    count = len(names)
    if len(set(names)) < count or not names:
        expected = Text("至少一方，名称互不相同", "one player or more, names that differ")
        faults.add("S160", "players", ", ".join(names), expected, Text("请改名或去重。", "Rename or remove."))
    matrix = _matrix(spillovers, names, faults)
    kept = {
        "payable": np.ones(count, bool) if payable is None else np.array(payable, dtype=bool),
        "providers": np.ones(count, bool) if providers is None else np.array(providers, dtype=bool),
    }
    lengths = {"benefits": len(benefits), "costs": len(costs), **{key: len(row) for key, row in kept.items()}}
    for key, length in lengths.items():
        shape(np.empty(length), (count,), key, faults)
    roles: dict[Role, Sequence[Curve]] = {"benefit": benefits, "cost": costs}
    for role, curves in roles.items():
        for name, curve in zip(names, curves, strict=False):
            for read, expected, remedy in curve.trouble(role, whole=whole):
                faults.add("S163", f"{role} [{name}]", read, expected, remedy)
    if matrix is not None and not faults and not whole:
        _bounds(names, matrix, benefits, costs, kept["providers"], faults)
    if whole and count > MOST_PLAYERS:
        expected = Text(f"至多{MOST_PLAYERS}方", f"{MOST_PLAYERS} players at most")
        remedy = Text("请合并参与方。", "Group the players: every profile is enumerated.")
        faults.add("S165", "players", str(count), expected, remedy)
    faults.settle()
    assert matrix is not None
    unsourced = _unsourced(names, sources or {})
    label = weakest([status, "assumed"]) if unsourced else status
    return Affair(names, matrix, tuple(benefits), tuple(costs), kept["payable"], kept["providers"], whole, label,
                  unsourced)  # fmt: skip


def payable_only(case: Affair) -> Affair:
    """Return the affair in which benefits that are only valued count for nothing: the other way to see the optimum."""
    benefits = [
        curve if paid else linear(0.0) for curve, paid in zip(case.benefits, case.payable.tolist(), strict=True)
    ]
    return replace(case, benefits=tuple(benefits))


def _matrix(
    spillovers: ArrayLike | Mapping[tuple[str, str], float], names: tuple[str, ...], faults: Faults
) -> Floats | None:
    count = len(names)
    if isinstance(spillovers, Mapping):
        matrix = np.zeros((count, count))
        for pair, share in spillovers.items():
            strangers = [name for name in pair if name not in names]
            if strangers:
                expected = Text("、".join(names), ", ".join(names))
                remedy = Text(
                    "受益方和出力方都必须是参与方；请加入该方，或把它列为出力和受益都为0的一方。",
                    "Payer and beneficiary must be players; add them, or take the row out.",
                )
                faults.add("S161", f"spillovers [{' -> '.join(pair)}]", ", ".join(strangers), expected, remedy)
            else:
                matrix[names.index(pair[0]), names.index(pair[1])] = share
    else:
        matrix = np.array(spillovers, dtype=np.float64)
        if not shape(matrix, (count, count), "spillovers", faults):
            return None
    cells(~(np.isfinite(matrix) & (matrix >= 0)), matrix, (names, names), "spillovers", NUMBER, "S162", faults)
    return matrix


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
        without = [name for at, name in enumerate(names) if at >= len(given) or not given[at].strip()]
        if without:
            notes.append(
                Text(
                    f"{word.zh}没有来源，按设想处理：{'、'.join(without)}",
                    f"{word.en} without a source, taken as assumed: {', '.join(without)}",
                )
            )
    return tuple(notes)
