"""The baseline where some or all pairs of regions are observed and the rest is estimated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.region import REST_OF_WORLD
from ronghe.base.sector import nine_sectors
from ronghe.base.status import Status, weakest
from ronghe.base.text import Text, joined
from ronghe.data.baseline import Baseline
from ronghe.data.draws import drawn_flows
from ronghe.data.embedded import Estimate
from ronghe.data.estimate import Frame, base_homes, flow_arrays, frame
from ronghe.data.estimate import statuses as estimate_statuses
from ronghe.data.own.cells import TradeCells
from ronghe.data.own.held import MOST_ABOVE, Labels, held_flows, refit, updated_flows
from ronghe.data.parameters import Parameter
from ronghe.data.validation import Validation

NAMED = 5


@dataclass(frozen=True)
class HeldTrade:
    """Makes the baseline of a table of trade, whole or in part; what it lacks comes from the estimate.

    Attributes
    ----------
    estimate : Estimate
    cells : TradeCells
        Of the base year, or of an earlier one that is carried to it.
    """

    estimate: Estimate
    cells: TradeCells

    @property
    def updated(self) -> bool:
        """Whether the table is of another year and only its pattern is used."""
        return self.cells.year != self.estimate.year

    @property
    def whole(self) -> bool:
        """Whether every pair of the base year is given."""
        return self.cells.whole and not self.updated

    @cached_property
    def labels(self) -> Labels:
        """Names for faults."""
        return Labels(
            (*self.estimate.inputs.names, REST_OF_WORLD.name), tuple(sector.name for sector in nine_sectors())
        )

    def baseline(self, changed: Mapping[str, float]) -> Baseline:
        """Return the baseline, some parameters of the estimate changed."""
        self.estimate.check(changed)
        inputs = self.estimate.inputs
        values = {name: one.value for name, one in self.parameters_all.items()} | dict(changed)
        built = frame(inputs, values)
        homes = np.broadcast_to(base_homes(inputs, values), inputs.value_added.shape)
        flows, _ = flow_arrays(
            inputs, built, values, elasticity=values["distance_elasticity"], homes=homes, openness=inputs.openness
        )
        return self._made(built, values, flows)

    def draws(self, count: int, seed: int) -> Iterator[Baseline]:
        """Yield draws of what is estimated; nothing where every pair is observed."""
        if self.whole:
            return
        inputs, parameters = self.estimate.inputs, self.parameters_all
        values = {name: one.value for name, one in parameters.items()}
        built = frame(inputs, values)
        for flows, _ in drawn_flows(inputs, parameters, count=count, seed=seed):
            # What the point takes no draw refuses: a draw moves the margins, and the given cells stay.
            yield self._made(built, values, flows, most=np.inf)

    @property
    def parameters_all(self) -> Mapping[str, Parameter]:
        """Every number of the estimate."""
        return self.estimate.facts.parameters

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Return the numbers of the estimate; none where every pair is observed."""
        return {} if self.whole else self.parameters_all

    def validation(self) -> Validation:
        """Return the comparison of the estimate; empty where nothing is estimated."""
        if not self.whole:
            return self.estimate.validation()
        nothing = Text("各地区之间的贸易都有实际数据，没有估计。", "All trade between regions is observed.")
        return Validation(self.estimate.year, 0.0, (), nothing, "")

    @property
    def pair_status(self) -> Status:
        """The word for the cells of pairs as a whole."""
        if not self.whole:
            return "estimated"
        guessed = bool(self.cells.guessed[:, :-1, :-1].any())
        return weakest([self.cells.status, "estimated"]) if guessed else self.cells.status

    def _made(
        self, built: Frame, values: Mapping[str, float], estimated: Floats, *, most: float = MOST_ABOVE
    ) -> Baseline:
        inputs, cells = self.estimate.inputs, self.cells
        lifted: tuple[Text, ...] = ()
        if self.updated:
            flows = updated_flows(estimated, cells, self.labels)
        else:
            flows, lifted = held_flows(estimated, cells, self.labels, most=most)
        then = refit(inputs, built, values, flows, cells, self.labels)
        return Baseline(
            regions=cells.regions,
            sectors=inputs.sectors,
            traded=~inputs.local,
            flows=flows,
            value_added_shares=then.value_added_shares,
            input_shares=then.input_shares,
            household=then.household,
            government=then.government,
            investment=then.investment,
            transfers=then.transfers,
            external=then.external,
            own_revenue=np.append(inputs.revenue, 0.0),
            elasticities=np.full(len(inputs.sectors), values["trade_elasticity"]),
            people=self.estimate.people,
            pair_status=self.pair_status,
            statuses=self._statuses(),
            flags=self._flags(then.fitted, lifted, then.low),
            observed=None if self.updated else cells.there,
        )

    def _statuses(self) -> tuple[tuple[Text, Status], ...]:
        """Name what is not observed: the pairs that are left to the estimate, and what it takes beside them."""
        rows = list(estimate_statuses(self.estimate.inputs, self.parameters_all, self.estimate.people))
        given, every = int(self.cells.inland.sum()), self.cells.inland.size
        told: list[tuple[Text, Status]] = []
        if self.whole:
            told.append((Text("地区间贸易流量", "trade between regions"), self.pair_status))
        elif self.updated:
            year = self.cells.year
            told.append(
                (
                    Text(
                        f"地区间贸易流量（{year}年的表按RAS更新）",
                        f"trade between regions ({year} carried forward by RAS)",
                    ),
                    "estimated",
                )
            )
        else:
            told.append(
                (
                    Text(f"地区间贸易流量（{every}格中{given}格为所给数据，其余估算）",
                         f"trade between regions ({given} of {every} cells given, the others estimated)"),
                    "estimated",
                )
            )  # fmt: skip
        dropped = {"省际贸易流量", "地区净流入（财政缺口）", "地区净流入（支出法核算）"}
        if self.whole:
            # Nothing of what only the estimate of pairs needs.
            known = self.parameters_all
            dropped |= {known[name].title.zh for name in ("distance_elasticity", "home_industry", "home_services")}
        else:
            told.append((Text("地区净流入（流量之差）", "net inflow of regions (from the flows)"), "estimated"))
        there = self.cells.there
        if self.updated or not (there[:, :-1, -1].all() and there[:, -1, :-1].all()):
            told.append((Text("与国外的贸易（按开放度分到各地）", "trade with abroad (by openness)"), "estimated"))
        return (*told, *(row for row in rows if row[0].zh not in dropped))

    def _flags(self, fitted: Bools, lifted: tuple[Text, ...], low: Bools) -> tuple[Text, ...]:
        """Say what gave way, by name."""
        regions, sectors = self.labels.regions, self.labels.sectors
        cells = [regions[n] + Text("的", ", ") + sectors[j] for n, j in np.argwhere(low).tolist()]
        short = [regions[n] for n in np.flatnonzero(fitted[:-1]).tolist()]
        told = (
            (
                cells,
                Text(
                    "{named}：表中售出小于核算的增加值，增加值按全国增加值率计",
                    "{named}: sales of the table are below value added of the accounts, which is counted at "
                    "the nation's share of them",
                ),
            ),
            (
                list(dict.fromkeys(lifted)),
                Text(
                    "{named}：所给格子与按核算推算的合计相差较大，合计随所给格子调整",
                    "{named}: the cells given are far from the total by the accounts, which gave way",
                ),
            ),
            (
                short,
                Text(
                    "{named}按全国投入系数要用的某些产品多于其购入，投入结构已按购入拟合",
                    "inputs of {named} fitted to purchases: national coefficients would use more of some products",
                ),
            ),
        )
        flags = [text.format(named=_some(names)) for names, text in told if names]
        if self.cells.valuation != "basic":
            flags.append(
                Text(
                    "贸易表不是基本价格，流通费用和税未剔除",
                    "trade is not at basic prices: margins and taxes are within",
                )
            )
        return tuple(flags)


def _some(names: list[Text]) -> Text:
    """Return the first names, and that there are others."""
    return joined(names[:NAMED]) + (Text("等", " and others") if len(names) > NAMED else Text("", ""))
