"""Tables of flows at the door: read, checked, every fault at once, and laid out as (sector, buyer, seller).

A table with a fault comes back as it was: nothing is turned into shares here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.text import Text
from ronghe.simulate.checks import (
    Faults,
    below_zero,
    cells,
    cost_shares,
    elasticities,
    labels,
    lengths,
    numeric,
    ordered,
    shown,
)

BALANCED = 1e-6
PERCENT = 3.0
"""A tariff above 300 % is more likely a per cent figure than a fraction."""

Names = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class FlowTables:
    """Checked tables of an economy of one final basket.

    Attributes
    ----------
    regions, sectors : tuple of str
    flows : array, shape (sector, buyer, seller)
        As stored later: float32 as it came, all else a float64 copy.
    wedges : array, same shape, or None
    added : array, shape (region, sector)
        Value-added shares; with ``inputs`` they add up to 1 exactly.
    inputs : array, shape (region, input, sector)
    theta : array, shape (sector,)
    deficits : array, shape (region,), or None
    notes : tuple of Text
        What is legal and yet worth a second look.
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    flows: Floats
    wedges: Floats | None
    added: Floats
    inputs: Floats
    theta: Floats
    deficits: Floats | None
    notes: tuple[Text, ...]


@dataclass(slots=True)
class _Read:
    """Tables as arrays of numbers, before their sizes are known to fit; None where there is none."""

    flows: Floats | None
    wedges: Floats | None
    added: Floats | None
    inputs: Floats | None
    theta: Floats | None
    deficits: Floats | None


def read_flows(
    *,
    flows: object,
    axes: Sequence[str] | None,
    value_added_shares: object,
    input_shares: object,
    elasticities: object,
    tariffs: object,
    deficits: object,
    gross: object,
    regions: object,
    sectors: object,
) -> FlowTables:
    """Return the tables of :meth:`Economy.from_flows`, checked.

    Raises
    ------
    DataFault
        Every fault that can be seen at once: first what is no table, then sizes, then cells, then sums.
    """
    faults = Faults()
    names = labels(regions, sectors, faults)
    if not isinstance(gross, (bool, np.bool_)):
        faults.add("S113", "gross", shown(gross), Text("True 或 False", "True or False"),
                   Text("含关税的流量写 True。", "True where flows include the tariff."))  # fmt: skip
    by = {"region": names[0], "buyer": names[0], "seller": names[0], "sector": names[1], "input": names[1]}
    along = [by.get(str(axis), ()) for axis in axes] if isinstance(axes, (list, tuple)) else None
    read = _Read(
        flows=_ordered(flows, axes, "flows", along, faults),
        wedges=None if tariffs is None else _ordered(tariffs, axes, "tariffs", along, faults),
        added=numeric(value_added_shares, "value_added_shares", faults, names),
        inputs=numeric(input_shares, "input_shares", faults, (names[0], names[1], names[1])),
        theta=numeric(elasticities, "elasticities", faults, names[1:]),
        deficits=None if deficits is None else numeric(deficits, "deficits", faults, names[:1]),
    )
    faults.settle()
    return _checked(read, names, faults)


def _ordered(
    given: object, axes: Sequence[str] | None, name: str, along: Sequence[Sequence[str]] | None, faults: Faults
) -> Floats | None:
    array = numeric(given, name, faults, along)
    return None if array is None else ordered(array, axes, name, faults)


def _checked(read: _Read, names: Names, faults: Faults) -> FlowTables:
    regions, sectors = names
    assert read.flows is not None
    added, inputs, theta = (np.asarray(table, dtype=float) for table in (read.added, read.inputs, read.theta))
    theta = np.broadcast_to(theta, (len(sectors),)) if theta.ndim == 0 else theta
    inputs = np.broadcast_to(inputs, (len(regions), *inputs.shape)) if inputs.ndim == 2 else inputs
    _sizes(read, added, inputs, theta, names, faults)
    faults.settle()
    bought = _stored(read.flows)
    _cells(bought, read, theta, names, faults)
    faults.settle()
    sold, spent = (np.array([flow.sum(axis=axis, dtype=float) for flow in bought]) for axis in (0, 1))
    for name, total in (("spending", spent.sum(axis=0)), ("output", sold.sum(axis=0))):
        cells(~(total > 0), total, (regions,), f"flows, {name}", Text("大于0", "above 0"), "S109", faults)
    live = sold.T > 0
    notes = below_zero(inputs, live, regions, sectors)
    added, inputs = cost_shares(added, inputs, regions, sectors, live, faults)
    _inputs_bought(inputs, sold, spent, names, faults)
    faults.settle()
    notes = (*notes, *_large_tariffs(read.wedges), *_no_home(bought, spent, names))
    return FlowTables(regions, sectors, bought, read.wedges, added, inputs, theta, read.deficits, notes)


def _sizes(read: _Read, added: Floats, inputs: Floats, theta: Floats, names: Names, faults: Faults) -> None:
    """Add faults for arrays that do not have one entry for each name."""
    count = {"regions": len(names[0]), "sectors": len(names[1])}
    of = {"region": "regions", "buyer": "regions", "seller": "regions", "sector": "sectors", "input": "sectors"}
    trade = ("sector", "buyer", "seller")
    for array, axes, name in (
        (read.flows, trade, "flows"),
        (read.wedges, trade, "tariffs"),
        (added, ("region", "sector"), "value_added_shares"),
        (inputs, ("region", "input", "sector"), "input_shares"),
        (theta, ("sector",), "elasticities"),
        (read.deficits, ("region",), "deficits"),
    ):
        if array is not None:
            lengths(array, [(axis, of[axis], count[of[axis]]) for axis in axes], name, faults)


def _stored(flows: Floats) -> Floats:
    """Return the array that becomes the shares: float32 as it is, everything else as a float64 copy."""
    if flows.dtype == np.float32 and flows.flags.writeable:
        return flows if flows.flags.c_contiguous else np.ascontiguousarray(flows)
    return np.array(flows, dtype=np.float32 if flows.dtype == np.float32 else float, order="C")


def _cells(flows: Floats, read: _Read, theta: Floats, names: Names, faults: Faults) -> None:
    """Add faults for cells out of range, and for deficits that do not cancel out."""
    regions, sectors = names
    places = (sectors, regions, regions)
    _flows_by_sector(flows, places, faults)
    elasticities(theta, sectors, faults)
    if read.wedges is not None:
        own = np.broadcast_to(np.eye(len(regions), dtype=bool), read.wedges.shape) & (read.wedges != 0)
        wrong = ~np.isfinite(read.wedges) | (read.wedges <= -1) | own
        cells(wrong, read.wedges, places, "tariffs", Text("大于-1，本地为0", "above -1, and 0 at home"), "S107", faults)
    given = read.deficits
    if given is not None and not abs(given.sum()) <= BALANCED * max(1.0, np.abs(given).sum()):
        faults.add("S108", "deficits", f"{given.sum():g}", Text("合计为0", "a sum of 0"),
                   Text("转移和差额必须相抵。", "Transfers and deficits must cancel out."))  # fmt: skip


def _flows_by_sector(flows: Floats, names: tuple[Sequence[str], ...], faults: Faults) -> None:
    """Add faults for cells that are negative or no numbers, without a full array of verdicts."""
    wrong = [(j, *at) for j, flow in enumerate(flows) for at in np.argwhere(~(flow >= 0) | np.isinf(flow))]
    for where in wrong[:5]:
        place = ", ".join(labels[index] for labels, index in zip(names, where, strict=True))
        faults.add("S105", f"flows [{place}]", f"{flows[where]:g}", Text("不小于0", "0 or more"),
                   Text("请更正该值。", "Correct this value."))  # fmt: skip
    if len(wrong) > 5:
        faults.add("S105", "flows", f"+{len(wrong) - 5}", Text("不小于0", "0 or more"),
                   Text("同类错误还有这些处。", "So many more cells have the same fault."))  # fmt: skip


def _inputs_bought(inputs: Floats, sold: Floats, spent: Floats, names: Names, faults: Faults) -> None:
    """Add a fault where a region's producers use what the region buys nothing of."""
    if faults:
        return
    used = np.einsum("nkj,jn->kn", inputs, sold)
    missing: Bools = (used != 0) & (spent == 0)
    expected = Text(
        "大于0：该地区的生产要用这一部门的产品", "above 0: producers of the region use this sector as an input"
    )
    cells(missing, spent, (names[1], names[0]), "flows, purchases [sector, buyer]", expected, "S114", faults)


def _large_tariffs(wedges: Floats | None) -> tuple[Text, ...]:
    largest = 0.0 if wedges is None else float(wedges.max(initial=0.0))
    if largest <= PERCENT:
        return ()
    return (
        Text(
            f"最大的关税是 {largest:g}：关税写成小数（0.05），不是百分数。",
            f"The largest tariff is {largest:g}: tariffs are fractions (0.05), not per cent.",
        ),
    )


def _no_home(flows: Floats, spent: Floats, names: Names) -> tuple[Text, ...]:
    """Say where a region buys in a sector and nothing of its own: no change of costs can bring own sales about."""
    own = np.diagonal(flows, axis1=1, axis2=2)
    at = np.argwhere((own == 0) & (spent > 0))
    if not len(at):
        return ()
    first = ", ".join(f"[{names[0][n]}, {names[1][j]}]" for j, n in at[:3])
    return (
        Text(
            f"{len(at)}个格子没有本地销售，如 {first}：情景之后仍为0。",
            f"{len(at)} cells have no own sales, e.g. {first}: they stay 0 in every scenario.",
        ),
    )
