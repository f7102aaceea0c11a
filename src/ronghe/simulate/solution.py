"""The answer to a scenario: numbers only behind a certificate, and a sentence that says how it went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import UnconvergedSolution
from ronghe.base.status import Status
from ronghe.base.text import Lang, Text, joined
from ronghe.simulate.outcome import Accounts, accounts, price_level, residents_after, shares_after
from ronghe.simulate.parameters import Parameters
from ronghe.simulate.scenario import Scenario
from ronghe.simulate.shock import Shock, new_tariffs
from ronghe.simulate.solver import equations
from ronghe.simulate.solver.certificate import Certificate, Kind
from ronghe.simulate.solver.parts import stranded
from ronghe.simulate.solver.people import mean_over_places
from ronghe.simulate.solver.solve import Equilibrium, Problem

USES = {
    "investment": Text("投资", "investment"),
    "government": Text("政府购买", "government use"),
    "consumption": Text("居民消费", "consumption"),
}
"""Uses that no usable answer has below 0."""


@dataclass(frozen=True, eq=False)
class Solution:
    """An equilibrium under a scenario. Arrays follow the economy's regions and sectors.

    Asking an unconverged solution for any number raises :class:`UnconvergedSolution`, repeating the status.

    Attributes
    ----------
    scenario : Scenario
    closure : str
        ``short``, ``medium`` or ``long``.
    certificate : Certificate
        How it was reached and what was checked.
    label : Status
        Weakest status of what the economy rests on.
    notes : tuple of Text
        What the reader must know (members left out, capped transfers, ...).
    zone : Text or None
        Said with the status where several equilibria are likely.
    """

    scenario: Scenario
    closure: str
    certificate: Certificate
    label: Status
    notes: tuple[Text, ...]
    problem: Problem
    shock: Shock
    equilibrium: Equilibrium
    parameters: Parameters
    names: tuple[Text, ...]
    sector_names: tuple[Text, ...]
    zone: Text | None = None

    @property
    def kind(self) -> Kind:
        """One of ``converged``, ``stopped``, ``inconsistent``, ``several``, ``unstable``."""
        return self._negative[0] if self._negative is not None else self.certificate.kind

    @property
    def converged(self) -> bool:
        """Whether the numbers may be used."""
        return self.kind == "converged"

    @property
    def status_text(self) -> Text:
        """What happened, in one sentence."""
        if self._negative is not None:
            return self._negative[1]
        if self.kind == "stopped" and not self.equilibrium.lost and self._stranded:
            return _stranded_sentence([self.names[i] for i in self._stranded])
        said = status_sentence(self.certificate, self.equilibrium, self.names, self.sector_names)
        return said if self.zone is None else said + Text(f"；{self.zone.zh}", f"; {self.zone.en}")

    @property
    def status(self) -> str:
        """The English sentence, e.g. ``"converged in 41 steps; ..."``."""
        return self.status_text.en

    @cached_property
    def _negative(self) -> tuple[Kind, Text] | None:
        if not self.equilibrium.converged:
            return None
        for use, title in USES.items():
            short = getattr(self._accounts, use) < -1e-9 * self._accounts.value_added
            if not short.any():
                continue
            names = joined([self.names[i] for i in np.flatnonzero(short)])
            return "inconsistent", Text(
                f"{title.zh}将为负：{names.zh}；此情景没有可用的解",
                f"{title.en} would be negative in {names.en}; the scenario has no usable solution",
            )
        return None

    @cached_property
    def _accounts(self) -> Accounts:
        return accounts(self.problem, self.equilibrium.state)

    @cached_property
    def _stranded(self) -> list[int]:
        """Regions that trade with no one else while money crosses."""
        world, c = self.problem.world, self.problem.coefficients
        inflow = world.transfers + world.external + c.gifts
        found: list[int] = stranded(self.problem.kernel, added=world.value_added, inflow=inflow).tolist()
        return found

    def require(self) -> None:
        """Raise unless converged.

        Raises
        ------
        UnconvergedSolution
            With the status sentence.
        """
        if not self.converged:
            text = self.status_text
            raise UnconvergedSolution(
                Text(
                    f"情景“{self.scenario.name}”没有可用的均衡：{text.zh}。",
                    f'Scenario "{self.scenario.name}" has no usable equilibrium: {text.en}.',
                )
            )

    @property
    def accounts(self) -> Accounts:
        """Accounts of every region after the scenario."""
        self.require()
        return self._accounts

    @property
    def welfare(self) -> Floats:
        """Change factor of real household consumption per resident, by place, shape (region,)."""
        a = self.accounts
        factor: Floats = a.consumption / self.problem.world.purchases[0] / (a.people * a.household_prices)
        return factor

    @property
    def home_welfare(self) -> Floats | None:
        """W^ of people by home (block 5), domestic regions only; None where people are fixed.

        Shape (region,), or (group, region) with several groups of workers.
        """
        self.require()
        after = residents_after(self.problem, self.equilibrium.state)
        if after is None:
            return None
        found = mean_over_places(self.problem.coefficients, after[1])
        return found[0] if len(found) == 1 else found

    @property
    def real_wages(self) -> Floats:
        """Hat of the wage over the consumer-price index, shape (region,)."""
        real: Floats = self.wages / self.consumer_prices
        return real

    @property
    def wages(self) -> Floats:
        """Hats of wages, shape (region,), or (group, region) with several groups of workers."""
        self.require()
        found = self._hat("wages")
        return found[0] if len(found) == 1 else found

    @property
    def prices(self) -> Floats:
        """Hats of sector prices, shape (sector, region)."""
        self.require()
        return self._hat("prices").T

    @property
    def consumer_prices(self) -> Floats:
        """Hats of the household price index, shape (region,)."""
        return self.accounts.household_prices

    @property
    def shares(self) -> Floats:
        """New expenditure shares, shape (sector, buyer, seller)."""
        self.require()
        return shares_after(self.problem, self.equilibrium.state)

    @property
    def spending(self) -> Floats:
        """New spending gross of wedges, shape (sector, region)."""
        self.require()
        return (self.state.spending > -600.0).T * np.exp(self.state.spending).T / self.price_level

    @property
    def flows(self) -> Floats:
        """New purchases net of wedges, shape (sector, buyer, seller)."""
        value = self.shares * self.spending[:, :, None]
        tariffs = new_tariffs(self.problem.world, self.shock)
        return value if tariffs is None else value / (1.0 + tariffs)

    @property
    def output(self) -> Floats:
        """New gross output at cost, shape (sector, region)."""
        total: Floats = self.flows.sum(axis=1)
        paid = self.shock.subsidies
        rates = self.problem.world.subsidies if paid is None else paid
        return total / (1.0 - rates) if rates.any() else total

    @property
    def people(self) -> Floats:
        """Hats of residents, shape (region,)."""
        return self.accounts.people

    @property
    def revenue(self) -> Floats:
        """New own revenue of local government; revenue of wedges where there is no fiscal block. Shape (region,)."""
        return self.accounts.own_revenue if self.problem.world.fiscal else self.accounts.revenue

    @property
    def hats(self) -> Mapping[str, Floats]:
        """Every change factor by name; ``spending`` and ``prices`` have shape (sector, region)."""
        self.require()
        world = self.problem.world
        spending = np.divide(self.spending, world.spending, out=np.ones_like(world.spending), where=world.spending > 0)
        return {
            "wages": self.wages,
            "rents": self._hat("rents"),
            "land_rents": self._hat("land_rents"),
            "people": self.people,
            "prices": self.prices,
            "spending": spending,
            "consumer_prices": self.consumer_prices,
            "value_added": self.accounts.value_added / world.value_added,
            "welfare": self.welfare,
        }

    @cached_property
    def state(self) -> equations.State:
        """Logs of hats, and of spending, in units of constant world value added."""
        self.require()
        return equations.unpack(self.problem.coefficients, self.equilibrium.state)

    @cached_property
    def price_level(self) -> float:
        """The numeraire in those units."""
        self.require()
        return price_level(self.problem, self.equilibrium.state)

    def _hat(self, name: str) -> Floats:
        hat: Floats = np.exp(getattr(self.state, name)) / self.price_level
        return hat

    def message(self, lang: Lang) -> str:
        """Return the status in the reader's language."""
        return self.status_text.of(lang)


def status_sentence(
    certificate: Certificate, found: Equilibrium, names: tuple[Text, ...], sectors: tuple[Text, ...]
) -> Text:
    """Return the sentence of a certificate in both languages."""
    kind = certificate.kind
    if found.lost:
        cells = [(sectors[j], names[n]) for j, n in found.lost[:3]]
        more = Text(" 等", " and others") if len(found.lost) > 3 else Text("", "")
        return Text(
            "无解：" + "、".join(f"{n.zh}的{j.zh}" for j, n in cells) + more.zh + "没有任何供应方",
            "stopped: no supplier is left for " + ", ".join(f"{j.en} in {n.en}" for j, n in cells) + more.en,
        )
    if kind == "stopped":
        return Text(
            f"在{found.steps}步后停止，残差 {found.residual:.0e}；请减小冲击",
            f"stopped at {found.steps} steps, residual {found.residual:.0e}; try a smaller shock",
        )
    residual = certificate.independent_residual
    tail = _tail(certificate)
    if kind == "inconsistent":
        values = certificate.residuals
        worst = max(values, key=lambda block: values[block] if np.isfinite(values[block]) else np.inf)
        return Text(
            f"不一致：独立复算残差 {residual:.0e}（{worst}）",
            f"inconsistent: the independent residual is {residual:.0e} ({worst})",
        )
    start = Text(
        f"{found.steps}步收敛；独立复算残差 {residual:.0e}",
        f"converged in {found.steps} steps; independent residual {residual:.0e}",
    )
    if kind == "several":
        count = len(certificate.others)
        return Text(
            f"存在多个均衡：{certificate.starts}个起点中{count}个到达别处；" + start.zh,
            f"several equilibria: {count} of {certificate.starts} starts ended elsewhere; " + start.en,
        )
    if kind == "unstable":
        return Text("不稳定：" + start.zh + tail.zh, "unstable: " + start.en + tail.en)
    return start + tail


def _stranded_sentence(names: list[Text]) -> Text:
    shown = joined(names[:5]) + (Text("等", " and others") if len(names) > 5 else Text("", ""))
    return Text(
        f"无解：{shown.zh}与其他地区没有贸易，却有净资金流入或流出；请把差额设为零，或保留一条贸易联系",
        f"stopped: {shown.en} would trade with no one else while money still flows in or out on balance; "
        "set deficits to zero, or leave one link of trade",
    )


def _tail(certificate: Certificate) -> Text:
    tail = Text("", "")
    if certificate.radius is not None:
        tail += Text(f"；谱半径 {certificate.radius:.2f}", f"; radius {certificate.radius:.2f}")
    if certificate.starts:
        count, spread, stopped = certificate.agreed, certificate.spread, certificate.starts - certificate.agreed
        if count:
            said = f"{count}/{certificate.starts}" if stopped else f"{count}"
            tail += Text(f"；{said}个起点一致，相差 {spread:.0e}", f"; {said} starts agree to {spread:.0e}")
        if stopped and certificate.kind != "several":
            tail += Text(f"；{stopped}个起点没有收敛", f"; {stopped} did not converge")
    return tail
