"""From flows or a baseline of the data room to a world that is an equilibrium to the last digit.

Identities give shares, outputs and final uses. What they leave over (final demand below zero, deficits
other than those of the flows, roundings of a table) is settled by solving the model itself once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.region import ROW
from ronghe.base.text import Text
from ronghe.data.baseline import Baseline
from ronghe.simulate.blocks import Blocks
from ronghe.simulate.checks import Faults, cells, cost_shares, labels, ordered, shape
from ronghe.simulate.outcome import recalibrate
from ronghe.simulate.parameters import Parameters
from ronghe.simulate.shock import NO_SHOCK
from ronghe.simulate.solver.solve import polish, prepare, solve_problem
from ronghe.simulate.world import World

HOUSING = "real_estate"
BALANCED = 1e-6


def world_from_flows(
    *,
    flows: Floats,
    axes: Sequence[str] | None,
    value_added_shares: Floats,
    input_shares: Floats,
    elasticities: Floats | float,
    tariffs: Floats | None,
    deficits: Floats | None,
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
    bought = ordered(np.asarray(flows), axes, "flows", faults)
    wedges = None if tariffs is None else ordered(np.asarray(tariffs, dtype=float), axes, "tariffs", faults)
    faults.settle()
    assert bought is not None
    n, j = len(regions), len(sectors)
    theta = np.broadcast_to(np.asarray(elasticities, dtype=float), (j,)) if np.ndim(elasticities) == 0 else None
    theta = np.asarray(elasticities, dtype=float) if theta is None else theta
    added, inputs = np.asarray(value_added_shares, dtype=float), np.asarray(input_shares, dtype=float)
    if inputs.ndim == 2:
        inputs = np.broadcast_to(inputs, (n, *inputs.shape))
    right = [
        shape(bought, (j, n, n), "flows (sector, buyer, seller)", faults),
        shape(added, (n, j), "value_added_shares (region, sector)", faults),
        shape(inputs, (n, j, j), "input_shares (region, input, sector)", faults),
        shape(theta, (j,), "elasticities (sector)", faults),
        wedges is None or shape(wedges, (j, n, n), "tariffs (sector, buyer, seller)", faults),
        deficits is None or shape(np.asarray(deficits), (n,), "deficits (region)", faults),
    ]
    faults.settle()
    assert all(right)
    names = (sectors, regions, regions)
    bought = np.array(bought, dtype=float, order="C")
    cells(~np.isfinite(bought) | (bought < 0), bought, names, "flows", Text("不小于0", "0 or more"), "S105", faults)
    cells(
        ~(theta > 0) | ~np.isfinite(theta), theta, (sectors,), "elasticities", Text("大于0", "above 0"), "S106", faults
    )
    if wedges is not None:
        own = np.broadcast_to(np.eye(n, dtype=bool), wedges.shape) & (wedges != 0)
        wrong = ~np.isfinite(wedges) | (wedges <= -1) | own
        cells(wrong, wedges, names, "tariffs", Text("大于-1，本地为0", "above -1, and 0 at home"), "S107", faults)
    given = None if deficits is None else np.asarray(deficits, dtype=float)
    if given is not None and not abs(given.sum()) <= BALANCED * max(1.0, np.abs(given).sum()):
        faults.add("S108", "deficits", f"{given.sum():g}", Text("合计为0", "a sum of 0"),
                   Text("转移和差额必须相抵。", "Transfers and deficits must cancel out."))  # fmt: skip
    faults.settle()
    wedge = np.zeros((1, 1, 1)) if wedges is None else wedges
    net = bought / (1.0 + wedge) if gross else bought
    output = net.sum(axis=1)
    _no_empty_region(net, regions, faults)
    added, inputs = cost_shares(added, inputs, regions, sectors, output.T > 0, faults)
    faults.settle()
    return _one_basket(net, wedges, added.T, inputs, theta, given, tuple(regions), tuple(sectors))


def _no_empty_region(net: Floats, regions: Sequence[str], faults: Faults) -> None:
    for name, total in (("spending", net.sum(axis=(0, 2))), ("output", net.sum(axis=(0, 1)))):
        cells(~(total > 0), total, (regions,), f"flows, {name}", Text("大于0", "above 0"), "S109", faults)


def _one_basket(
    net: Floats,
    wedges: Floats | None,
    added: Floats,
    inputs: Floats,
    theta: Floats,
    deficits: Floats | None,
    regions: tuple[str, ...],
    sectors: tuple[str, ...],
) -> World:
    paid = net if wedges is None else net * (1.0 + wedges)
    spending, output = paid.sum(axis=2), net.sum(axis=1)
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
    imported = net.sum(axis=(0, 2)) - net.sum(axis=(0, 1))
    gaps = imported if deficits is None else deficits
    if deficits is not None and np.abs(deficits - imported).max() > 1e-9 * spending.sum():
        notes.append(
            Text(
                "给定的差额与流量不同：已先求解给定差额下的基期。",
                "The deficits given differ from those of the flows: the baseline is solved with those given.",
            )
        )
    traded = net.sum(axis=(1, 2)) - np.trace(net, axis1=1, axis2=2) > 0
    nothing = np.zeros_like(spending)
    world = World(
        regions=regions,
        sectors=sectors,
        traded=np.asarray(traded),
        shares=np.divide(paid, spending[:, :, None], out=np.zeros_like(paid), where=spending[:, :, None] > 0),
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
    return recalibrate(problem, result.state, shock=NO_SHOCK)
