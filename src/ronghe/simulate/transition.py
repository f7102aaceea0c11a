"""The way to the long run, year by year (久久为功): one static solve a year, people and capital in between.

    kappa_t     = kappa (1 - exp(-t / T_m))                     people react slowly
    K^_(t+1),n  = (1 - delta) K^_t,n + delta Inv^_t,n / PI^_t,n    no change leaves K as it is

Gains are the payable part against a world without the scenario, which stands still. A region that leaves at t has its
pairs as they were from t on; the capital and people that have moved stay where they are. Money of different years is
compared at the user's own rate of discount; there is no default. All of it holds in this model at these parameters.

References
----------
.. [1] L. Caliendo, M. Dvorkin, F. Parro, "Trade and Labor Market Dynamics", 2019 (why a path, and not one step).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from numbers import Integral

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import ParameterFault, UnknownRegion
from ronghe.base.region import nearest
from ronghe.base.status import Status
from ronghe.base.text import Text
from ronghe.simulate.binding import Bound, shock_of
from ronghe.simulate.checks import is_number, shown
from ronghe.simulate.columns import COLUMNS, columns, start_accounts
from ronghe.simulate.economy import Economy
from ronghe.simulate.outcome import Accounts
from ronghe.simulate.quick import Record
from ronghe.simulate.scenario import Scenario
from ronghe.simulate.solver.certificate import STARTS

SETTLING = 10.0
"""T_m, years in which people come to react; 5 to 20 is swept (assumed)."""

DEPRECIATION = 0.05
"""delta, a year; 0.03 to 0.10 is swept (assumed)."""

MOST_YEARS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Transition:
    """Gains year by year, 亿元 a year at base prices.

    Attributes
    ----------
    years : tuple of int
        1, 2, ...
    regions, members : tuple of str
        Codes of all regions, and of those the scenario acts on.
    household, services, payable : array, shape (year, region)
    people, capital : array, shape (year, region)
        Hats of residents, and of capital at the start of the year.
    staying, leaving : array, shape (year, member)
        Present value, at year t, of the payable gains from t on: with the scenario, and having left at t. Empty if not
        asked for.
    discount : float
        A year, as the user gave it.
    status : Status
    certificate : Text
    """

    years: tuple[int, ...]
    regions: tuple[str, ...]
    members: tuple[str, ...]
    household: Floats
    services: Floats
    payable: Floats
    people: Floats
    capital: Floats
    staying: Floats
    leaving: Floats
    discount: float
    settling: float
    depreciation: float
    status: Status
    certificate: Text

    @property
    def present_value(self) -> Floats:
        """Return the payable gains of all years at year 1, shape (region,)."""
        return np.asarray(self._weights @ self.payable)

    @property
    def _weights(self) -> Floats:
        return np.asarray((1.0 + self.discount) ** -np.arange(len(self.years), dtype=float))

    def negative_years(self, region: str) -> tuple[int, ...]:
        """Return the years in which a region's payable part falls."""
        at = _place(region, self.regions)
        return tuple(year for year, value in zip(self.years, self.payable[:, at], strict=True) if value < 0)

    def pay_back(self, region: str) -> int | None:
        """Return the first year from which all gains so far, discounted, are no loss; None if no year is."""
        at = _place(region, self.regions)
        so_far = np.cumsum(self._weights * self.payable[:, at])
        short = np.flatnonzero(so_far < 0)
        if short.size == 0:
            return self.years[0]
        after = int(short[-1]) + 1
        return self.years[after] if after < len(self.years) else None

    def would_leave(self, region: str) -> tuple[int, ...]:
        """Return the years in which leaving is worth more to a member than staying, in this model."""
        at = _place(region, self.members)
        gap = self.leaving[:, at] - self.staying[:, at]
        size = max(float(np.abs(self.staying[:, at]).max()), 1e-12)
        return tuple(year for year, more in zip(self.years, gap, strict=True) if more > 1e-9 * size)


def transition(
    economy: Economy,
    scenario: Scenario,
    *,
    years: int,
    discount: float,
    settling: float = SETTLING,
    depreciation: float = DEPRECIATION,
    leavers: bool = True,
) -> Transition:
    """Return the yearly path of a scenario.

    Parameters
    ----------
    years : int
        A whole number from 1 to 60.
    discount : float
        A year, 0.04 for four per cent: the user's, no default.
    settling : float
        T_m, years.
    depreciation : float
        delta, a year.
    leavers : bool
        Whether to work out what leaving in each year would be worth to each member.

    Raises
    ------
    ParameterFault
        Years, rates or T_m that are no numbers or out of range, all at once.
    UnconvergedSolution
        If a year has no certified equilibrium.
    """
    _check(economy, years, discount, settling, depreciation)
    economy.require(economy.bind(scenario).key)
    walk = _Walk(economy, economy.bind(scenario), scenario, settling, depreciation)
    economy.now("medium" if walk.moving else "short").require()
    members = walk.bound.members
    path = walk.years(1, years, np.ones(len(economy.regions)), None)
    weights = (1.0 + discount) ** -np.arange(years, dtype=float)
    staying = leaving = np.zeros((0, len(members)))
    if leavers:
        own = path.columns[:, 2][:, list(members)]
        staying = np.array([weights[: years - t] @ own[t:] for t in range(years)])
        leaving = np.zeros((years, len(members)))
        for at, member in enumerate(members):
            for t in range(years):
                alone = walk.years(t + 1, years, path.capital[t], member)
                leaving[t, at] = weights[: years - t] @ alone.columns[:, 2, member]
    return Transition(
        years=tuple(range(1, years + 1)),
        regions=economy.regions,
        members=tuple(economy.regions[n] for n in members),
        household=path.columns[:, 0],
        services=path.columns[:, 1],
        payable=path.columns[:, 2],
        people=path.people,
        capital=path.capital,
        staying=staying,
        leaving=leaving,
        discount=discount,
        settling=settling,
        depreciation=depreciation,
        status=economy.status,
        certificate=walk.record.sentence,
    )


def _check(economy: object, years: object, discount: object, settling: object, depreciation: object) -> None:
    """Tell every wrong argument at once; a scenario is checked where it meets the economy."""
    wrong = []
    if not isinstance(economy, Economy):
        wrong.append(("economy", economy, Text("是 Economy", "be an Economy")))
    if not (isinstance(years, Integral) and not isinstance(years, bool) and 1 <= int(years) <= MOST_YEARS):
        told = Text(f"是 1 至 {MOST_YEARS} 的整数", f"be a whole number from 1 to {MOST_YEARS}")
        wrong.append(("years", years, told))
    limits = (
        ("discount", discount, 0.0, 1.0),
        ("settling", settling, 0.1, 100.0),
        ("depreciation", depreciation, 0.0, 1.0),
    )
    for name, value, low, high in limits:
        if not is_number(value) or not low <= value <= high:
            between = Text(f"是 {low:g} 与 {high:g} 之间的数", f"be a number between {low:g} and {high:g}")
            wrong.append((name, value, between))
    if wrong:
        raise ParameterFault(
            Text(
                "；".join(f"{name} = {shown(value)} 应{told.zh}" for name, value, told in wrong) + "。",
                "; ".join(f"{name} = {shown(value)} must {told.en}" for name, value, told in wrong) + ".",
            )
        )


def _place(region: object, codes: tuple[str, ...]) -> int:
    """Return the position of a code.

    Raises
    ------
    UnknownRegion
    """
    if isinstance(region, str) and region in codes:
        return codes.index(region)
    raise UnknownRegion(Text("地区", "region"), str(region), nearest(str(region), codes) or codes)


@dataclass(frozen=True, slots=True, eq=False)
class _Years:
    """Some years of one path: columns (year, column, region), people and capital (year, region)."""

    columns: Floats
    people: Floats
    capital: Floats


class _Walk:
    """Solves year after year; what is the same in all of them is held here."""

    def __init__(
        self, economy: Economy, bound: Bound, scenario: Scenario, settling: float, depreciation: float
    ) -> None:
        self.economy, self.bound, self.scenario = economy, bound, scenario
        self.settling, self.depreciation = settling, depreciation
        self.before = start_accounts(economy.world)
        self.record = Record()
        self.moving = economy.world.residents is not None and economy.parameters.kappa > 0

    def years(self, first: int, last: int, capital: Floats, without: int | None) -> _Years:
        """Solve from one year to another, capital given at the start; ``without`` a member that has left."""
        found, people, stocks = [], [], []
        for year in range(first, last + 1):
            stocks.append(capital)
            made, after = self._year(year, capital, without)
            found.append(made)
            people.append(after.people)
            capital = self._next(capital, after)
        return _Years(np.array(found), np.array(people), np.array(stocks))

    def _year(self, year: int, capital: Floats, without: int | None) -> tuple[Floats, Accounts]:
        only = None if without is None else self._others(without)
        shock = replace(shock_of(self.bound, self.economy.world, only=only), capital=capital)
        kappa = self.economy.parameters.kappa * (1.0 - np.exp(-year / self.settling))
        now = self.economy.with_parameters(replace(self.economy.parameters, kappa=float(kappa)))
        sampled = self.record.wants(self.record.next())
        solution = now.solve_shock(
            shock, scenario=self.scenario, closure="medium" if self.moving else "short",
            starts=STARTS if sampled else 0, radius=sampled,
        )  # fmt: skip
        solution.require()
        self.record.enter(solution.certificate.independent_residual, radius=solution.certificate.radius, converged=True)
        made = columns(solution.problem, solution.equilibrium.state, before=self.before)
        return np.array([getattr(made, name) for name in COLUMNS]), solution.accounts

    def _others(self, member: int) -> Bools:
        """Return the pairs that do not touch a member."""
        only = np.ones((len(self.economy.regions),) * 2, dtype=bool)
        only[member] = only[:, member] = False
        return only

    def _next(self, capital: Floats, after: Accounts) -> Floats:
        """Return capital at the start of the next year: what is left, and what is built at new prices."""
        # What is wasted of wedge income buys investment goods and builds nothing.
        waste = self.economy.world.blocks.waste
        start = self.before.investment - waste * self.before.revenue
        now = after.investment - waste * after.revenue
        built = np.divide(now, start * after.investment_prices, out=np.ones_like(start), where=start > 0)
        return np.asarray((1.0 - self.depreciation) * capital + self.depreciation * built)
