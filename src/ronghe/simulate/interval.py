"""The interval (区间) of a gain: errors of the observed cells and of estimated elasticities, drawn through the model.

Each draw multiplies every observed purchase by a log-normal error, draws elasticities around their estimates,
balances the table anew and solves the scenario exactly. It is no scenario band: assumptions are not in it, and it is
given only where the pair cells are observed. The sizes of the errors are the user's, who knows the table; there is
no default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import DataFault, ParameterFault, UnconvergedSolution
from ronghe.base.spread import Spread
from ronghe.base.text import Text
from ronghe.simulate.binding import shock_of
from ronghe.simulate.calibrate import balanced
from ronghe.simulate.closure import Closure
from ronghe.simulate.columns import COLUMNS
from ronghe.simulate.economy import Economy
from ronghe.simulate.held import require_moving
from ronghe.simulate.opening import HEADLINE
from ronghe.simulate.quick import Quick, Record
from ronghe.simulate.scenario import Scenario
from ronghe.simulate.world import World

DRAWS, ENDS = 200, (0.05, 0.95)
MOST_FAILED = 0.05
LARGEST_ERROR = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class GainInterval:
    """The interval of one gain, 5 to 95 % of the draws.

    Attributes
    ----------
    members : tuple of str
    columns : mapping of column to Spread
        Totals of the members: ``headline``, ``household``, ``services``, ``payable``.
    region_low, region_high : mapping of column to array, shape (region,)
    gaining : mapping of column to array, shape (region,)
        Share of draws in which a region gains.
    draws, failed : int
        Draws asked for, and those that did not balance or converge and are left out.
    note : Text
        Which errors were drawn.
    certificate : Text
        How many solves stand behind it, and how exact.
    """

    members: tuple[str, ...]
    columns: Mapping[str, Spread]
    region_low: Mapping[str, Floats]
    region_high: Mapping[str, Floats]
    gaining: Mapping[str, Floats]
    draws: int
    failed: int
    seed: int
    note: Text
    certificate: Text


def gain_interval(
    economy: Economy,
    scenario: Scenario,
    *,
    cell_error: float,
    elasticity_error: float | Floats,
    closure: Closure = "short",
    draws: int = DRAWS,
    seed: int = 0,
) -> GainInterval:
    """Return the interval of the gain of a scenario.

    Parameters
    ----------
    cell_error : float
        Standard deviation of the log of each observed purchase, 0.05 for about five per cent.
    elasticity_error : float or array, shape (sector,)
        Standard error of the elasticities, in their own unit.
    draws : int
        20 to 10,000.

    Raises
    ------
    NotIdentified
        On estimated pair cells: they carry a scenario band, never an interval.
    ParameterFault
        For errors or draws out of range, all at once.
    UnconvergedSolution
        If more than 5 % of the draws fail.
    """
    economy.require("pair_walls")
    errors = _checked(economy, cell_error, elasticity_error, draws, seed)
    bound = economy.bind(scenario)
    require_moving(bound, economy.world, economy.parameters, closure)
    economy.now(closure).require()
    record, found, rng = Record(), [], np.random.default_rng(seed)
    for _ in range(draws):
        world = _drawn(economy.world, rng, cell_error, errors)
        if world is None:
            continue
        columns = Quick(world, economy.parameters, record, closure).columns(shock_of(bound, world))
        if columns is not None:
            found.append(np.concatenate([columns[:2].sum(axis=0, keepdims=True), columns]))
    failed = draws - len(found)
    if failed > MOST_FAILED * draws:
        raise UnconvergedSolution(
            Text(f"{draws}次抽样中有{failed}次不能平衡或没有收敛，不给出区间；请核对误差的大小。",
                 f"{failed} of {draws} draws did not balance or converge; no interval is given. Check the errors.")
        )  # fmt: skip
    return _interval(economy, list(bound.members), np.array(found), failed, seed, record, cell_error, errors)


def _checked(economy: Economy, cell_error: float, elasticity_error: float | Floats, draws: int, seed: int) -> Floats:
    """Return the error of each sector's elasticity."""
    faults: list[Text] = []
    try:
        errors = np.broadcast_to(np.asarray(elasticity_error, dtype=float), economy.world.elasticities.shape)
    except (TypeError, ValueError):
        errors = np.full(economy.world.elasticities.shape, np.nan)
    if not (np.isfinite(errors).all() and (errors >= 0).all() and (errors < economy.world.elasticities).all()):
        faults.append(
            Text(
                "elasticity_error 应为不小于0、小于弹性本身的数，或每部门一个。",
                "elasticity_error must be 0 or more and below the elasticity, one number or one a sector.",
            )
        )
    real = isinstance(cell_error, int | float) and not isinstance(cell_error, bool)
    if not (real and 0.0 <= cell_error <= LARGEST_ERROR):
        faults.append(Text(f"cell_error 应在0与{LARGEST_ERROR:g}之间，读到 {cell_error}。",
                           f"cell_error must lie between 0 and {LARGEST_ERROR:g}; read {cell_error}."))  # fmt: skip
    if not (isinstance(draws, int) and 20 <= draws <= 10_000 and isinstance(seed, int) and seed >= 0):
        faults.append(
            Text(
                f"draws 应为20至10000的整数、seed 不小于0，读到 {draws}、{seed}。",
                f"draws must be a whole number from 20 to 10,000 and seed 0 or more; read {draws}, {seed}.",
            )
        )
    if faults:
        raise ParameterFault(Text("".join(f.zh for f in faults), " ".join(f.en for f in faults)))
    return errors


def _drawn(world: World, rng: np.random.Generator, cell_error: float, errors: Floats) -> World | None:
    """Return one world with errors, balanced anew; None where it cannot be balanced."""
    shares = world.shares * np.exp(cell_error * rng.standard_normal(world.shares.shape))
    total = shares.sum(axis=2, keepdims=True)
    shares = np.divide(shares, total, out=np.zeros_like(shares), where=total > 0)
    # Truncated at a quarter of the estimate: an elasticity is positive.
    theta = np.maximum(world.elasticities + errors * rng.standard_normal(errors.shape), 0.25 * world.elasticities)
    try:
        return balanced(replace(world, shares=shares.astype(world.shares.dtype), elasticities=theta))
    except DataFault:
        return None


def _interval(
    economy: Economy,
    members: list[int],
    found: Floats,
    failed: int,
    seed: int,
    record: Record,
    cell_error: float,
    errors: Floats,
) -> GainInterval:
    names = (HEADLINE, *COLUMNS)
    low, high = np.quantile(found, ENDS, axis=0)
    ends = np.quantile(found[:, :, members].sum(axis=2), ENDS, axis=0)
    spread = f"{errors.min():g}" if errors.min() == errors.max() else f"{errors.min():g}–{errors.max():g}"
    return GainInterval(
        members=tuple(economy.regions[n] for n in members),
        columns={name: Spread("interval", float(ends[0, at]), float(ends[1, at])) for at, name in enumerate(names)},
        region_low=dict(zip(names, low, strict=True)),
        region_high=dict(zip(names, high, strict=True)),
        gaining=dict(zip(names, (found > 0).mean(axis=0), strict=True)),
        draws=len(found) + failed,
        failed=failed,
        seed=seed,
        note=Text(
            f"区间：{len(found)}次抽样的5%至95%，每格流量的对数误差标准差 {cell_error:g}，"
            f"弹性的标准误 {spread}；不含假设的变化。",
            f"Interval: 5 to 95 % of {len(found)} draws, log error of each flow with standard deviation "
            f"{cell_error:g}, standard error of the elasticities {spread}; assumptions are not in it.",
        ),
        certificate=record.sentence,
    )
