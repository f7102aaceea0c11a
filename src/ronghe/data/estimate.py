"""The estimated baseline: trade of the regions and the rest of the world, made from official margins.

No table of trade between provinces may be redistributed, so the default makes one: production from value added,
final use from income, home flows from assumed shares held to the observed home share of each plate, the rest by
distance and margins. It is a model's work (``made_by = model``): the word *estimated* follows every figure.
It can tell sizes, plates and openness; it cannot tell which pair of provinces has the higher wall.

n buyer, i seller, j sector; 亿元 of the base year at basic prices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.region import ROW
from ronghe.base.status import Status
from ronghe.base.text import Text, joined
from ronghe.data.baseline import Baseline, People
from ronghe.data.flows import cross_flows, foreign_shares, home_flows
from ronghe.data.margins import Coefficients, Margins, NationalTable, coefficients, margins
from ronghe.data.parameters import Parameter

GOVERNMENT = "other_services"
"""The sector from which government buys."""


@dataclass(frozen=True, slots=True)
class EstimateInputs:
    """What the estimate is made from, as arrays.

    Attributes
    ----------
    regions, names : tuple
        Codes of the regions with facts, length N, and their names.
    sectors : tuple of str
        Codes, length J.
    local, groups : array of bool, tuple of str, length J
        Sectors used at home; the group of each sector's home share (agriculture, industry, services, local).
    value_added : array, shape (region, sector)
    revenue, expenditure : array, shape (region,)
        Local general budget.
    openness : array, shape (region,)
        Relative openness to abroad, value-added weighted mean 1.
    distances : array, shape (region, region)
        km.
    plates, targets : arrays, shape (region,) and (plate,)
        Plate of each region; home share of its non-agricultural spending.
    national : NationalTable
    year : int
    net_outflow : array, shape (region,), optional
        Of goods and services, by expenditure accounts.
    """

    regions: tuple[str, ...]
    names: tuple[Text, ...]
    sectors: tuple[str, ...]
    local: Bools
    groups: tuple[str, ...]
    value_added: Floats
    revenue: Floats
    expenditure: Floats
    openness: Floats
    distances: Floats
    plates: Ints
    plate_names: tuple[Text, ...]
    targets: Floats
    national: NationalTable
    year: int
    net_outflow: Floats | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What no draw changes: coefficients, margins and the rest of the world."""

    national: Coefficients
    margins: Margins
    row_absorption: Floats
    row_final: Floats


def frame(inputs: EstimateInputs, values: Mapping[str, float]) -> Frame:
    """Build the margins and the rest of the world.

    The rest of the world has China's structure of absorption, at the size at which its home share is the given
    one; so every sector it uses is also made there, and its final use is what production leaves.
    """
    government = inputs.sectors.index(GOVERNMENT)
    national = coefficients(
        table=inputs.national, government_share=values["government_share"], government_sector=government
    )
    made = margins(
        value_added=inputs.value_added,
        revenue=inputs.revenue,
        expenditure=inputs.expenditure,
        national=national,
        local=inputs.local,
        government_sector=government,
        government_share=values["government_share"],
        government_most=values["government_most"],
        services_most=values["government_most_services"],
        transfer_cap=values["transfer_cap"],
        local_least=values["local_least"],
        net_outflow=inputs.net_outflow,
    )
    exports = national.exports * made.output.sum(axis=0)
    imports = national.imports * made.absorption.sum(axis=0)
    absorption = made.absorption.sum(axis=0) / made.absorption.sum()
    absorption = absorption * exports.sum() / (1 - values["row_home_share"])
    return Frame(national, made, absorption, absorption - national.inputs @ (absorption - exports + imports))


def base_homes(inputs: EstimateInputs, values: Mapping[str, float]) -> Floats:
    """Return the base home share of every sector, shape (sector,)."""
    return np.array([values[f"home_{group}"] for group in inputs.groups])


def flow_arrays(
    inputs: EstimateInputs,
    built: Frame,
    values: Mapping[str, float],
    *,
    elasticity: Floats | float,
    homes: Floats,
    openness: Floats,
) -> tuple[Floats, Bools]:
    """Make the flows of one draw or of a batch.

    Parameters
    ----------
    elasticity : float or array, shape (...,)
        Distance elasticity.
    homes : array, shape (..., region, sector)
        Base home shares.
    openness : array, shape (..., region)

    Returns
    -------
    flows : array, shape (..., sector, buyer, seller)
        The rest of the world is the last region.
    missed : array of bool, shape (..., plate)
        Plates whose home-share target is out of reach.
    """
    made, national, count = built.margins, built.national, len(inputs.regions)
    imported = foreign_shares(national=national.imports, openness=openness, weights=made.absorption) * made.absorption
    exported = foreign_shares(national=national.exports, openness=openness, weights=made.output) * made.output
    supply, demand = made.output - exported, made.absorption - imported
    farming = np.array([group == "agriculture" for group in inputs.groups])
    home = home_flows(
        shares=homes,
        caps=np.where(inputs.local, values["home_cap_local"], values["home_cap"]),
        supply=supply,
        demand=demand,
        absorption=made.absorption,
        plates=inputs.plates,
        targets=inputs.targets,
        shifted=~farming & ~inputs.local,
        counted=~farming,
    )
    inland = cross_flows(
        distances=inputs.distances,
        elasticity=elasticity,
        home=home.values,
        supply=supply,
        demand=demand,
        tolerance=values["fit_tolerance"],
    )
    flows = np.zeros((*inland.shape[:-2], count + 1, count + 1))
    flows[..., :count, :count] = inland
    flows[..., :count, count] = np.moveaxis(imported, -1, -2)
    flows[..., count, :count] = np.moveaxis(exported, -1, -2)
    flows[..., count, count] = built.row_absorption - exported.sum(axis=-2)
    return flows, home.missed


def baseline_from(
    inputs: EstimateInputs,
    built: Frame,
    values: Mapping[str, float],
    flows: Floats,
    missed: Bools,
    people: People | None,
    parameters: Mapping[str, Parameter],
) -> Baseline:
    """Wrap flows of one draw into a Baseline with its labels."""
    made, count = built.margins, len(inputs.regions) + 1
    government = np.zeros_like(built.row_final)
    government[inputs.sectors.index(GOVERNMENT)] = values["government_share"] * built.row_final.sum()
    private = built.row_final - government
    return Baseline(
        regions=(*inputs.regions, ROW),
        sectors=inputs.sectors,
        traded=~inputs.local,
        flows=flows,
        value_added_shares=np.tile(built.national.value_added, (count, 1)),
        input_shares=np.tile(built.national.inputs, (count, 1, 1)),
        household=np.vstack([made.household, private * (1 - built.national.investment)]),
        government=np.vstack([made.government, government]),
        investment=np.vstack([made.investment, private * built.national.investment]),
        transfers=np.append(made.transfers, 0.0),
        external=np.append(made.external, -made.external.sum()),
        own_revenue=np.append(inputs.revenue, 0.0),
        elasticities=np.full(len(inputs.sectors), values["trade_elasticity"]),
        people=people,
        pair_status="estimated",
        statuses=statuses(inputs, parameters, people),
        flags=flags(inputs, made, missed, cap=values["transfer_cap"]),
    )


def estimate(
    inputs: EstimateInputs, parameters: Mapping[str, Parameter], people: People | None, changed: Mapping[str, float]
) -> Baseline:
    """Make the baseline, some parameters changed."""
    values = {name: one.value for name, one in parameters.items()} | dict(changed)
    built = frame(inputs, values)
    homes = np.broadcast_to(base_homes(inputs, values), inputs.value_added.shape)
    elasticity = values["distance_elasticity"]
    flows, missed = flow_arrays(inputs, built, values, elasticity=elasticity, homes=homes, openness=inputs.openness)
    return baseline_from(inputs, built, values, flows, missed, people, parameters)


def flags(inputs: EstimateInputs, made: Margins, missed: Bools, *, cap: float) -> tuple[Text, ...]:
    """Say what was held at a limit, by name."""
    result = []
    for held, zh, en in (
        (
            made.capped,
            "{named}的净流入按财政缺口推算，取地区生产总值{cap:.0%}的上限",
            "net inflow of {named} taken from the fiscal gap, held at {cap:.0%} of GDP",
        ),
        (made.held, "{named}的政府消费取上限", "government use of {named} held at its ceiling"),
    ):
        if held.any():
            named = joined([name for name, one in zip(inputs.names, held, strict=True) if one])
            result.append(Text(zh, en).format(named=named, cap=cap))
    if missed.any():
        named = joined([name for name, one in zip(inputs.plate_names, missed, strict=True) if one])
        zh, en = f"{named.zh}的本地份额目标达不到", f"home-share target of {named.en} is out of reach"
        result.append(Text(zh, en))
    return tuple(result)


def statuses(
    inputs: EstimateInputs, parameters: Mapping[str, Parameter], people: People | None
) -> tuple[tuple[Text, Status], ...]:
    """Name the inputs that are not observed, with the word that must follow them."""
    rows: list[tuple[Text, Status]] = [
        (Text("省际贸易流量", "trade between provinces"), "estimated"),
        (
            (Text("地区净流入（财政缺口）", "net inflow of regions (fiscal gap)"), "estimated")
            if inputs.net_outflow is None
            else (Text("地区净流入（支出法核算）", "net inflow of regions (expenditure accounts)"), "computed")
        ),
        (Text("全国投入系数（2020年）", "national coefficients (2020)"), "computed"),
        (Text("国外的产业结构（同全国）", "structure of the rest of the world (as the nation's)"), "assumed"),
        (
            Text("最终使用的三分（居民、政府、投资）", "split of final use (household, government, investment)"),
            "assumed",
        ),
        *(
            (parameters[name].title, parameters[name].status)
            for name in ("trade_elasticity", "distance_elasticity", "home_industry", "home_services")
            if parameters[name].status != "observed"
        ),
    ]
    if people is not None:
        rows.append((Text("人口来源地", "people by home"), people.status))
    return tuple(rows)
