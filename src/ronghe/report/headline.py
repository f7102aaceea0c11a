"""The first screen: which sentences stand, and the cells they print.

The order and the conditions are those of the user-interface document, section 6.1; the wording
stands in ``base/locale/headline.toml``. Nothing here computes beyond sums, shares and the choice of
the largest; every figure comes from the data set or from a result object.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from ronghe.base.cell import Cell
from ronghe.base.errors import NotIdentified, UnknownTerm
from ronghe.base.spread import Spread
from ronghe.base.status import Status
from ronghe.base.text import Text, joined
from ronghe.data import Fact, MissingFigure
from ronghe.measure import AreaDispersion
from ronghe.report.exhibits.parts import MODEL, losing
from ronghe.report.results import CUT, AreaResults, Simulated
from ronghe.report.sentences import Sentence, names, tell
from ronghe.share import SharingRefused

_UNLOCK_LIMIT = 3


class Headline:
    """Collects cells and sentences of one run."""

    def __init__(self, results: AreaResults, dispersion: AreaDispersion | None) -> None:
        self.results = results
        self.data = results.data
        self.dispersion = dispersion
        self.cells: dict[str, Cell] = {}
        self.sentences: list[Sentence] = []
        self.demonstration = results.data.status == "demonstration"

    # cells ---------------------------------------------------------------------------------

    def put(
        self,
        key: str,
        value: float | int | Text | None,
        style: str = "text",
        status: Status = "computed",
        spread: Spread | None = None,
        source: Text = MODEL,
    ) -> None:
        """Add one cell."""
        self.cells[key] = Cell(key, value, style, "demonstration" if self.demonstration else status, spread, source)

    def say(self, id: str, variant: str | None = None) -> None:
        """Add one sentence."""
        # Who loses is read off the model even where the sentence prints no figure.
        rests_on: Status | None = None
        if id.startswith("H10"):
            rests_on = "demonstration" if self.demonstration else "estimated"
        made = tell(id, variant or id, self.cells, demonstration=self.demonstration, rests_on=rests_on)
        self.sentences.append(made)

    def name(self, code: str) -> Text:
        """Return the short name of a region."""
        return self.data.region(code).name

    def table(self, name: str) -> Text:
        """Return a table's title as it stands inside a sentence."""
        title = self.data.table_title(name)
        return Text(title.zh, title.en[:1].lower() + title.en[1:])

    # sentences -----------------------------------------------------------------------------

    def build(self) -> tuple[Sentence, ...]:
        """Return the sentences of the first screen in order."""
        here = self.results
        self.put("area", here.area.short)
        self.put("products_of", Text(here.area.short.zh.removesuffix("地区"), here.area.short.en))
        self.put("base_year", here.data.year, "year", source=Text("方案", "scenario"))
        self.put("n_members", len(here.area), "integer", source=Text("成员表", "membership table"))
        if len(here.members) == 1:
            self.put("region", self.name(here.members[0]))
        self._facts()
        self._prices()
        self._partial()
        self._trade()
        if here.simulated is None:
            self._nothing_computed()
        else:
            self._depth(here.simulated)
            self._gains(here.simulated)
            self._members(here.simulated)
            self._compensation(here.simulated)
        self._people()
        if here.simulated is not None:
            self._sensitivity(here.simulated)
        self._unlocks()
        self.say("H14")
        return tuple(self.sentences)

    def _facts(self) -> None:
        members, everyone = self.results.members, [region.code for region in self.data.regions]
        if not self.demonstration and any(self._figure("population_census", code, 2010) is None for code in everyone):
            self._own_facts(members, everyone)
            return
        source = self._source("gdp", members)
        gdp = {code: self.data.value("gdp", code) for code in everyone}
        total = sum(gdp[code] for code in members)
        # A figure of one region is the published one; a sum over several is computed.
        added: Status = "observed" if len(members) == 1 else "computed"
        self.put("gdp", total, "money", added, source=source)
        self.put("gdp_share", total / sum(gdp.values()), "percent", "computed", source=source)
        if self.demonstration:
            people = sum(self.data.value("population", code) for code in members)
            self.put("pop", people, "people")
            self.say("H1", "H1_demo")
            self.say("H2", "H2_demo")
            return
        census = {
            year: {code: self.data.value("population_census", code, year=year) for code in everyone}
            for year in (2010, 2020)
        }
        source = Text("第六次、第七次全国人口普查", "population censuses of 2010 and 2020")
        change = {code: census[2020][code] / census[2010][code] - 1 for code in everyone}
        for year in (2010, 2020):
            people = sum(census[year][code] for code in members)
            self.put(f"pop_{year}", people, "people", added, source=source)
        grown = float(self.cells["pop_2020"].value) / float(self.cells["pop_2010"].value) - 1  # type: ignore[arg-type]
        nation = sum(census[2020].values()) / sum(census[2010].values()) - 1
        self.put("pop_change", grown, "percent", "computed", source=source)
        self.put("pop_change_31", nation, "percent", "computed", source=source)
        for end, pick in (("hi", max), ("lo", min)):
            code = pick(members, key=lambda c: change[c])
            self.put(f"pop_{end}_region", self.name(code))
            self.put(f"pop_{end}", change[code], "percent", "computed", source=source)
        one = "_one" if len(members) == 1 else ""
        self.say("H1", "H1" + ("_country" if len(members) == len(everyone) else one))
        self.say("H2", "H2" + one)

    def _own_facts(self, members: Sequence[str], everyone: Sequence[str]) -> None:
        """Say of a data set of one's own what its figures have: residents and product of the base year."""
        added: Status = "observed" if len(members) == 1 else "computed"
        for key, indicator, style in (("pop", "population", "people"), ("gdp", "gdp", "money")):
            found = {code: self._figure(indicator, code) for code in everyone}
            if any(one is None for one in found.values()):
                continue
            held = {code: one for code, one in found.items() if one is not None}
            source = self._source(indicator, members)
            total, whole = (sum(held[code].value for code in codes) for codes in (members, everyone))
            self.put(key, total, style, added, source=source)
            self.put(f"{key}_share", total / whole, "percent", "computed", source=source)
            self.say("H1" if key == "pop" else "H2", f"H{1 if key == 'pop' else 2}_own")

    def _figure(self, indicator: str, code: str, year: int | None = None) -> Fact | None:
        try:
            return self.data.fact(indicator, code, year)
        except (MissingFigure, UnknownTerm):
            return None

    def _source(self, indicator: str, members: Sequence[str]) -> Text:
        """Return who gave the figures of the members: the bureau, or a user."""
        if not self.data.own.tables and not self.data.own.grids:
            return Text("国家统计局", "National Bureau of Statistics")
        told = {one.publisher: None for code in members for one in self.data.fact(indicator, code).provenance.sources}
        return joined(list(told)) if told else self.data.trade_source

    def _prices(self) -> None:
        found = self.dispersion
        if found is None:
            return
        source = Text("居民消费价格分类指数", "consumer price indices by class")
        first, last = found.latest_classification
        shown_years = [("0", first, found.inside), ("1", last, found.inside)]
        if found.outside:
            shown_years.append(("out", last, found.outside))
        for key, year, shown in shown_years:
            value, spread = shown[year]
            self.put(f"seg_{key}", value, "index", "computed", spread, source)
        for key, year in (("y0", first), ("y1", last)):
            self.put(f"seg_{key}", year, "year", "computed", source=source)
        self.say("H3", "H3" if found.outside else "H3_whole")

    def _partial(self) -> None:
        partial = [member.region for member in self.results.area.partial if member.region in self.results.members]
        if partial and len(self.results.members) > 1:
            self.put("partial", joined([self.name(code) for code in partial]))
            self.say("H2+", "partial")
        absent = self.results.absent
        if absent and len(self.results.members) > 1:
            self.put("absent", names(self.name(code) for code in absent))
            self.put("n_with_data", len(self.results.members), "integer", source=Text("成员表", "membership table"))
            self.say("H2+absent", "absent" if len(absent) == 1 else "absent_several")

    def _trade(self) -> None:
        if len(self.results.area) == 1:
            # One region has no walls inside; a word on walls would say that it could.
            return
        if not self.data.identification("depth", area=self.results.area).value:
            own = "trade" in self.data.own.tables or bool(self.data.own.grids)
            if own:
                self.put("trade_title", self.data.trade_title)
            self.say("H4", "H4_part" if own else "H4")
            return
        self.put("trade_title", self.data.trade_title)
        self.put("trade_year", self.data.year, "year")
        self.put("trade_source", self.data.trade_source)
        self.say("H4", "H4_own" if self.data.own.tables or self.data.own.grids else "H4_observed")

    def _nothing_computed(self) -> None:
        here = self.results
        if here.problem is not None:
            self.put("status", here.problem)
            self.say("H7", "unconverged")
            return
        if len(here.area) == 1:
            self.say("H7", "one_region")
            return
        self.put("whole", tell("", "whole", {}).text if here.area.partial else Text("", ""))
        self.put("missing", names(self.name(code) for code in here.absent))
        self.say("H7", "one_member" if len(here.absent) == 1 else "one_member_several")

    def _depth(self, run: Simulated) -> None:
        if not run.depth.identified:
            return
        if run.depth.stable:
            for key, reading, value in (
                ("depth", "as_outsiders", run.depth.value),
                ("depth_prohibitive", "prohibitive", run.depth.prohibitive),
            ):
                if reading in run.depth.band:
                    self._depth_cells(key, value, Spread("band", *run.depth.band[reading]))
            whole = "" if "as_outsiders" in run.depth.band else "_whole"
            self.say("H5", ("H5_band" if run.depth.prohibitive is None else "H5") + whole)
        else:
            self.say("H5", "H5_unstable")
        if not isinstance(run.blocked, NotIdentified) and len(run.blocked.head(3)) == 3:
            for at, point in enumerate(run.blocked.head(3), 1):
                self.put(f"bp_{at}", point.name)
                self.put(f"bp_{at}_value", point.per_percent, "money", spread=Spread("band", point.low, point.high))
            self.put("bp_unstable", run.blocked.unstable, "integer")
            self.say("H6")

    def _depth_cells(self, key: str, value: float | None, band: Spread) -> None:
        """Put one reading of depth: its value where levers give one, and the ends of its band."""
        if value is not None:
            self.put(key, value, "ratio", spread=band)
        self.put(f"{key}_low", band.low, "ratio", spread=band)
        self.put(f"{key}_high", band.high, "ratio", spread=band)

    def _gains(self, run: Simulated) -> None:
        gdp = float(self.cells["gdp"].value)  # type: ignore[arg-type]
        realised = run.realised.total("headline")
        self.put("realised", realised, "money", "estimated", run.realised_band.columns["headline"])
        self.put("realised_gdp", realised / gdp, "percent", "estimated")
        self.say("H7")
        supposed = self._supposed(run)
        gained = run.gain.total("headline")
        self.put("gain", gained, "money", "estimated", run.band.columns["headline"])
        self.put("gain_gdp", gained / gdp, "percent", "estimated")
        for column in ("household", "services", "payable"):
            self.put(f"gain_{column}", run.gain.total(column), "money", "estimated", run.band.columns[column])
        self.say("H8", supposed)
        told = [note for note in run.gain.notes if note not in self.data.baseline.flags]
        if told:
            # What the scenario does to its own entries, such as pairs counted once or members left out.
            self.put("scenario_notes", Text("".join(n.zh for n in told), " ".join(n.en for n in told)))
            self.say("H8+notes", "H8_notes")

    def _supposed(self, run: Simulated) -> str:
        """Put what is supposed, and return the wording of H8 that says it."""
        study, source = run.study, Text("方案", "scenario")
        if study is None:
            self.put("cut", CUT, "exact_pct", "assumed", source=source)
            return "H8"
        self.put("scenario", study.title, source=source)
        self.put("n_levers", len(study.levers), "integer", study.status, source=source)
        self.put("n_cuts", len(study.cuts), "integer", "assumed", source=source)
        return "H8_both" if study.levers and study.cuts else "H8_levers" if study.levers else "H8_cuts"

    def _members(self, run: Simulated) -> None:
        share = member_shares(self.results, run)
        outside = outsiders(self.results, run)
        without = outsiders(self.results, run, revaluation=False)
        for key, found in (("", outside), ("_net", without)):
            self.put(f"outside{key}", sum(found.values()), "money", "estimated")
            self.put(f"n_outside_down{key}", sum(value < 0 for value in found.values()), "integer", "estimated")
        lost = payable_losses(self.results, run)
        self.put("n_outside_payable_down", len(lost), "integer", "estimated")
        self.put("outside_payable_lost", -sum(lost.values()) if lost else 0.0, "money", "estimated")
        ends = {"best": max(share, key=lambda c: share[c]), "least": min(share, key=lambda c: share[c])}
        for end, code in ends.items():
            self.put(f"{end}_region", self.name(code))
            self.put(f"{end}_gdp", share[code], "percent", "estimated")
        self.put("member_lo", min(share.values()), "percent", "estimated")
        self.put("member_hi", max(share.values()), "percent", "estimated")
        ranked = "H9" + losing(share.values()) if run.band.order_stable else "H9_unstable"
        self.say("H9", ranked + ("" if outside else "_whole"))

    def _compensation(self, run: Simulated) -> None:
        found = run.compensation
        if isinstance(found, SharingRefused):
            self.put("comp_short", found.short, "money", "estimated")
            self.say("H10", "H10_short")
        elif not found.due:
            self.say("H10")
        else:
            self.put("losers", names(self.name(code) for code in found.losers))
            self.put("payers", names(self.name(code) for code in found.payers))
            self.put("comp_need", found.need, "money", "estimated")
            self.say("H10", "H10_losers")
        self._quiet_losses(run)

    def _quiet_losses(self, run: Simulated) -> None:
        maybe = [code for code in self.results.members if crosses_zero(run, code)]
        quiet = [code for code in self.results.members if quiet_loss(run, code)]
        for key, codes in (("maybe", maybe), ("quiet", quiet)):
            if codes:
                self.put(key, names(self.name(code) for code in codes))
                self.say(f"H10+{key}", f"H10_{key}")

    def _people(self) -> None:
        if self.demonstration:
            self.say("H11", "H11_demo")
            return
        tables = self.data.identification("drain").unlocks
        self.put("migration_table", names(self.table(name) for name in tables))
        try:
            spending = {code: education_per_head(self.results, code) for code in self.results.members}
        except (MissingFigure, UnknownTerm):
            self.say("H11", "H11_own")
            return
        source = Text("国家统计局；人口为计算值", "National Bureau of Statistics; population computed")
        if len(spending) == 1:
            self.put("edu", next(iter(spending.values())), "yuan", "computed", source=source)
            self.say("H11", "H11_one")
            return
        for end, pick in (("hi", max), ("lo", min)):
            code = pick(spending, key=lambda c: spending[c])
            self.put(f"edu_{end}_region", self.name(code))
            self.put(f"edu_{end}", spending[code], "yuan", "computed", source=source)
        self.say("H11")

    def _sensitivity(self, run: Simulated) -> None:
        driver = run.band.drivers[0]
        self.put("driver", driver.name)
        self.put("driver_lo", driver.low, "money", "estimated")
        self.put("driver_hi", driver.high, "money", "estimated")
        for theta in (3, 8):
            self.put(f"gain_theta{theta}", run.band.by_elasticity[float(theta)], "money", "estimated")
        self.say("H12")

    def _unlocks(self) -> None:
        tables, answers = unlocks(self.results)
        first = "facts" in tables
        if first:
            self.put("missing_facts", self._missing_facts())
            tables = tuple(name for name in tables if name != "facts")
        if tables:
            shown = [self.table(name) for name in tables[:_UNLOCK_LIMIT]]
            listed = names(shown) if len(tables) <= _UNLOCK_LIMIT else joined(shown) + Text("等", " and others")
            self.put("unlock_tables", listed)
            self.put("unlocked", names(answers))
            self.say("H13", "H13_facts" if first else "H13")

    def _missing_facts(self) -> Text:
        """Name the facts without which there is no pair: of the members without data, or of the parts of the one."""
        absent = names(self.name(code) for code in self.results.absent)
        told = Text(f"{absent.zh}的地区数据", f"facts of {absent.en}")
        for member in self.results.area.partial:
            if member.region in self.results.members:
                covered = member.covered
                told += Text(f"，或{covered.zh}的地级数据", f", or prefecture-level facts of {covered.en}")
        return told


def unlocks(results: AreaResults) -> tuple[tuple[str, ...], tuple[Text, ...]]:
    """Return the tables that would unlock what is closed, and what could then be told."""
    closed = {
        "depth": Text("融合深度", "the depth of integration"),
        "blocked_points": Text("堵点排序", "blocked points"),
        "drain": Text("虹吸与稀释", "siphoning and dilution"),
        "supply_chain": Text("产业链依存", "supply-chain dependence"),
    }
    tables: dict[str, None] = {}
    answers: list[Text] = []
    for key, answer in closed.items():
        found = results.data.identification(key, area=results.area)
        if not found.value and found.unlocks:
            tables |= dict.fromkeys(found.unlocks)
            answers.append(answer)
    return tuple(tables), tuple(answers)


def member_shares(results: AreaResults, run: Simulated) -> dict[str, float]:
    """Return each member's gain (household + services) relative to its GDP."""
    at = {code: n for n, code in enumerate(run.gain.regions)}
    headline = run.gain.headline
    return {code: float(headline[at[code]]) / results.data.value("gdp", code) for code in results.members}


def outsiders(results: AreaResults, run: Simulated, *, revaluation: bool = True) -> dict[str, float]:
    """Return the gain of every region of the country outside the area, with or without transfers revalued."""
    at = {code: n for n, code in enumerate(run.gain.regions)}
    gained = run.gain.headline if revaluation else run.gain.headline - run.gain.revaluation
    codes: Iterable[str] = (region.code for region in results.data.regions if region.code not in results.members)
    return {code: float(gained[at[code]]) for code in codes}


def payable_losses(results: AreaResults, run: Simulated) -> dict[str, float]:
    """Return the payable part of every region of the country outside the area that loses in it."""
    at = {code: n for n, code in enumerate(run.gain.regions)}
    codes = (region.code for region in results.data.regions if region.code not in results.members)
    found = {code: float(run.gain.payable[at[code]]) for code in codes}
    return {code: value for code, value in found.items() if value < 0}


def crosses_zero(run: Simulated, code: str) -> bool:
    """Whether a member's payable part may fall below 0 within the scenario band though it does not centrally."""
    at = run.gain.regions.index(code)
    return bool(run.gain.payable[at] >= 0 > run.band.region_low["payable"][at])


def quiet_loss(run: Simulated, code: str) -> bool:
    """Whether a member loses in what money does not carry while its payable part does not fall."""
    at = run.gain.regions.index(code)
    other = min(float(run.gain.household[at]), float(run.gain.services[at]))
    return bool(run.gain.payable[at] >= 0 and other < -1e-9 * max(1.0, float(np.abs(run.gain.headline).max())))


def education_per_head(results: AreaResults, code: str) -> float:
    """Return education spending per head, yuan: 亿元 of outlays over the year's population."""
    data = results.data
    return data.value("fiscal_exp_education", code) * 1e8 / data.value("population", code)
