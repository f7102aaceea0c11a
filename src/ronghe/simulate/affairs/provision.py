"""Shared public affairs: what regions provide each for itself, and what they would provide together.

Player i provides q_i >= 0 at cost c_i; j enjoys Q_j = sum_i B_ij q_i and values it at b_j(Q_j). Each for itself counts
B_ii b_i'(Q_i) only; together they count everyone:

    sum_j B_ij b_j'(Q_j) = c_i'(q_i)   where q_i > 0          (Samuelson's condition)

The difference is the shortfall of own interest; sum_(j != i) B_ij b_j' / sum_j B_ij b_j' is the part of the benefit of
i's effort that nobody pays for. The game made of the table of coalitions lives in ``share``.

References
----------
.. [1] P. A. Samuelson, "The Pure Theory of Public Expenditure", 1954.
.. [2] J. F. Nash, "Non-Cooperative Games", 1951.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import ceil

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import ParameterFault, UnconvergedSolution
from ronghe.base.status import Status
from ronghe.base.text import Text
from ronghe.simulate.affairs.equilibrium import SEED, STARTS, equilibrium
from ronghe.simulate.affairs.given import need, player_at
from ronghe.simulate.affairs.input import MOST_PLAYERS, Affair
from ronghe.simulate.affairs.outcome import Outcome, members_text
from ronghe.simulate.affairs.reply import Scale, scale_of
from ronghe.simulate.affairs.whole import payoffs, whole_equilibrium
from ronghe.simulate.checks import require_whole, shown

CHECKED_SHARE = 0.01
CHECKED_LEAST = 14
"""Besides nobody and all, this share of the coalitions, and at least so many, is solved again from seeded starts."""


@dataclass(frozen=True, eq=False)
class Provision:
    """Outcomes of every coalition; arrays of shape (2**n, player), bit i of the row is player i. Row 0: own interest.

    Attributes
    ----------
    case : Affair
    outcomes : tuple of Outcome
        By bitmask.
    """

    case: Affair
    outcomes: tuple[Outcome, ...]

    @property
    def own_interest(self) -> Outcome:
        """Each for itself."""
        return self.outcomes[0]

    @property
    def joint(self) -> Outcome:
        """All together."""
        return self.outcomes[-1]

    @property
    def label(self) -> Status:
        """Status of the figures the table rests on."""
        return self.case.label

    @property
    def refused(self) -> tuple[int, ...]:
        """Coalitions without a usable outcome, as bitmasks."""
        return tuple(mask for mask, outcome in enumerate(self.outcomes) if not outcome.converged)

    @property
    def status_text(self) -> Text:
        """What happened, in one sentence."""
        if self.refused:
            who = [members_text(self.case, self.outcomes[mask].members) for mask in self.refused[:5]]
            more = Text("等", " and others") if len(self.refused) > 5 else Text("", "")
            first = self.outcomes[self.refused[0]].status_text
            return Text(
                f"{len(self.refused)}个联盟没有可用的结果：{'；'.join(w.zh for w in who)}{more.zh}（{first.zh}）",
                f"{len(self.refused)} coalitions have no usable outcome: {'; '.join(w.en for w in who)}{more.en} "
                f"({first.en})",
            )
        certificates = [outcome.certificate for outcome in self.outcomes]
        worst, gain = max(c.residual for c in certificates), max(c.deviation for c in certificates)
        again = sum(c.starts > 0 for c in certificates)
        return Text(
            f"{len(certificates)}个联盟全部收敛，其中{again}个从另外的起点复算；"
            f"条件残差至多 {worst:.0e}，单独改变至多得 {gain:.0e}",
            f"all {len(certificates)} coalitions converged, {again} solved again from other starts; residual of the "
            f"conditions at most {worst:.0e}, no deviation pays more than {gain:.0e}",
        )

    @property
    def status(self) -> str:
        """The English sentence."""
        return self.status_text.en

    def require(self) -> None:
        """Raise :class:`UnconvergedSolution` unless every coalition converged."""
        if self.refused:
            text = self.status_text
            raise UnconvergedSolution(Text(f"{text.zh}。", f"{text.en}."))

    @cached_property
    def provision(self) -> Floats:
        """Efforts."""
        return self._stacked("provision")

    @cached_property
    def benefit(self) -> Floats:
        """Benefits, 亿元 a year."""
        return self._stacked("benefit")

    @cached_property
    def cost(self) -> Floats:
        """Costs, 亿元 a year."""
        return self._stacked("cost")

    @cached_property
    def payable(self) -> Floats:
        """Payable part of the benefits, 亿元 a year."""
        return self._stacked("payable")

    @property
    def gains(self) -> Floats:
        """Payoff b_i - c_i above own interest, 亿元 a year."""
        payoff = self.benefit - self.cost
        above: Floats = payoff - payoff[0]
        return above

    @property
    def payable_gains(self) -> Floats:
        """The same with the payable part of the benefits only: what may enter a game."""
        payoff = self.payable - self.cost
        above: Floats = payoff - payoff[0]
        return above

    @property
    def shortfall(self) -> Floats:
        """Joint effort less own-interest effort, shape (player,); negative for whom it pays to be relieved."""
        return self.joint.provision - self.own_interest.provision

    def _stacked(self, name: str) -> Floats:
        self.require()
        return np.array([getattr(outcome, name) for outcome in self.outcomes])


def own_interest(*, case: Affair, starts: int = STARTS, seed: int = SEED) -> Outcome:
    """Return what each provides for itself (Nash).

    Examples
    --------
    Four alike, b = Q, c = q^2 / 2, everyone enjoys every effort: each provides 1 where 4 would be best.

    >>> from ronghe.simulate.affairs.forms import linear, linear_quadratic
    >>> from ronghe.simulate.affairs.input import affair
    >>> four = affair(players="甲乙丙丁", spillovers=np.ones((4, 4)), benefits=[linear(1.0)] * 4,
    ...               costs=[linear_quadratic(0.0, 1.0)] * 4)
    >>> own_interest(case=four).provision.tolist(), joint_provision(case=four).provision.tolist()
    ([1.0, 1.0, 1.0, 1.0], [4.0, 4.0, 4.0, 4.0])
    """
    _check(case, starts, seed)
    return _solve(case, 0, starts, seed, _ground(case))


def joint_provision(
    *, case: Affair, members: Iterable[str] | None = None, starts: int = STARTS, seed: int = SEED
) -> Outcome:
    """Return what is provided when ``members`` act as one and everyone else follows its own interest.

    Parameters
    ----------
    members : iterable of str, optional
        Names of players; all of them if left out.

    Raises
    ------
    UnknownRegion
        For a member that is no player.
    """
    _check(case, starts, seed)
    if members is not None and not isinstance(members, Iterable):
        raise ParameterFault(
            Text(f"members 应是参与方的列表，读到 {shown(members)}。",
                 f"members must be a list of players; read {shown(members)}.")
        )  # fmt: skip
    inside = {player_at(case.players, name) for name in (case.players if members is None else members)}
    return _solve(case, sum(1 << at for at in inside), starts, seed, _ground(case))


def public_affair(*, case: Affair, starts: int = STARTS, seed: int = SEED) -> Provision:
    """Solve an affair for every coalition.

    Nobody, all, and a seeded sample of the others are solved again from ``starts`` starts; the rest carry residual and
    largest deviation.

    Raises
    ------
    ParameterFault
        For more than 11 players.
    """
    _check(case, starts, seed)
    count = len(case.players)
    if count > MOST_PLAYERS:
        raise ParameterFault(
            Text(
                f"{count}方有 {2**count:,} 个联盟，至多{MOST_PLAYERS}方；请合并，或只求各自为政和全部联合。",
                f"{count} players make {2**count:,} coalitions; the table stops at {MOST_PLAYERS} players. Group them, "
                "or ask for own_interest and joint_provision only.",
            )
        )
    sample = max(CHECKED_LEAST, ceil(CHECKED_SHARE * 2**count))
    order = np.random.default_rng(seed).permutation(np.arange(1, 2**count - 1))
    checked = {0, 2**count - 1, *order[:sample].tolist()}
    ground = _ground(case)
    solved = [_solve(case, mask, starts if mask in checked else 0, seed, ground) for mask in range(2**count)]
    return Provision(case, tuple(solved))


def _check(case: object, starts: object, seed: object) -> None:
    need(case=(case, Affair))
    require_whole("starts", starts)
    require_whole("seed", seed)


def _ground(case: Affair) -> Floats | Scale:
    """Return what all coalitions share: payoffs of every 0/1 profile, or the units of the affair."""
    return payoffs(case) if case.whole else scale_of(case)


def _solve(case: Affair, mask: int, starts: int, seed: int, ground: Floats | Scale) -> Outcome:
    members = np.array([mask >> i & 1 == 1 for i in range(len(case.players))])
    if isinstance(ground, Scale):
        effort, prices, certificate = equilibrium(case, members, ground, starts=starts, seed=seed)
        return Outcome(case, members, certificate, effort, prices)
    effort, certificate = whole_equilibrium(case, mask, ground)
    return Outcome(case, members, certificate, effort, None)
