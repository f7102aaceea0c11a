"""Split a gain over levers by Shapley: each lever's average contribution over all orders in which they could be pulled.

    phi_l = sum_S |S|! (m - |S| - 1)! / m! (g(S + l) - g(S)),    g(S) exact for each of the 2^m sets

What a scenario changes without naming a measure is one player of its own, "stated change". A channel without a
lever is said to be not measured and stays outside the sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import ScenarioFault
from ronghe.base.text import Text, same
from ronghe.simulate.binding import shock_of
from ronghe.simulate.closure import Closure
from ronghe.simulate.columns import COLUMNS, columns, nothing, start_accounts
from ronghe.simulate.economy import Economy
from ronghe.simulate.held import HELD, held_kinds, require_moving
from ronghe.simulate.quick import Record
from ronghe.simulate.scenario import CHANNELS, Lever, Scenario
from ronghe.simulate.solver.certificate import STARTS

MOST_LEVERS = 12
UNMEASURED = Text("未测", "no data")
STATED = Text("陈述的变化", "stated change")


@dataclass(frozen=True, slots=True, eq=False)
class LeverSplit:
    """Parts of a gain by lever.

    Attributes
    ----------
    levers : tuple of Text
        Players: the documented levers, and the stated change where there is one.
    parts : array, shape (column, lever, region)
        Shapley parts; over levers they sum to the whole.
    alone, last : array, shape (column, lever, region)
        Each lever by itself, and as the last one pulled.
    interactions : array, shape (column, lever, lever, region)
        g(a, b) - g(a) - g(b) of pairs.
    whole : array, shape (column, region)
    certificate : Text
        How many sets were solved, and how exact; the whole and a seeded 1 % are certified in full.
    unmeasured : tuple of (Text, Text)
        Channels outside the sum: without a lever (未测 / no data), or held by the closure (按不变处理 / held fixed).
    """

    regions: tuple[str, ...]
    levers: tuple[Text, ...]
    documents: tuple[Lever | None, ...]
    parts: Floats
    alone: Floats
    last: Floats
    interactions: Floats
    whole: Floats
    certificate: Text
    unmeasured: tuple[tuple[Text, Text], ...]

    def column(self, name: str) -> Floats:
        """Return the parts of one column, shape (lever, region)."""
        part: Floats = self.parts[COLUMNS.index(name)]
        return part


def split_by_lever(economy: Economy, scenario: Scenario, *, closure: Closure = "short") -> LeverSplit:
    """Solve every set of levers and split the gain.

    Raises
    ------
    ScenarioFault
        For more than 12 levers.
    UnconvergedSolution
        If any set has no certified equilibrium.
    """
    bound = economy.bind(scenario)
    economy.require(bound.key)
    require_moving(bound, economy.world, economy.parameters, closure)
    economy.now(closure).require()
    stated = [p for p, piece in enumerate(bound.pieces) if piece.lever is None]
    groups = [[p] for p, piece in enumerate(bound.pieces) if piece.lever is not None]
    levers = [bound.pieces[group[0]].lever for group in groups]
    labels = [same(lever.name) for lever in levers if lever is not None]
    if stated:
        groups, labels, levers = [*groups, stated], [*labels, STATED], [*levers, None]
    count = len(groups)
    if count > MOST_LEVERS:
        raise ScenarioFault(
            Text(
                f"{count}个杠杆需要求解 {2**count} 次，最多{MOST_LEVERS}个；请合并。",
                f"{count} levers need {2**count} solves; at most {MOST_LEVERS}: group some.",
            )
        )
    record, full = Record(), 2**count - 1
    worth = np.array([
        _worth(economy, scenario, [p for a in range(count) if subset >> a & 1 for p in groups[a]], closure,
               record, full - subset)
        for subset in range(2**count)
    ])  # fmt: skip
    alone = np.array([worth[1 << a] for a in range(count)]).reshape(count, *worth.shape[1:])
    last = np.array([worth[full] - worth[full ^ (1 << a)] for a in range(count)]).reshape(alone.shape)
    pairs = np.array(
        [
            [worth[1 << a | 1 << b] - worth[1 << a] - worth[1 << b] if a != b else 0.0 * worth[0] for b in range(count)]
            for a in range(count)
        ]
    ).reshape(count, count, *worth.shape[1:])
    measured = {lever.channel for lever in levers if lever is not None}
    held = measured & ({"hukou"} if "settling" in held_kinds(economy.world, economy.parameters, closure) else set())
    return LeverSplit(
        regions=economy.regions,
        levers=tuple(labels),
        documents=tuple(levers),
        parts=shapley_parts(worth, count).transpose(1, 0, 2),
        alone=alone.transpose(1, 0, 2),
        last=last.transpose(1, 0, 2),
        interactions=pairs.transpose(2, 0, 1, 3),
        whole=worth[full],
        certificate=record.sentence,
        unmeasured=tuple(
            (title, HELD if key in held else UNMEASURED)
            for key, title in CHANNELS.items()
            if key not in measured or key in held
        ),
    )


def _worth(
    economy: Economy, scenario: Scenario, pieces: list[int], closure: Closure, record: Record, number: int
) -> Floats:
    """Return the columns of one set of pieces, shape (column, region)."""
    if not pieces:
        found = nothing(len(economy.regions), homes=False)
    else:
        shock = shock_of(economy.bind(scenario), economy.world, pieces=pieces)
        sampled = record.wants(number)
        solution = economy.solve_shock(
            shock, scenario=scenario, closure=closure, starts=STARTS if sampled else 0, radius=sampled
        )
        solution.require()
        record.enter(solution.certificate.independent_residual, radius=solution.certificate.radius, converged=True)
        found = columns(solution.problem, solution.equilibrium.state, before=start_accounts(economy.world))
    return np.array([getattr(found, name) for name in COLUMNS])


def shapley_parts(worth: Floats, count: int) -> Floats:
    """Return Shapley parts of a vector worth, shape (lever, ...), from worth of every set, shape (2**count, ...)."""
    parts = np.zeros((count, *worth.shape[1:]))
    for subset in range(2**count):
        size = subset.bit_count()
        if size == count:
            continue
        weight = factorial(size) * factorial(count - size - 1) / factorial(count)
        for a in range(count):
            if not subset >> a & 1:
                parts[a] += weight * (worth[subset | 1 << a] - worth[subset])
    return parts
