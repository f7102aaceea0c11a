"""From flows or a baseline of the data room to a world that is an equilibrium to the last digit.

Identities give shares, outputs and final uses. What they leave over (final demand below zero, deficits
other than those of the flows, roundings of a table) is settled by solving the model itself once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.region import ROW
from ronghe.base.text import Text
from ronghe.data.baseline import Baseline
from ronghe.simulate.blocks import Blocks
from ronghe.simulate.checks import Faults, cells, cost_shares, labels, numeric, ordered, shape
from ronghe.simulate.outcome import recalibrate
from ronghe.simulate.parameters import Parameters
from ronghe.simulate.shock import NO_SHOCK
from ronghe.simulate.solver.solve import gap_function, polish, prepare, solve_problem
from ronghe.simulate.world import World

HOUSING = "real_estate"
BALANCED = 1e-6
SETTLED = 1e-12


def world_from_flows(
    *,
    flows: Floats,
    axes: Sequence[str] | None,
    value_added_shares: Floats,
    input_shares: Floats,
    elasticities: Floats | float,
    tariffs: Floats | None,
    deficits: Floats | str | None,
    gross: bool,
    regions: Sequence[str],
    sectors: Sequence[str],
) -> World:
    """Return the one-basket world of a table of flows (see :meth:`Economy.from_flows`).

    Raises
    ------
    DataFault
        Every fault of every table at once.
    """
    faults = Faults()
    labels(regions, sectors, faults)
    given_flows = numeric(flows, "flows", faults)
    given_tariffs = None if tariffs is None else numeric(tariffs, "tariffs", faults)
    read = [
        numeric(table, name, faults)
        for table, name in (
            (value_added_shares, "value_added_shares"), (input_shares, "input_shares"), (elasticities, "elasticities")
        )
    ]  # fmt: skip
    balance = None if deficits is None else numeric(deficits, "deficits", faults)
    bought = None if given_flows is None else ordered(given_flows, axes, "flows", faults)
    wedges = None if given_tariffs is None else ordered(given_tariffs, axes, "tariffs", faults)
    faults.settle()
    assert bought is not None
    added, inputs, theta = (np.asarray(table, dtype=float) for table in read)
    n, j = len(regions), len(sectors)
    theta = np.broadcast_to(theta, (j,)) if theta.ndim == 0 else theta
    if inputs.ndim == 2:
        inputs = np.broadcast_to(inputs, (n, *inputs.shape))
    right = [
        shape(bought, (j, n, n), "flows (sector, buyer, seller)", faults),
        shape(added, (n, j), "value_added_shares (region, sector)", faults),
        shape(inputs, (n, j, j), "input_shares (region, input, sector)", faults),
        shape(theta, (j,), "elasticities (sector)", faults),
        wedges is None or shape(wedges, (j, n, n), "tariffs (sector, buyer, seller)", faults),
        balance is None or shape(balance, (n,), "deficits (region)", faults),
    ]
    faults.settle()
    assert all(right)
    names = (sectors, regions, regions)
    bought = _stored(bought)
    _cells_by_sector(bought, names, faults)
    cells(
        ~(theta > 0) | ~np.isfinite(theta), theta, (sectors,), "elasticities", Text("大于0", "above 0"), "S106", faults
    )
    if wedges is not None:
        own = np.broadcast_to(np.eye(n, dtype=bool), wedges.shape) & (wedges != 0)
        wrong = ~np.isfinite(wedges) | (wedges <= -1) | own
        cells(wrong, wedges, names, "tariffs", Text("大于-1，本地为0", "above -1, and 0 at home"), "S107", faults)
    given = balance
    if given is not None and not abs(given.sum()) <= BALANCED * max(1.0, np.abs(given).sum()):
        faults.add("S108", "deficits", f"{given.sum():g}", Text("合计为0", "a sum of 0"),
                   Text("转移和差额必须相抵。", "Transfers and deficits must cancel out."))  # fmt: skip
    faults.settle()
    # Before anything is turned into shares: a table with a fault comes back as it was.
    sold, spent = (np.array([flow.sum(axis=axis, dtype=float) for flow in bought]) for axis in (0, 1))
    _no_empty_region(spent, sold, regions, faults)
    added, inputs = cost_shares(added, inputs, regions, sectors, sold.T > 0, faults)
    faults.settle()
    sums = _in_shares(bought, wedges, gross=gross)
    names_of = tuple(str(region) for region in regions), tuple(str(sector) for sector in sectors)
    return _one_basket(bought, sums, wedges, added.T, inputs, theta, given, *names_of)


def _stored(flows: Floats) -> Floats:
    """Return the array that becomes the shares: float32 as it is, everything else as a float64 copy."""
    if flows.dtype == np.float32 and flows.flags.writeable:
        return flows if flows.flags.c_contiguous else np.ascontiguousarray(flows)
    return np.array(flows, dtype=np.float32 if flows.dtype == np.float32 else float, order="C")


def _cells_by_sector(flows: Floats, names: tuple[Sequence[str], ...], faults: Faults) -> None:
    """Add faults for cells that are negative or no numbers, without a full array of verdicts."""
    wrong = [(j, *at) for j, flow in enumerate(flows) for at in np.argwhere(~(flow >= 0) | np.isinf(flow))]
    for where in wrong[:5]:
        place = ", ".join(labels[index] for labels, index in zip(names, where, strict=True))
        faults.add("S105", f"flows [{place}]", f"{flows[where]:g}", Text("不小于0", "0 or more"),
                   Text("请更正该值。", "Correct this value."))  # fmt: skip
    if len(wrong) > 5:
        faults.add("S105", "flows", f"+{len(wrong) - 5}", Text("不小于0", "0 or more"),
                   Text("同类错误还有这些处。", "So many more cells have the same fault."))  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Sums of flows by sector and region: spending at buyer prices, output, purchases net of wedges; what is traded."""

    spending: Floats
    output: Floats
    bought: Floats
    traded: Bools


def _in_shares(flows: Floats, wedges: Floats | None, *, gross: bool) -> _Sums:
    """Turn flows into shares of spending, in place and sector by sector; return their sums.

    Sums are those of the shares as stored, so that a table rounded to float32 is a baseline of its own, exactly.
    """
    sectors, count, _ = flows.shape
    spending, output, bought = (np.zeros((sectors, count)) for _ in range(3))
    traded = np.zeros(sectors, dtype=bool)
    for j in range(sectors):
        wedge = 1.0 if wedges is None else 1.0 + wedges[j]
        net = flows[j].astype(float) / wedge if gross else flows[j].astype(float)
        traded[j] = net.sum() - np.trace(net) > 0
        paid = net * wedge
        spending[j] = paid.sum(axis=1)
        whole = spending[j][:, None]
        flows[j] = np.divide(paid, whole, out=np.zeros_like(paid), where=whole > 0)
        if flows.dtype == np.float32:
            kept = flows[j].sum(axis=1, dtype=float)[:, None]
            net = np.divide(flows[j] * whole, kept, out=np.zeros_like(paid), where=kept > 0) / wedge
        output[j], bought[j] = net.sum(axis=0), net.sum(axis=1)
    return _Sums(spending, output, bought, traded)


def _no_empty_region(spent: Floats, sold: Floats, regions: Sequence[str], faults: Faults) -> None:
    for name, total in (("spending", spent.sum(axis=0)), ("output", sold.sum(axis=0))):
        cells(~(total > 0), total, (regions,), f"flows, {name}", Text("大于0", "above 0"), "S109", faults)


def _one_basket(
    shares: Floats,
    sums: _Sums,
    wedges: Floats | None,
    added: Floats,
    inputs: Floats,
    theta: Floats,
    deficits: Floats | None,
    regions: tuple[str, ...],
    sectors: tuple[str, ...],
) -> World:
    spending, output = sums.spending, sums.output
    used = np.einsum("nkj,jn->kn", inputs, output)
    final = spending - used
    below = float(-final[final < 0].sum())
    notes: list[Text] = []
    if below > 1e-9 * spending.sum():
        count = int((final < -1e-9 * spending.sum() / final.size).sum())
        notes.append(
            Text(
                f"{count}个格子的最终需求为负，共 {below:.6g}，已置0并重新平衡。",
                f"Final demand was negative in {count} cells, {below:.6g} in all; set to 0, and the table balanced.",
            )
        )
    imported = (sums.bought - output).sum(axis=0)
    gaps = imported if deficits is None else deficits
    if deficits is not None and np.abs(deficits - imported).max() > 1e-9 * spending.sum():
        notes.append(
            Text(
                "给定的差额与流量不同：已先求解给定差额下的基期。",
                "The deficits given differ from those of the flows: the baseline is solved with those given.",
            )
        )
    nothing = np.zeros_like(spending)
    world = World(
        regions=regions,
        sectors=sectors,
        traded=sums.traded,
        shares=shares,
        spending=np.maximum(final, 0.0) + used,
        output=output,
        value_added_shares=np.ascontiguousarray(added),
        capital_shares=nothing,
        inputs=np.ascontiguousarray(inputs),
        household=np.maximum(final, 0.0),
        government=nothing,
        investment=nothing,
        tariffs=wedges if wedges is not None and wedges.any() else None,
        transfers=gaps - gaps.mean(),
        external=np.zeros(len(regions)),
        own_revenue=np.zeros(len(regions)),
        elasticities=np.array(theta),
        residents=None,
        domestic=np.array([region != ROW for region in regions]),
        fiscal=False,
        housing=-1,
        rule="fixed",
        numeraire="world",
        notes=tuple(notes),
    )
    return balanced(world)


def world_from_baseline(baseline: Baseline, *, parameters: Parameters | None = None) -> World:
    """Return the world of a baseline of the data room: three uses, fiscal block, indexed deficits.

    Raises
    ------
    DataFault
        Cells whose purchases are not what final use and inputs add up to, and regions whose uses are not their income.
    """
    chosen = Parameters() if parameters is None else parameters
    faults = Faults()
    names = (baseline.sectors, baseline.regions, baseline.regions)
    flows = np.array(baseline.flows, dtype=float)
    cells(~np.isfinite(flows) | (flows < 0), flows, names, "flows", Text("不小于0", "0 or more"), "S105", faults)
    theta = np.asarray(baseline.elasticities, dtype=float)
    cells(~(theta > 0), theta, (baseline.sectors,), "elasticities", Text("大于0", "above 0"), "S106", faults)
    faults.settle()
    spending, output = flows.sum(axis=2), flows.sum(axis=1)
    added, inputs = cost_shares(
        np.asarray(baseline.value_added_shares, dtype=float),
        np.asarray(baseline.input_shares, dtype=float),
        baseline.regions,
        baseline.sectors,
        output.T > 0,
        faults,
    )
    faults.settle()
    _identities(baseline, spending, output, added.T, inputs, faults)
    faults.settle()
    sectors = tuple(baseline.sectors)
    world = World(
        regions=tuple(baseline.regions),
        sectors=sectors,
        traded=np.asarray(baseline.traded),
        shares=np.divide(flows, spending[:, :, None], out=np.zeros_like(flows), where=spending[:, :, None] > 0),
        spending=spending,
        output=output,
        value_added_shares=np.ascontiguousarray(added.T),
        capital_shares=np.full_like(spending, chosen.capital_share),
        inputs=np.ascontiguousarray(inputs),
        household=np.ascontiguousarray(baseline.household.T),
        government=np.ascontiguousarray(baseline.government.T),
        investment=np.ascontiguousarray(baseline.investment.T),
        tariffs=None,
        transfers=np.asarray(baseline.transfers, dtype=float),
        external=np.asarray(baseline.external, dtype=float),
        own_revenue=np.asarray(baseline.own_revenue, dtype=float),
        elasticities=theta,
        residents=None if baseline.people is None else np.asarray(baseline.people.residents, dtype=float),
        domestic=np.array([region != ROW for region in baseline.regions]),
        fiscal=bool(baseline.government.any()),
        housing=sectors.index(HOUSING) if HOUSING in sectors else -1,
        rule="indexed",
        numeraire="national",
        notes=tuple(baseline.flags),
    )
    return balanced(world)


def _identities(
    baseline: Baseline, spending: Floats, output: Floats, added: Floats, inputs: Floats, faults: Faults
) -> None:
    """Add faults for what does not add up by more than 1e-6."""
    final = (baseline.household + baseline.government + baseline.investment).T
    needed = final + np.einsum("nkj,jn->kn", inputs, output)
    off: Bools = np.abs(spending - needed) > BALANCED * np.maximum(spending, spending.sum() / spending.size)
    cells(off, spending - needed, (baseline.sectors, baseline.regions), "flows - final use - inputs",
          Text("0", "0"), "S120", faults)  # fmt: skip
    income = (added * output).sum(axis=0) + baseline.transfers + baseline.external
    wrong: Bools = np.abs(income - final.sum(axis=0)) > BALANCED * income
    cells(wrong, income - final.sum(axis=0), (baseline.regions,), "income - final use", Text("0", "0"), "S121", faults)
    for name, values in (("transfers", baseline.transfers), ("external", baseline.external)):
        if abs(values.sum()) > BALANCED * income.sum():
            faults.add("S108", name, f"{values.sum():g}", Text("合计为0", "a sum of 0"),
                       Text("转移必须相抵。", "Transfers must cancel out."))  # fmt: skip


def with_blocks(world: World, blocks: Blocks) -> World:
    """Return the world with further blocks on, at its own equilibrium again.

    Purchases stay as they are; where sellers are subsidised, what they are paid covers only a part of their cost,
    so that output at cost, and the incomes it gives, are larger.

    Raises
    ------
    DataFault
        Shapes that do not fit, shares that do not add up, rates out of range: every fault at once.
    """
    blocks.check(regions=world.regions, sectors=world.sectors)
    rates = np.zeros_like(world.output) if blocks.subsidies is None else blocks.subsidies
    return balanced(replace(world, blocks=blocks, output=world.flows.sum(axis=1) / (1.0 - rates)))


def balanced(world: World) -> World:
    """Return the world at its own equilibrium, so that no shock leaves every hat at 1 to rounding."""
    problem = prepare(world=world)
    rounded = world.shares.dtype == np.float32
    # Rounded shares that are a baseline of their own stay: solving once more would only round them again.
    if rounded and gap_function(problem)(problem.start)[1] <= SETTLED:
        return world
    result = polish(problem, solve_problem(problem, tolerance=1e-12))
    if not result.residual <= 1e-9:
        faults = Faults()
        faults.add(
            "S122",
            "flows",
            f"{result.residual:.2g}",
            Text("能平衡的表", "a table that can be balanced"),
            Text(
                "最终需求、差额与流量相差过大，请核对。",
                "Final demand, deficits and flows differ too much; check them.",
            ),
        )
        faults.settle()
    if not rounded:
        return recalibrate(problem, result.state, shock=NO_SHOCK)
    return _as_stored(recalibrate(problem, result.state, shock=NO_SHOCK, into=world.shares))


def _as_stored(world: World) -> World:
    """Return a one-basket world whose levels are those of its shares as stored: what rounding moved is final use."""
    output, bought = np.zeros_like(world.output), np.zeros_like(world.output)
    for j, shares in enumerate(world.shares):
        kept = shares.sum(axis=1, dtype=float)
        paid = shares * np.divide(world.spending[j], kept, out=np.zeros_like(kept), where=kept > 0)[:, None]
        net = paid if world.tariffs is None else paid / (1.0 + world.tariffs[j])
        output[j], bought[j] = net.sum(axis=0), net.sum(axis=1)
    deficits = (bought - output).sum(axis=0)
    final = world.spending - np.einsum("nkj,jn->kn", world.inputs, output)
    return replace(world, output=output, household=final, transfers=deficits - deficits.mean())
