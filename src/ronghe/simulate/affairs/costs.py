"""Who bears the cost of joint provision: five readings side by side, each with what everyone nets and who loses.

    borne_j = sum_i lam_ij c_i(q_i),     sum_j lam_ij = 1

==================  ===========================================================================
lindahl             lam_ij = B_ij b_j'(Q_j) / sum_m B_im b_m'(Q_m): the beneficiary pays, at the margin
provider            lam_ii = 1: whoever provides pays
equal               1 / n
benefit             by benefit enjoyed, b_j(Q_j)
any stated weights  population, GDP, fiscal capacity, ...
==================  ===========================================================================

The Shapley value of the game is one more reading; it is made in ``share``.

References
----------
.. [1] E. Lindahl, "Die Gerechtigkeit der Besteuerung", 1919.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.text import Text, same
from ronghe.simulate.affairs.given import NUMBER
from ronghe.simulate.affairs.outcome import Outcome, same_affair
from ronghe.simulate.checks import Faults, cells, numeric, shape, shown

TITLES = {
    "lindahl": Text("受益者按边际效益分担（Lindahl）", "beneficiary pays, at the margin (Lindahl)"),
    "provider": Text("谁出力谁承担", "provider pays"),
    "equal": Text("平均分担", "equal shares"),
    "benefit": Text("按效益分担", "by benefit"),
    "population": Text("按人口分担", "by population"),
    "gdp": Text("按地区生产总值分担", "by GDP"),
    "fiscal_capacity": Text("按财力分担", "by fiscal capacity"),
}
CLOSE = 1e-9
"""A player loses if it ends this much below own interest, relative to the largest payoff."""


@dataclass(frozen=True, slots=True, eq=False)
class CostShare:
    """One way to share the cost of joint provision; arrays of shape (player,), 亿元 a year.

    Attributes
    ----------
    rule : str
        ``lindahl``, ``provider``, ``equal``, ``benefit`` or the name of the weights.
    title : Text
    shares : array, shape (provider, bearer)
        lam; rows sum to 1.
    borne : array
        Cost borne.
    received : array
        Own cost less cost borne: what a player is paid, negative for what it pays.
    payoff : array
        Benefit less cost borne.
    net : array
        Payoff above own interest.
    payable_net : array
        The same with payable benefits only: what a transfer can be paid out of.
    losers, payable_losers : tuple of str
        Players left below own interest, by either column.
    """

    rule: str
    title: Text
    shares: Floats
    borne: Floats
    received: Floats
    payoff: Floats
    net: Floats
    payable_net: Floats
    losers: tuple[str, ...]
    payable_losers: tuple[str, ...]


def cost_shares(
    *, joint: Outcome, own: Outcome, weights: Mapping[str, Sequence[float]] | None = None
) -> tuple[CostShare, ...]:
    """Share the cost of joint provision among those who provide jointly.

    Parameters
    ----------
    joint, own : Outcome
        Joint provision, and own interest of the same affair.
    weights : mapping of name to sequence of float, optional
        Further keys of sharing, one number a player, e.g. ``population``.

    Returns
    -------
    tuple of CostShare
        Without ``lindahl`` where efforts are 0 or 1: there is no margin.

    Raises
    ------
    DataFault
        For weights that are no shares: no numbers, wrong length, negative, all 0.
    ParameterFault
        For outcomes of two affairs, or ``own`` that is not own interest.
    UnconvergedSolution
        If either outcome has no certificate.
    """
    same_affair(joint=joint, own=own)
    keys = _keys({} if weights is None else weights, joint)
    members = joint.members
    inside = np.where(members, 1.0, 0.0)
    found = {}
    if not joint.case.whole:
        found["lindahl"] = _rows(joint.case.spillovers * joint.prices * inside, joint)
    found["provider"] = np.eye(len(members))
    tables = {"equal": inside, "benefit": joint.benefit * inside}
    tables |= {name: key * inside for name, key in keys.items()}
    found |= {name: _rows(np.tile(key, (len(members), 1)), joint) for name, key in tables.items()}
    return tuple(_share(rule, shares, joint, own) for rule, shares in found.items())


def _keys(weights: Mapping[str, Sequence[float]], joint: Outcome) -> dict[str, Floats]:
    faults, players = Faults(), joint.case.players
    if not isinstance(weights, Mapping):
        faults.add("S166", "weights", shown(weights), Text("按名称给出的权数", "weights by name"),
                   Text("每个名称一列，每一方一个数。", "One list a name, one number a player."))  # fmt: skip
        faults.settle()
    read = {name: numeric(values, f"weights [{name}]", faults) for name, values in weights.items()}
    keys = {name: key for name, key in read.items() if key is not None}
    for name, key in keys.items():
        if not shape(key, (len(players),), f"weights [{name}]", faults):
            continue
        wrong = ~(np.isfinite(key) & (key >= 0))
        cells(wrong, key, (players,), f"weights [{name}]", NUMBER, "S166", faults)
        if not wrong.any() and not (key * joint.members).sum() > 0:
            remedy = Text("请给出各方的数值。", "Give each player's figure.")
            faults.add("S166", f"weights [{name}]", "0", Text("合计大于0", "a sum above 0"), remedy)
    faults.settle()
    return keys


def _rows(table: Floats, joint: Outcome) -> Floats:
    """Return rows that sum to 1; a row without any weight, and an outsider's, stays with its provider."""
    total = table.sum(axis=1, keepdims=True)
    own = np.eye(len(total))
    scaled = np.divide(table, total, out=own.copy(), where=total > 0)
    return np.where(joint.members[:, None], scaled, own)


def _share(rule: str, shares: Floats, joint: Outcome, own: Outcome) -> CostShare:
    borne: Floats = joint.cost @ shares
    payoff = joint.benefit - borne
    net = payoff - own.payoff
    payable = joint.payable - borne - (own.payable - own.cost)
    close = CLOSE * max(1.0, float(np.abs(payoff).max()))
    losing, short = ([name for name, value in zip(joint.case.players, column, strict=True) if value < -close]
                     for column in (net, payable))  # fmt: skip
    return CostShare(
        rule=rule,
        title=TITLES.get(rule, same(rule)),
        shares=shares,
        borne=borne,
        received=joint.cost - borne,
        payoff=payoff,
        net=net,
        payable_net=payable,
        losers=tuple(losing),
        payable_losers=tuple(short),
    )
