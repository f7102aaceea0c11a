"""A baseline from an observed multi-regional table: flows, cost shares and uses by identities, nothing estimated.

    X_nij = sum_k Z_(i,j),(n,k) + sum_c F_(i,j),(n,c)      purchases of j by n from i
    g_njk = (sum_i Z_(i,j),(n,k) + M_n,jk) / X_nk          inputs; v_nk = value added / X_nk

n buyer, i seller, j product, k using sector; M imported inputs. Where the table has imports apart, only their sum by
user is known: they are taken to be made up of products as the user's other inputs are. Where imports stand inside the
uses, every use of a product holds the same part of them. Money in 亿元.

References
----------
.. [1] R. E. Miller, P. D. Blair, "Input-Output Analysis", ch. 3 and 4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import DataFault, ParameterFault
from ronghe.base.provenance import Provenance
from ronghe.base.region import REST_OF_WORLD, ROW
from ronghe.base.sector import Sector
from ronghe.base.status import Status
from ronghe.base.text import Text, joined
from ronghe.data.baseline import Baseline, People
from ronghe.data.identifies import MADE, Holding
from ronghe.data.intake.findings import Findings
from ronghe.data.multiregional import MultiRegional
from ronghe.data.own.common import HUNDRED_MILLION
from ronghe.data.own.sources import file_sources
from ronghe.data.own.uses import fitted_uses
from ronghe.data.parameters import Parameter
from ronghe.data.placed import PlacedRows
from ronghe.data.schema import schema
from ronghe.data.validation import Validation

HOUSEHOLD, STATE = ("rural", "urban"), ("government",)
NAMED = 5


@dataclass(frozen=True, slots=True)
class Uses:
    """What the table says, with the rest of the world beside its regions.

    Attributes
    ----------
    inland : array, shape (product, buyer, seller)
        Domestic products.
    imported : array, shape (region, product)
        Purchases from abroad.
    inputs : array, shape (region, product, using sector)
        Domestic and imported together.
    final : array, shape (region, product, use)
        By household, government, investment; inventories may make a cell negative.
    """

    inland: Floats
    imported: Floats
    inputs: Floats
    final: Floats


def uses_of(grid: MultiRegional) -> Uses:
    """Return inland flows, imports, inputs and final use of a table, 亿元."""
    z, f = grid.intermediate / HUNDRED_MILLION, grid.final / HUNDRED_MILLION
    groups = np.array([[category in HOUSEHOLD, category in STATE, category not in (*HOUSEHOLD, *STATE)]
                       for category in grid.categories], dtype=float)  # fmt: skip
    inputs, final = z.sum(axis=0).transpose(1, 0, 2), f.sum(axis=0).transpose(1, 0, 2)
    if grid.residual is not None:
        # A published column of errors is no use of anybody's: it stays where it was made, beside investment.
        home = np.arange(len(grid.regions))
        f = f.copy()
        f[home, :, home, -1] += grid.residual / HUNDRED_MILLION
        final = f.sum(axis=0).transpose(1, 0, 2)
    if grid.import_treatment == "competitive":
        used = z.sum(axis=(2, 3)) + f.sum(axis=(2, 3))
        _within_uses(grid, used)
        part = np.divide(grid.imports / HUNDRED_MILLION, used, out=np.zeros_like(used), where=used > 0)
        sold = z.sum(axis=3) + f.sum(axis=3)
        imported = np.einsum("ijn,ij->nj", sold, part)
        inland = (sold * (1 - part)[:, :, None]).transpose(1, 2, 0)
        return Uses(inland, imported, inputs, final @ groups)
    bought = grid.imports / HUNDRED_MILLION
    whole = inputs.sum(axis=1)
    by_user = np.divide(bought, whole, out=np.zeros_like(bought), where=whole > 0)
    foreign = inputs * by_user[:, None, :]
    abroad = foreign.sum(axis=2)
    if grid.final_imports is not None:
        taken = grid.final_imports / HUNDRED_MILLION
        columns = np.maximum(final, 0.0)
        sums = columns.sum(axis=1)
        last = columns * np.divide(taken, sums, out=np.zeros_like(taken), where=sums > 0)[:, None, :]
        final, abroad = final + last, abroad + last.sum(axis=2)
    inland = (z.sum(axis=3) + f.sum(axis=3)).transpose(1, 2, 0)
    return Uses(inland, abroad, inputs + foreign, final @ groups)


def _within_uses(grid: MultiRegional, used: Floats) -> None:
    """Raise for imports that are more than what is used of a product."""
    found = Findings()
    imports = grid.imports / HUNDRED_MILLION
    for n, j in zip(*np.nonzero(imports > used * (1 + 1e-9)), strict=True):
        found.add("E501_imports", grid.place("imports", (int(n), int(j))), region=grid.regions[n],
                  sector=grid.sector_titles.get(grid.sectors[j], grid.sectors[j]),
                  imports=f"{imports[n, j]:.6g}", used=f"{used[n, j]:.6g}")  # fmt: skip
    if found:
        raise DataFault(found)


@dataclass(frozen=True)
class GridTrade:
    """Makes the baseline of one multi-regional table.

    Attributes
    ----------
    grid : MultiRegional
    names : tuple of Text
        Of its regions, in its order.
    sectors : tuple of Sector
        In the order of the table.
    revenue : array, shape (region,)
        Own revenue of local governments; 0 where none is known.
    people : People or None
    numbers : mapping of name to Parameter
        Trade elasticity and home share of the rest of the world.
    notes : tuple of Text
        What the reader must know of the figures beside the table.
    """

    grid: MultiRegional
    names: tuple[Text, ...]
    sectors: tuple[Sector, ...]
    revenue: Floats
    people: People | None
    numbers: Mapping[str, Parameter]
    notes: tuple[Text, ...] = ()

    @property
    def pair_status(self) -> Status:
        """The word for the cells of pairs: a table made by a model is an estimate, whoever published it."""
        if self.grid.made_by not in MADE:
            return "estimated"
        return self.grid.status  # type: ignore[return-value]

    def baseline(self, changed: Mapping[str, float]) -> Baseline:
        """Return the baseline; only the trade elasticity and the home share of abroad can be changed."""
        known = ("trade_elasticity", "row_home_share")
        other = [name for name in changed if name not in known]
        if other:
            listed = ", ".join(other)
            raise ParameterFault(
                Text(
                    f"贸易来自所给的投入产出表，不能改 {listed}。",
                    f"Trade is that of the table given; {listed} cannot change.",
                )
            )
        theta, home = (changed.get(name, self.numbers[name].value) for name in known)
        return self._made(theta, home)

    def draws(self, count: int, seed: int) -> Iterator[Baseline]:
        """Yield nothing: the pairs are given."""
        return iter(())

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Return none: nothing is estimated here."""
        return {}

    def validation(self) -> Validation:
        """Return an empty table: nothing is estimated here."""
        return Validation(
            self.grid.year,
            0.0,
            (),
            Text("贸易来自所给的投入产出表，没有估计。", "Trade is that of the table given."),
            "",
        )

    @cached_property
    def _uses(self) -> Uses:
        return uses_of(self.grid)

    def _made(self, theta: float, home: float) -> Baseline:
        grid = self.grid
        flows, cut = self._flows(home)
        output, bought = flows.sum(axis=1).T, flows.sum(axis=2).T
        share, inputs = self._costs(output)
        used, final, fitted = fitted_uses(inputs * output[:, None, :], bought, self._region)
        split = self._split(final)
        inflow = (bought - output).sum(axis=1)
        earned = (share * output)[:-1].sum(axis=1)
        abroad = float(inflow[:-1].sum())
        external = np.append(earned / earned.sum() * abroad, -abroad)
        return Baseline(
            regions=(*grid.regions, ROW),
            sectors=tuple(sector.code for sector in self.sectors),
            traded=np.array([not sector.local for sector in self.sectors]),
            flows=flows,
            value_added_shares=share,
            input_shares=np.divide(used, output[:, None, :], out=np.zeros_like(used), where=output[:, None, :] > 0),
            household=split[..., 0],
            government=split[..., 1],
            investment=split[..., 2],
            transfers=inflow - external,
            external=external,
            own_revenue=np.append(self.revenue, 0.0),
            elasticities=np.full(len(self.sectors), theta),
            people=self.people,
            pair_status=self.pair_status,
            statuses=self._statuses(),
            flags=self._flags(fitted, cut),
            observed=np.ones(flows.shape, dtype=bool),
        )

    def _flows(self, home: float) -> tuple[Floats, float]:
        """Return flows with the rest of the world last, and what of inventories had to be cut at 0."""
        grid, uses = self.grid, self._uses
        count = len(grid.regions)
        flows = np.zeros((len(grid.sectors), count + 1, count + 1))
        cut = float(np.minimum(uses.inland, 0.0).sum())
        flows[:, :count, :count] = np.maximum(uses.inland, 0.0)
        flows[:, :count, count] = np.maximum(uses.imported, 0.0).T
        flows[:, count, :count] = (np.maximum(grid.exports, 0.0) / HUNDRED_MILLION).T
        exported, imported = flows[:, count, :count].sum(axis=1), flows[:, :count, count].sum(axis=1)
        absorbed = flows[:, :count].sum(axis=(1, 2))
        size = max(float(exported.sum()), float(imported.sum())) / max(1.0 - home, 1e-9)
        flows[:, count, count] = np.maximum(absorbed / absorbed.sum() * size - exported, 0.0)
        return flows, -cut

    def _costs(self, output: Floats) -> tuple[Floats, Floats]:
        """Return value-added shares and input shares, adding up to 1; abroad has those of all regions together."""
        grid, uses = self.grid, self._uses
        added = grid.value_added.sum(axis=0) / HUNDRED_MILLION
        spent = uses.inputs.sum(axis=1)
        whole = added + spent
        found = Findings()
        for n, k in zip(*np.nonzero((added < 0) | ((output[:-1] > 0) & (whole <= 0))), strict=True):
            found.add("E501_cost", grid.place("value_added", (0, int(n), int(k))), region=self.names[n],
                      sector=self.sectors[k].name,
                      added=f"{added[n, k]:.6g}", inputs=f"{spent[n, k]:.6g}")  # fmt: skip
        if found:
            raise DataFault(found)
        # A sector that makes nothing anywhere in a region costs value added alone.
        share = np.divide(added, whole, out=np.ones_like(whole), where=whole > 0)
        inputs = np.divide(uses.inputs, whole[:, None, :], out=np.zeros_like(uses.inputs), where=whole[:, None, :] > 0)
        national, all_inputs = added.sum(axis=0), uses.inputs.sum(axis=0)
        total = national + all_inputs.sum(axis=0)
        mean = np.divide(national, total, out=np.ones_like(total), where=total > 0)
        coefficients = np.divide(all_inputs, total, out=np.zeros_like(all_inputs), where=total > 0)
        return np.vstack([share, mean]), np.concatenate([inputs, coefficients[None]])

    def _split(self, final: Floats) -> Floats:
        """Split final use by the table's own parts; abroad splits as all regions together."""
        parts = np.maximum(self._uses.final, 0.0)
        parts = np.concatenate([parts, parts.sum(axis=0)[None]])
        sums = parts.sum(axis=2, keepdims=True)
        shares = np.divide(parts, sums, out=np.zeros_like(parts), where=sums > 0)
        shares[..., 0] += np.where(sums[..., 0] > 0, 0.0, 1.0)
        split: Floats = final[:, :, None] * shares
        return split

    def _region(self, n: int) -> tuple[str, Text]:
        """Return where a region stands, and its name."""
        at = min(n, len(self.grid.regions) - 1)
        return self.grid.place("output", (at, 0)), (*self.names, REST_OF_WORLD.name)[n]

    def _statuses(self) -> tuple[tuple[Text, Status], ...]:
        rows: list[tuple[Text, Status]] = [
            (
                Text(f"地区间投入产出表（{self.grid.year}年）", f"multi-regional table ({self.grid.year})"),
                self.pair_status,
            ),
            (Text("国外的产业结构（同全表）", "structure of the rest of the world (as the table's)"), "assumed"),
        ]
        if self.grid.import_treatment == "competitive":
            rows.append((Text("进口按各用途同一比例剔除", "imports stripped from all uses alike"), "assumed"))
        else:
            rows.append(
                (Text("进口的产品构成（同国内投入）", "products of imports (as of domestic inputs)"), "assumed")
            )
        number = self.numbers["trade_elasticity"]
        rows.append((number.title, number.status))
        if self.people is not None:
            rows.append((Text("人口来源地", "people by home"), self.people.status))
        return tuple(rows)

    def origin(self, origin: str, destination: str, sector: str) -> Provenance:
        """Return where the trade of one pair comes from: the cells that add up to it."""
        grid, j = self.grid, [one.code for one in self.sectors].index(sector)
        at = {code: place for place, code in enumerate(grid.regions)}
        if destination == ROW:
            place, how = grid.place("exports", (at[origin], j)), Text("出口", "exports")
        elif origin == ROW:
            place = grid.place("imports", (at[destination], 0))
            how = Text("进口，按使用分到产品", "imports, spread over products as they are used")
        else:
            place = grid.place("intermediate", (at[origin], j, at[destination], 0))
            how = Text(
                "从该格起，各行业的中间使用与各类最终使用之和", "sales to every sector and final use, from this cell on"
            )
        status: Status = "computed" if self.pair_status == "observed" else self.pair_status
        return Provenance(status, tuple(file_sources(grid.hashes)), place, how, next(iter(grid.hashes.values()), ""))

    def _beside(self) -> list[Text]:
        """Return what the table lacks, or has beside its uses."""
        grid, told = self.grid, []
        if grid.residual is not None and np.abs(grid.residual).sum() > 0:
            size = float(np.abs(grid.residual).sum()) / HUNDRED_MILLION
            told.append(
                Text(
                    f"误差一列（绝对值合计 {size:.4g} 亿元）留在产地，计入投资",
                    f"the column of errors ({size:.4g} in hundred million yuan, added without signs) "
                    "stays where it was made, as investment",
                )
            )
        if grid.import_treatment == "separate" and grid.final_imports is None:
            told.append(
                Text("表中没有最终使用的进口，按0计", "the table has no imports for final use: they count as 0")
            )
        return told

    def _flags(self, fitted: Bools, cut: float) -> tuple[Text, ...]:
        flags = []
        if cut > 0:
            flags.append(
                Text(
                    f"存货减少使 {cut:.6g} 亿元的流量为负，取0",
                    f"{cut:.6g} (亿元) of flows, negative by inventories, set to 0",
                )
            )
        if fitted[:-1].any():
            named = [name for name, one in zip(self.names, fitted[:-1], strict=True) if one]
            some, more = joined(named[:NAMED]), Text("等", " and others") if len(named) > NAMED else Text("", "")
            flags.append(
                Text("{some}{more}的存货减少大于其他最终使用，投入已按购入拟合",
                     "inputs of {some}{more} fitted to purchases: inventories fell by more than other final use")
                .format(some=some, more=more)
            )  # fmt: skip
        flags += [*self._beside(), *self.notes]
        return tuple(flags)


def grid_holdings(grid: MultiRegional) -> tuple[Holding, ...]:
    """Say what a multi-regional table covers: every pair, own sales among them."""
    everyone = frozenset(grid.regions)
    pairs = frozenset((n, i) for n in grid.regions for i in grid.regions)
    status: Status = grid.status  # type: ignore[assignment]
    return (Holding("io_intermediate", status, frozenset({grid.year}), grid.made_by, everyone, pairs),)


def product_rows(grid: MultiRegional) -> PlacedRows:
    """Return the product of each region as a table of facts: value added of all its sectors, 亿元."""
    product = grid.value_added.sum(axis=(0, 2)) / HUNDRED_MILLION
    of, count = schema("facts"), len(grid.regions)
    told: dict[str, object] = {"year": grid.year, "indicator": "gdp", "unit": "亿元", "status": "computed"}
    columns: dict[str, tuple[Any, ...]] = {one.name: (told.get(one.name),) * count for one in of.fields}
    columns |= {"region": grid.regions, "value": tuple(product.tolist())}
    cells = [grid.place("value_added", (0, n, 0)) for n in range(count)]
    return PlacedRows(of, "io", columns, cells=cells, hashes=grid.hashes)
