"""What a cut of trade cost inside the area is worth, to whom, and what the answer rests on."""

from __future__ import annotations

from ronghe.base.exhibit import Exhibit, Table
from ronghe.base.i18n import catalogue
from ronghe.base.period import year_words
from ronghe.base.status import Status
from ronghe.base.text import Text
from ronghe.report.charts import dot_plot, flow_heatmap, line_band, waterfall
from ronghe.report.charts import tornado as tornado_chart
from ronghe.report.exhibits.parts import MODEL, both, change, coded, losing, money, percent, pick, text
from ronghe.report.headline import member_shares, outsiders
from ronghe.report.results import CUT, AreaResults, Simulated

_UNIT = Text(
    "按年计，基年价格；闭合：短期（人口不流动）。", "A year, at base-year prices; closure: short (people fixed)."
)

_THREE = {
    "household": ("居民消费当量", "Household consumption equivalent"),
    "services": ("公共服务", "Public services"),
    "payable": ("可支付部分（另计）", "Payable part (beside)"),
}


def _status(results: AreaResults) -> Status:
    return results.data.baseline.pair_status if results.data.status == "demonstration" else "estimated"


def _words(key: str, **values: object) -> Text:
    return catalogue("exhibits")[key].format(**values)


def _about(key: str, results: AreaResults, run: Simulated) -> Text:
    """Return a title that says what is supposed: the stated cut, or the scenario by its name."""
    if run.study is None:
        return _words(key, area=results.area.short, cut=f"{CUT:.0%}")
    return _words(f"{key}_scenario", area=results.area.short, scenario=run.study.title)


def _notes(run: Simulated, *notes: Text) -> tuple[Text, ...]:
    """Return notes, and after them what the scenario itself has to tell, each once."""
    return tuple(dict.fromkeys((*notes, *run.gain.notes)))


def by_member(results: AreaResults, run: Simulated) -> Exhibit:
    """Return the gain of each member in three columns, with its scenario band and its share of GDP."""
    columns = (
        text("region", "地区", "Region"),
        money("household", "居民消费当量", "Household consumption equivalent"),
        money("services", "公共服务", "Public services"),
        money("payable", "可支付部分（另计）", "Payable part (beside)"),
        money("headline", "前两项合计", "First two together"),
        percent("of_gdp", "前两项合计占本地生产总值", "First two, share of GDP"),
        money("low", "前两项合计，情景带下端", "First two, scenario band, low"),
        money("high", "情景带上端", "Scenario band, high"),
        money("revaluation", "转移支付重估（不计入）", "Revaluation of transfers (not counted)"),
    )
    share = member_shares(results, run)
    at = {code: n for n, code in enumerate(run.gain.regions)}
    rows = tuple(
        (
            results.data.region(code).name,
            float(run.gain.household[at[code]]),
            float(run.gain.services[at[code]]),
            float(run.gain.payable[at[code]]),
            float(run.gain.headline[at[code]]),
            share[code],
            float(run.band.region_low["headline"][at[code]]),
            float(run.band.region_high["headline"][at[code]]),
            float(run.gain.revaluation[at[code]]),
        )
        for code in results.members
    )
    table = Table(columns, rows)
    return Exhibit(
        "gain-by-member",
        _about("gain_by_member", results, run),
        "chart",
        table,
        both(dot_plot, _dots(table), value="headline"),
        notes=_notes(run, _UNIT, _words("three_columns"), run.band.note, *results.data.baseline.flags),
        status=_status(results),
    )


def bands(results: AreaResults, run: Simulated) -> Exhibit:
    """Return the scenario band of every column, member by member and for the area."""
    columns = [text("region", "地区", "Region")]
    for key, (zh, en) in _THREE.items():
        columns.append(money(f"{key}_low", f"{zh}，情景带下端", f"{en}, scenario band, low"))
        columns.append(money(f"{key}_high", "上端", "high"))
    at = {code: n for n, code in enumerate(run.gain.regions)}
    rows: list[tuple[float | Text, ...]] = []
    for code in results.members:
        ends = [(run.band.region_low[key][at[code]], run.band.region_high[key][at[code]]) for key in _THREE]
        rows.append((results.data.region(code).name, *(float(end) for pair in ends for end in pair)))
    whole = [run.band.columns[key] for key in _THREE]
    rows.append((results.area.short, *(end for spread in whole for end in (spread.low, spread.high))))
    notes = _notes(run, _UNIT, _words("three_columns"), run.band.note, run.band.certificate)
    title = _about("gain_bands", results, run)
    return Exhibit(
        "gain-bands", title, "table", Table(tuple(columns), tuple(rows)), notes=notes, status=_status(results)
    )


def _dots(table: Table) -> Table:
    spread = (text("spread", "离散", "Spread"), ["band"] * len(table.rows))
    return pick(table, "region", "headline", "low", "high", spread=spread)


def tiles(results: AreaResults, run: Simulated) -> Exhibit:
    """Return the tile chart of gains relative to GDP, members and outsiders."""
    at = {code: n for n, code in enumerate(run.gain.regions)}
    headline = run.gain.headline
    rows = tuple(
        (region.code, region.name, float(headline[at[region.code]]) / results.data.value("gdp", region.code))
        for region in results.data.regions
    )
    columns = (
        coded("code", "代码", "Code"),
        text("region", "地区", "Region"),
        percent("value", "得益占本地生产总值", "Gain, share of GDP"),
    )
    meta = {"members": list(results.area.regions), "ranked": run.band.order_stable}
    return Exhibit(
        "gain-tiles",
        _about("gain_tiles", results, run),
        "tiles",
        Table(columns, rows),
        {"zh": meta, "en": meta},
        notes=_notes(run, _words("tiles_note")),
        status=_status(results),
    )


def outside(results: AreaResults, run: Simulated) -> Exhibit:
    """Return what the cut does to every province outside the area and to the rest of the world."""
    found = outsiders(results, run)
    at = {code: n for n, code in enumerate(run.gain.regions)}
    codes = [*found, *(["ROW"] if "ROW" in at else [])]
    rows: tuple[tuple[float | Text, ...], ...] = tuple(
        (
            results.data.region(code).name if code != "ROW" else Text("国外", "Rest of the world"),
            *(
                float(values[at[code]])
                for key in ("headline", "payable")
                for values in (run.gain.column(key), run.band.region_low[key], run.band.region_high[key])
            ),
        )
        for code in codes
    )
    columns = (
        text("region", "地区", "Region"),
        money("headline", "居民消费当量与公共服务", "Household consumption and services"),
        money("headline_low", "情景带下端", "Scenario band, low"),
        money("headline_high", "情景带上端", "Scenario band, high"),
        money("payable", "可支付部分（另计）", "Payable part (beside)"),
        money("payable_low", "可支付部分，情景带下端", "Payable part, scenario band, low"),
        money("payable_high", "可支付部分，情景带上端", "Payable part, scenario band, high"),
    )
    down = sum(value < 0 for value in found.values())
    title = _words("outsiders_one" if down == 1 else "outsiders", n=len(found), down=down, area=results.area.short)
    notes = _notes(run, _UNIT, _words("outsiders_note"), run.band.note)
    return Exhibit("outsiders", title, "table", Table(columns, rows), notes=notes, status=_status(results))


def curve(results: AreaResults, run: Simulated) -> Exhibit:
    """Return the gain as a curve of the cut, from dearer to cheaper trade."""
    band = run.band.columns["headline"]
    stated = run.study is None  # the band is that of the stated cut; a scenario's stands beside its own gain
    realised = run.realised_band.columns["headline"]
    none = (None, None)
    walled = [
        # Walls undo what is realised, so their band is minus that of the realised gain.
        (_left(share), share, None, value, *((-realised.high, -realised.low) if share == 0 else none))
        for share, value in run.curve.walls.items()
        if share < 1
    ]
    cuts = [
        (_step(cut), None, cut, value, *((band.low, band.high) if stated and cut == CUT else none))
        for cut, value in run.curve.items()
        if cut >= 0
    ]
    rows: tuple[tuple[float | Text | None, ...], ...] = (*walled, *cuts)
    columns = (
        text("step", "方案", "Step"),
        percent("left", "区内贸易条件保留", "Kernel left inside"),
        percent("cut", "跨省贸易成本降低", "Cut of trade cost"),
        money("gain", "得益", "Gain"),
        money("low", "情景带下端", "Scenario band, low"),
        money("high", "情景带上端", "Scenario band, high"),
    )
    title = _words("curve_rising" if run.curve.rising else "curve_not_rising", area=results.area.short)
    table = Table(columns, rows)
    option = both(line_band, table, x="step")
    bands = (_words("curve_walls_band"), run.band.note if stated else run.realised_band.note)
    notes = _notes(run, _UNIT, _words("curve_note"), *bands, run.curve.certificate)
    return Exhibit("gain-curve", title, "chart", table, option, notes, status=_status(results))


def _left(share: float) -> Text:
    if share == 0:
        return Text("完全隔断", "walls")
    return Text(f"保留{share:.0%}", f"{share:.0%} left")


def _step(cut: float) -> Text:
    return Text("现在", "today") if cut == 0 else Text(f"降低{cut:.0%}", f"−{cut:.0%}")


def tornado(results: AreaResults, run: Simulated) -> Exhibit:
    """Return what the gain is most sensitive to."""
    columns = (
        text("driver", "假设", "Assumption"),
        money("low", "最低", "Lowest"),
        money("high", "最高", "Highest"),
        text("at_low", "最低处", "Lowest at"),
        text("at_high", "最高处", "Highest at"),
    )
    rows = tuple((d.name, d.low, d.high, d.at_low, d.at_high) for d in run.band.drivers)
    title = _words("tornado", driver=run.band.drivers[0].name)
    table = Table(columns, rows)
    option = both(tornado_chart, table, base=run.gain.total("headline"), low_setting="at_low", high_setting="at_high")
    notes = _notes(run, _UNIT, run.band.note)
    return Exhibit("sensitivity", title, "chart", table, option, notes, status=_status(results))


def by_sector(results: AreaResults, run: Simulated) -> Exhibit:
    """Return the waterfall of the gain over the sectors that open (Shapley, exact adding-up)."""
    split = run.by_sector
    values = split.total(run.gain.members)
    rows = tuple((name, float(value)) for name, value in zip(split.names, values, strict=True))
    columns = (text("part", "行业", "Sector"), money("value", "得益", "Gain"))
    biggest = max(range(len(rows)), key=lambda n: rows[n][1])
    title = _words("by_sector" + losing(value for _, value in rows), sector=rows[biggest][0])
    table = Table(columns, rows)
    option = both(waterfall, table, label="part", value="value")
    notes = _notes(run, _UNIT, _words("by_sector_note"))
    return Exhibit("gain-by-sector", title, "chart", table, option, notes, status=_status(results))


def levers(results: AreaResults) -> Exhibit:
    """Return the table of levers with their owners: without a documented measure each says 未测."""
    words = catalogue("levers")
    columns = (
        text("lever", "举措", "Lever"),
        text("channel", "通道", "Channel"),
        text("owner", "谁来办", "Who acts"),
        text("relation", "关系", "Relation"),
        text("measure", "依据的实测举措", "Documented measure"),
        text("gain", "得益", "Gain"),
    )
    none = Text("没有载入", "none loaded")
    unmeasured = Text("未测", "no data")
    keys = ("hardware", "software", "competition", "protection", "research", "hukou")
    rows = tuple(
        (words[key], words[f"{key}_channel"], words[f"{key}_owner"], words[f"{key}_relation"], none, unmeasured)
        for key in keys
    )
    return Exhibit(
        "levers",
        _words("levers"),
        "refused",
        Table(columns, rows),
        notes=(_words("levers_note"),),
        status="computed",
        needs=("distances", "durations"),
    )


def trade_source(results: AreaResults) -> Text:
    """Return what today's trade between regions comes from: the baseline, estimated or observed."""
    return results.data.trade_title + Text("，", ", ") + results.data.trade_source


def circulation(results: AreaResults, run: Simulated) -> Exhibit:
    """Return where members spend, before and after: home, area, elsewhere in the country, abroad (双循环)."""
    solution = run.gain.solution
    regions = list(run.gain.regions)
    inside = [regions.index(code) for code in results.members]
    abroad = [n for n, code in enumerate(regions) if code == "ROW"]
    columns = [text("region", "地区", "Region")]
    for when, zh, en, source in (("now", "现在", "now", trade_source(results)), ("then", "之后", "after", MODEL)):
        columns += [
            percent(f"home_{when}", f"本地（{zh}）", f"Home ({en})", source),
            percent(f"area_{when}", f"区内其他（{zh}）", f"Rest of the area ({en})", source),
            percent(f"country_{when}", f"国内其他（{zh}）", f"Rest of the country ({en})", source),
            percent(f"abroad_{when}", f"国外（{zh}）", f"Abroad ({en})", source),
        ]
    rows = []
    for n in inside:
        row: list[float | Text] = [results.data.region(regions[n]).name]
        for flows in (results.data.baseline.flows, solution.flows):
            bought = flows[:, n, :].sum(axis=0)
            total = float(bought.sum())
            home = float(bought[n]) / total
            area = float(bought[inside].sum()) / total - home
            foreign = float(bought[abroad].sum()) / total
            row += [home, area, 1.0 - home - area - foreign, foreign]
        rows.append(tuple(row))
    return Exhibit(
        "circulation",
        _words("circulation", area=results.area.short),
        "table",
        Table(tuple(columns), tuple(rows)),
        notes=(_words("circulation_note" if run.study is None else "circulation_note_scenario"),),
        status=_status(results),
    )


def flows(results: AreaResults, run: Simulated) -> Exhibit:
    """Return the matrix of trade between regions, all sectors, the area's members first."""
    regions = list(run.gain.regions)
    data = results.data.baseline.flows.sum(axis=0)
    inside = list(results.members)
    rest = sorted(
        (r.code for r in results.data.regions if r.code not in inside), key=lambda c: -data[:, regions.index(c)].sum()
    )
    order = [*inside, *rest]
    columns = (
        coded("buyer_code", "买方代码", "Buyer code"),
        text("buyer", "买方", "Buyer"),
        coded("seller_code", "卖方代码", "Seller code"),
        text("seller", "卖方", "Seller"),
        money("value", "贸易额", "Trade", trade_source(results)),
    )
    name = {code: results.data.region(code).name for code in order}
    rows = tuple(
        (b, name[b], s, name[s], float(data[regions.index(b), regions.index(s)]))
        for b in order
        for s in order
        if b != s
    )
    table = Table(columns, rows)
    return Exhibit(
        "flows",
        _words("flows", year=year_words(results.data.year)),
        "chart",
        table,
        both(flow_heatmap, table, value="value", members=[name[code].zh for code in inside]),
        notes=(
            _words("flows_note"),
            *([_words("flows_estimated")] if results.data.baseline.pair_status == "estimated" else []),
        ),
        status=_status(results),
    )


def realised(results: AreaResults, run: Simulated) -> Exhibit:
    """Return what today's trade inside the area is worth to each member, in three columns with their bands."""
    found, band = run.realised, run.realised_band
    at = {code: n for n, code in enumerate(found.regions)}
    columns = [text("region", "地区", "Region")]
    for key, (zh, en) in _THREE.items():
        columns += [
            money(key, zh, en),
            money(f"{key}_low", f"{zh}，情景带下端", f"{en}, scenario band, low"),
            money(f"{key}_high", "上端", "high"),
        ]
    columns += [
        money("headline", "前两项合计", "First two together"),
        percent("of_gdp", "前两项合计占本地生产总值", "First two, share of GDP"),
    ]
    gdp = {code: results.data.value("gdp", code) for code in results.members}
    rows: list[tuple[float | Text, ...]] = []
    for code in results.members:
        n = at[code]
        cells = [
            float(value[n])
            for key in _THREE
            for value in (found.column(key), band.region_low[key], band.region_high[key])
        ]
        gained = float(found.headline[n])
        rows.append((results.data.region(code).name, *cells, gained, gained / gdp[code]))
    spreads = {key: band.columns[key] for key in _THREE}
    sums = [end for key, spread in spreads.items() for end in (found.total(key), spread.low, spread.high)]
    whole = found.total("headline")
    rows.append((results.area.short, *sums, whole, whole / sum(gdp.values())))
    notes = (_UNIT, _words("realised_note"), _words("three_columns"), band.note, band.certificate, *found.notes)
    return Exhibit(
        "realised-gain",
        _words("realised", area=results.area.short),
        "table",
        Table(tuple(columns), tuple(rows)),
        notes=tuple(dict.fromkeys(notes)),
        status=_status(results),
    )


def medium(results: AreaResults, run: Simulated) -> Exhibit | None:
    """Return the gain with people moving, beside the one with people fixed."""
    if run.medium is None:
        return None
    at = {code: n for n, code in enumerate(run.gain.regions)}
    people = run.medium.solution.people
    columns = (
        text("region", "地区", "Region"),
        money("short", "人口不流动", "People fixed"),
        money("medium", "人口流动（按现住地）", "People moving (by place)"),
        change("people", "人口变化", "Change of people"),
    )
    rows = tuple(
        (
            results.data.region(code).name,
            float(run.gain.headline[at[code]]),
            float(run.medium.headline[at[code]]),
            float(people[at[code]]) - 1.0,
        )
        for code in results.members
    )
    told = _words("medium_note", kappa=f"{run.economy.parameters.kappa:g}")
    notes = tuple(dict.fromkeys((*_notes(run, told), *run.medium.notes)))
    return Exhibit("medium", _words("medium"), "table", Table(columns, rows), notes=notes, status=_status(results))
