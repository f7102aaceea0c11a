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
from ronghe.simulate.blocks_input import checked
from ronghe.simulate.checks import Faults, below_zero, cells, cost_shares
from ronghe.simulate.checks import elasticities as check_elasticities
from ronghe.simulate.flow_tables import BALANCED, FlowTables, read_flows
from ronghe.simulate.outcome import recalibrate
from ronghe.simulate.parameters import Parameters
from ronghe.simulate.shock import NO_SHOCK
from ronghe.simulate.solver.solve import gap_function, polish, prepare, solve_problem
from ronghe.simulate.world import World

HOUSING = "real_estate"
LARGEST_CONDITION = 1e8
"""Of the keys by which taxes are shared; above it they do not tell the rates raised."""

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
    tables = read_flows(
        flows=flows,
        axes=axes,
        value_added_shares=value_added_shares,
        input_shares=input_shares,
        elasticities=elasticities,
        tariffs=tariffs,
        deficits=deficits,
        gross=gross,
        regions=regions,
        sectors=sectors,
    )
    return _one_basket(tables, _in_shares(tables.flows, tables.wedges, gross=bool(gross)))


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


def _one_basket(tables: FlowTables, sums: _Sums) -> World:
    spending, output, inputs, deficits = sums.spending, sums.output, tables.inputs, tables.deficits
    used = np.einsum("nkj,jn->kn", inputs, output)
    final = spending - used
    below = float(-final[final < 0].sum())
    notes = list(tables.notes)
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
        regions=tables.regions,
        sectors=tables.sectors,
        traded=sums.traded,
        shares=tables.flows,
        spending=np.maximum(final, 0.0) + used,
        output=output,
        value_added_shares=np.ascontiguousarray(tables.added.T),
        capital_shares=nothing,
        inputs=np.ascontiguousarray(inputs),
        household=np.maximum(final, 0.0),
        government=nothing,
        investment=nothing,
        tariffs=tables.wedges if tables.wedges is not None and tables.wedges.any() else None,
        transfers=gaps - gaps.mean(),
        external=np.zeros(len(tables.regions)),
        own_revenue=np.zeros(len(tables.regions)),
        elasticities=np.array(tables.theta),
        residents=None,
        domestic=np.array([region != ROW for region in tables.regions]),
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
    check_elasticities(theta, baseline.sectors, faults)
    faults.settle()
    spending, output = flows.sum(axis=2), flows.sum(axis=1)
    added, inputs = (np.asarray(part, dtype=float) for part in (baseline.value_added_shares, baseline.input_shares))
    notes = below_zero(inputs, output.T > 0, baseline.regions, baseline.sectors)
    added, inputs = cost_shares(added, inputs, baseline.regions, baseline.sectors, output.T > 0, faults)
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
        notes=(*baseline.flags, *notes),
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
    homes = [region for region, home in zip(world.regions, world.domestic, strict=True) if home]
    read = checked(blocks, regions=world.regions, sectors=world.sectors, homes=homes)
    _fits(world, read)
    rates = np.zeros_like(world.output) if read.subsidies is None else read.subsidies
    return balanced(replace(world, blocks=read, output=world.flows.sum(axis=1) / (1.0 - rates)))


def _fits(world: World, blocks: Blocks) -> None:
    """Raise for a block that this world cannot have: waste without accounts to leave, keys that tell no rates."""
    faults = Faults()
    if blocks.waste > 0 and not world.fiscal:
        faults.add("S133", "waste", f"{blocks.waste:g}", Text("没有政府账户时为0", "0 without government accounts"),
                   Text("只有一种最终用途的经济分不出被浪费的收入。",
                        "An economy of one final use cannot tell income that is wasted."))  # fmt: skip
    if blocks.sharing is not None and world.fiscal:
        size = _condition(world, blocks.sharing.shares)
        if not size < LARGEST_CONDITION:
            alike = Text("各地分享比例互不相同", "keys that differ between places")
            remedy = Text(
                "两地税收分享完全相同时，无法由实际收入反推各地税率。",
                "Where two places share alike, recorded revenue does not tell the rate of each.",
            )
            faults.add("S131", "sharing", f"{size:.1e}", alike, remedy)
    faults.settle()


def _condition(world: World, shares: Floats) -> float:
    """Return the condition of the keys that turn rates into recorded revenue."""
    added = world.value_added_shares * world.output
    each = np.broadcast_to(shares, (len(added), *shares.shape[1:]))
    return float(np.linalg.cond(np.einsum("jni,ji->ni", each, added) / world.value_added))


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
