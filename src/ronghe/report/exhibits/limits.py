"""What is not published here and why, what would unlock it, and what the answers rest on."""

from __future__ import annotations

from ronghe.base.errors import NotIdentified, RongheError
from ronghe.base.exhibit import Exhibit, Table
from ronghe.base.i18n import catalogue
from ronghe.base.status import WORDS, Status
from ronghe.base.text import Text, joined, same
from ronghe.report.exhibits.parts import money, number, text
from ronghe.report.results import AreaResults, Simulated
from ronghe.simulate.parameters import NOTES

_EMPTY = Table((text("reason", "原因", "Reason"),), ())


def _words(key: str, **values: object) -> Text:
    return catalogue("exhibits")[key].format(**values)


def refusal(results: AreaResults, id: str, title: str, key: str) -> Exhibit:
    """Return the empty place of an exhibit that the data cannot fill, with the reason and what would."""
    found = results.data.identification(key, area=results.area)
    return Exhibit(id, _words(title), "refused", _EMPTY, notes=(found.reason,), status="computed", needs=found.unlocks)


def depth(results: AreaResults, run: Simulated) -> Exhibit:
    """Return depth with both readings, or the place that says why there is none."""
    if not run.depth.identified:
        return refusal(results, "depth", "depth_refused", "depth")
    found = run.depth
    columns = (
        text("reading", "参照", "Reading"),
        number("low", "情景带下端", "Scenario band, low"),
        number("high", "情景带上端", "Scenario band, high"),
        number("low_interval", "区间下端", "Interval, low"),
        number("high_interval", "区间上端", "Interval, high"),
        number("value", "有实测依据的举措下", "With documented levers"),
        number("annex", "附：边界项全部移除", "Annex: all border terms removed"),
    )
    rows = []
    for name, value, key in (
        (Text("以对区外同等距离的壁垒为参照", "walls as to outsiders at equal distance"), found.value, "as_outsiders"),
        (Text("以完全隔断为参照", "prohibitive walls"), found.prohibitive, "prohibitive"),
    ):
        if key in found.band:
            spread = found.interval.get(key)
            ends = (None, None) if spread is None else (spread.low, spread.high)
            rows.append((name, *found.band[key], *ends, value, found.annex.get(key)))
    status: Status = "demonstration" if results.data.status == "demonstration" else "computed"
    notes = (found.status_text, found.certificate, _words("depth_note"))
    return Exhibit("depth", _words("depth"), "table", Table(columns, tuple(rows)), notes=notes, status=status)


def blocked(results: AreaResults, run: Simulated) -> Exhibit:
    """Return the walls ranked by marginal gain, or the place that says why there is no ranking."""
    if isinstance(run.blocked, NotIdentified):
        return refusal(results, "blocked-points", "blocked_refused", "blocked_points")
    columns = (
        text("point", "堵点（买方←卖方，行业）", "Blocked point (buyer, seller, sector)"),
        money("value", "每降1%的得益", "Gain per 1 % cut"),
        money("low", "情景带下端", "Scenario band, low"),
        money("high", "情景带上端", "Scenario band, high"),
    )
    rows = tuple((p.name, p.per_percent, p.low, p.high) for p in run.blocked.head(20))
    status: Status = "demonstration" if results.data.status == "demonstration" else "computed"
    return Exhibit("blocked-points", _words("blocked"), "table", Table(columns, rows), status=status)


def identifies(results: AreaResults) -> Exhibit:
    """Return what the data set can and cannot tell, key by key."""
    columns = (
        text("key", "事项", "Key"),
        text("answer", "能否判断", "Can tell"),
        text("reason", "理由", "Reason"),
        text("unlocks", "所需的表", "Tables that unlock it"),
    )
    yes, no = Text("能", "yes"), Text("不能", "no")
    rows = []
    for key in results.data.identifies:
        found = results.data.identification(key, area=results.area)
        rows.append(
            (
                catalogue("keys")[key],
                yes if found.value else no,
                found.reason,
                joined([results.data.table_title(name) for name in found.unlocks]),
            )
        )
    return Exhibit("identifies", _words("identifies"), "table", Table(columns, tuple(rows)))


def validation(results: AreaResults) -> Exhibit:
    """Return the validation table of the estimated trade with its plain reading."""
    found = results.data.validation()
    columns = (
        text("statistic", "统计量", "Statistic"),
        number("value", "本估计", "This estimate"),
        number("size_only", "只按规模（距离弹性0）", "Size only (distance elasticity 0)"),
        number("observed", "观测", "Observed"),
    )
    rows = tuple((row.name, row.value, row.size_only, row.observed) for row in found.rows)
    return Exhibit(
        "validation", _words("validation"), "table", Table(columns, rows), notes=(found.reading,), status="estimated"
    )


def certificate(run: Simulated) -> Exhibit:
    """Return the certificate of every headline solve."""
    columns = (text("solve", "求解", "Solve"), text("status", "状态", "Status"))
    rows = [
        (Text("现状", "Today"), run.economy.now().status_text),
        (
            Text("降低贸易成本", "Stated cut") if run.study is None else Text("方案", "Scenario"),
            run.gain.solution.status_text,
        ),
        (Text("区内隔断", "Walls inside the area"), run.realised.solution.status_text),
        (Text("情景带", "Scenario bands"), run.band.certificate),
        (Text("收益曲线", "Curve of the gain"), run.curve.certificate),
        (Text("按行业分解", "Split by sector"), run.by_sector.certificate),
        *((Text("各种联合", "Coalitions"), note) for note in _game_notes(run)),
    ]
    if run.medium is not None:
        rows.insert(2, (Text("人口流动时", "People moving"), run.medium.solution.status_text))
    return Exhibit(
        "certificate", _words("certificate"), "table", Table(columns, tuple(rows)), notes=(_words("certificate_note"),)
    )


def _game_notes(run: Simulated) -> tuple[Text, ...]:
    return (run.sharing.text,) if isinstance(run.sharing, RongheError) else run.sharing.game.notes


def inputs(results: AreaResults) -> Exhibit:
    """Return every input that is estimated or assumed, by name."""
    columns = (text("input", "输入", "Input"), text("status", "状态", "Status"))
    rows = tuple((name, WORDS[status]) for name, status in results.data.baseline.statuses)
    return Exhibit("inputs", _words("inputs"), "table", Table(columns, rows), notes=results.data.baseline.flags)


def coverage(results: AreaResults) -> Exhibit:
    """Return what the area has and lacks, table by table."""
    columns = (text("table", "表", "Table"), text("state", "现状", "State"), text("note", "说明", "Note"))
    rows = tuple((row.title, row.state, row.note) for row in results.data.coverage())
    return Exhibit("coverage", _words("coverage"), "table", Table(columns, rows))


def sources(results: AreaResults) -> Exhibit:
    """Return the sources with publisher, vintage and licence."""
    columns = (
        text("source", "来源", "Source"),
        text("publisher", "发布者", "Publisher"),
        text("vintage", "版本", "Vintage"),
        text("licence", "许可", "Licence"),
    )
    rows = tuple((s.title, s.publisher, same(s.vintage), same(s.licence)) for s in results.data.sources)
    return Exhibit("sources", _words("sources"), "table", Table(columns, rows))


def estimate_parameters(results: AreaResults) -> Exhibit:
    """Return every number of the estimate that no table holds, with its band, status and source."""
    columns = (
        text("parameter", "参数", "Parameter"),
        number("value", "取值", "Value", "exact"),
        number("low", "情景带下端", "Scenario band, low", "exact"),
        number("high", "情景带上端", "Scenario band, high", "exact"),
        text("status", "状态", "Status"),
        text("source", "出处", "Source"),
    )
    rows = tuple(
        (
            one.title,
            one.value,
            one.low if one.banded else None,
            one.high if one.banded else None,
            WORDS[one.status],
            one.source,
        )
        for one in results.data.parameters.values()
    )
    return Exhibit(
        "estimate-parameters", _words("estimate_parameters"), "table", Table(columns, rows), status="assumed"
    )


def parameters(run: Simulated) -> Exhibit:
    """Return the parameters of behaviour with their marks and swept ranges."""
    columns = (
        text("parameter", "参数", "Parameter"),
        number("value", "取值", "Value"),
        number("low", "扫描下限", "Swept from"),
        number("high", "扫描上限", "to"),
        text("mark", "依据", "Mark"),
        text("source", "出处", "Source"),
    )
    marks = {"recalled": Text("回忆，待核", "recalled, to be confirmed"), "assumed": Text("设想", "assumed")}
    used = {note.key: getattr(run.economy.parameters, note.key, note.default) for note in NOTES}
    if run.study is not None:
        used["theta"] = run.study.theta
    own = WORDS["user"], Text("方案文件", "scenario file")
    rows = tuple(
        (note.name, used[note.key], note.low, note.high)
        + ((marks[note.mark], note.source) if used[note.key] == note.default else own)
        for note in NOTES
    )
    return Exhibit("parameters", _words("parameters"), "table", Table(columns, rows), status="assumed")
