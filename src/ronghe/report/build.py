"""From results to the document: the sections in order, each a list of exhibits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ronghe.base.area import Area
from ronghe.base.errors import Fault, NotIdentified, RongheError, UnconvergedSolution
from ronghe.base.exhibit import Exhibit, Table
from ronghe.base.i18n import catalogue
from ronghe.base.region import nearest
from ronghe.base.status import Status
from ronghe.base.text import Text, same
from ronghe.data import Dataset, Identification, request
from ronghe.measure import AreaDispersion, area_dispersion, observed_exhibits
from ronghe.report.document import Document, LetterText, Section
from ronghe.report.exhibits import gain as gains
from ronghe.report.exhibits import levers as lever_exhibits
from ronghe.report.exhibits import limits, sharing
from ronghe.report.exhibits.prices import dispersion
from ronghe.report.headline import Headline, unlocks
from ronghe.report.results import AreaResults, Progress, Sharing, Simulated, compute
from ronghe.report.runfolder import versions
from ronghe.report.sentences import DEMONSTRATION, capital
from ronghe.simulate.study.faults import ScenarioFileFault
from ronghe.simulate.study.file import ScenarioFile

EXHIBITS = (
    "observed-population",
    "price-dispersion",
    "observed-product",
    "observed-education",
    "observed-health",
    "observed-foreign-trade",
    "observed-technology",
    "gain-tiles",
    "gain-by-member",
    "gain-bands",
    "gain-curve",
    "gain-by-sector",
    "sensitivity",
    "realised-gain",
    "outsiders",
    "medium",
    "levers",
    "flows",
    "circulation",
    "shares",
    "compensation",
    "coalitions",
    "game",
    "depth",
    "blocked-points",
    "drain",
    "supply-chain",
    "identifies",
    "coverage",
    "validation",
    "certificate",
    "inputs",
    "parameters",
    "estimate-parameters",
    "sources",
    "scenario",
    "lever-owners",
    "lever-orders",
    "lever-pairs",
)
"""Ids of everything a report can hold; which of them one holds depends on its area, data and levers."""


def build_document(
    data: Dataset,
    area: Area,
    *,
    draws: int = 200,
    seed: int = 0,
    study: ScenarioFile | None = None,
    progress: Progress = lambda _done, _text: None,
) -> Document:
    """Compute one area and lay out its report.

    Parameters
    ----------
    data : Dataset
    area : Area
        Any area of the data set; with fewer than two members that have data the report says so.
    draws, seed : int
        Draws of the scenario band and the seed of all random numbers.
    study : ScenarioFile, optional
        What is supposed, in place of the stated cut; its own draws and seed hold.
    progress : callable
        Called with the share done (0 to 1) and what is being done.

    Returns
    -------
    Document
        Pure data: sentences, sections, letters, cells. ``exit_code`` is 1 where nothing inside the area
        could be computed or a solve did not converge.
    """
    if study is not None:
        _refuse_what_no_report_has(study)
        draws, seed = study.draws, study.seed
    results = compute(data, area, draws=draws, seed=seed, progress=progress, study=study)
    progress(0.92, Text("成文", "Writing up"))
    prices = _prices(results)
    head = Headline(results, prices)
    sentences = head.build()
    sections = (
        _observed(results, [dispersion(results, prices)] if prices else []),
        *_computed(results),
        _limits(results),
        _method(results),
    )
    invented = data.status == "demonstration"
    title = _heading(catalogue("report")["title"].format(area=area.short))
    kept = _chosen(sections, *(((), "") if study is None else (study.exhibits, study.file)))
    return Document(
        title=DEMONSTRATION + title if invented else title,
        area=area.short,
        code=_callable_name(area),
        sentences=sentences,
        sections=tuple(_marked(section) for section in kept) if invented else kept,
        letters=_letters(results),
        cells=head.cells,
        status=_status(results),
        stamp=_stamp(results, study),
        exit_code=_exit_code(results),
        demonstration=invented,
        tables=_full_tables(results),
        identifies=_identifies(results),
    )


def _refuse_what_no_report_has(study: ScenarioFile) -> None:
    """Tell, before any work, what a scenario file asks for that no report holds; all of it at once."""
    faults = [_closure_fault(study.closure)] if study.closure != "short" else []
    faults += _unknown_exhibits([name for name in study.exhibits if name not in EXHIBITS], EXHIBITS)
    if faults:
        raise ScenarioFileFault(study.file, faults)


def _closure_fault(closure: str) -> Fault:
    return Fault(
        "C104",
        "solve.closure",
        same(f'"{closure}"'),
        same('"short"'),
        Text(
            "报告按人口不流动（short）计算，并列出人口流动（medium）的结果；其他闭合请在 Python 里求解。",
            "The report computes with people fixed (short) and shows people moving (medium) beside it; "
            "solve other closures in Python.",
        ),
    )


def _unknown_exhibits(names: Sequence[str], known: Sequence[str]) -> list[Fault]:
    """Return a fault for every exhibit that is not known, with the nearest that is."""
    faults = []
    for name in names:
        near = nearest(name, known)
        remedy = (
            Text(f"相近的有：{'、'.join(near)}。", f"Near it: {', '.join(near)}.")
            if near
            else Text(f"可写：{'、'.join(known)}。", f"Known are: {', '.join(known)}.")
        )
        wanted = Text("报告中一项图表的编号", "the id of an exhibit of the report")
        faults.append(Fault("C105", "report.exhibits", same(f'"{name}"'), wanted, remedy))
    return faults


def _chosen(sections: tuple[Section, ...], wanted: tuple[str, ...], file: str) -> tuple[Section, ...]:
    """Return the sections with the exhibits that are wanted, all where none is named."""
    if not wanted:
        return tuple(section for section in sections if section.exhibits)
    there = [exhibit.id for section in sections for exhibit in section.exhibits]
    absent = _unknown_exhibits([name for name in wanted if name not in there], there)
    if absent:
        raise ScenarioFileFault(file, absent)
    kept = [replace(s, exhibits=tuple(e for e in s.exhibits if e.id in wanted)) for s in sections]
    return tuple(section for section in kept if section.exhibits)


def _marked(section: Section) -> Section:
    """Return a section of the demonstration: every title and every status carries the word."""

    def one(exhibit: Exhibit) -> Exhibit:
        columns = tuple(replace(column, status=None) for column in exhibit.table.columns)
        table = replace(exhibit.table, columns=columns)
        title = DEMONSTRATION + exhibit.title
        return replace(exhibit, title=title, table=table, status="demonstration", row_statuses={}, beside=None)

    return replace(section, exhibits=tuple(one(exhibit) for exhibit in section.exhibits))


def _identifies(results: AreaResults) -> dict[str, dict[str, Identification]]:
    """Return what the tables can tell, of the whole data set and of the area."""
    data = results.data
    return {
        "dataset": {key: data.identification(key) for key in data.identifies},
        "area": {key: data.identification(key, area=results.area) for key in data.identifies},
    }


def _callable_name(area: Area) -> str:
    """Return the name by which the command line finds the area again."""
    if area.kind != "own":
        return area.short.zh
    return "全国" if area.code == "country" else ",".join(area.regions)


def _prices(results: AreaResults) -> AreaDispersion | None:
    """Return the dispersion of prices where two members have them."""
    try:
        return area_dispersion(results.data, results.area) if results.data.identifies["relative_prices"] else None
    except NotIdentified:
        return None


def _status(results: AreaResults) -> Status:
    """Return the word at the head of the page: what the trade behind its results is."""
    if results.data.status == "demonstration":
        return "demonstration"
    return results.data.baseline.pair_status if results.simulated is not None else "computed"


def _exit_code(results: AreaResults) -> int:
    """Return 1 where nothing inside the area could be computed, or a solve did not converge."""
    run = results.simulated
    return int(run is None or isinstance(run.sharing, UnconvergedSolution))


def _section(id: str, exhibits: list[Exhibit | None]) -> Section:
    kept = tuple(replace(e, title=_heading(e.title)) for e in exhibits if e is not None)
    return Section(id, catalogue("sections")[id], kept)


def _heading(title: Text) -> Text:
    """Begin an English title with a capital; 地区 at the end of an area's name is not said twice."""
    return Text(title.zh.replace("地区地区", "地区"), capital(title.en))


def _observed(results: AreaResults, prices: list[Exhibit]) -> Section:
    found = list(observed_exhibits(results.data, results.area))
    return _section("observed", [*found[:1], *prices, *found[1:]])


def _computed(results: AreaResults) -> tuple[Section, ...]:
    run = results.simulated
    if run is None:
        return ()
    return (
        _section(
            "gain",
            [
                gains.tiles(results, run) if results.data.status != "demonstration" else None,
                gains.by_member(results, run),
                gains.bands(results, run),
                gains.curve(results, run),
                gains.by_sector(results, run),
                gains.tornado(results, run),
                gains.realised(results, run),
                gains.outside(results, run) if len(results.members) < len(results.data.regions) else None,
                gains.medium(results, run),
                *(lever_exhibits.documented(results, run) or [gains.levers(results)]),
            ],
        ),
        _section("trade", [gains.flows(results, run), gains.circulation(results, run)]),
        _section(
            "sharing",
            _sharing(results, run),
        ),
        _section("walls", [limits.depth(results, run), limits.blocked(results, run)]),
    )


def _sharing(results: AreaResults, run: Simulated) -> list[Exhibit | None]:
    compensated = sharing.compensation(results, run)
    if isinstance(run.sharing, RongheError):
        return [compensated, sharing.refused(results, run.sharing.text)]
    shared = run.sharing
    return [
        sharing.shares(results, shared),
        compensated,
        sharing.coalitions(results, shared),
        sharing.diagnostics(results, shared),
    ]


def _limits(results: AreaResults) -> Section:
    inside = results.simulated is None and len(results.area) > 1
    closed = [("depth", "depth_refused"), ("blocked_points", "blocked_refused")] if inside else []
    closed += [("drain", "drain_refused"), ("supply_chain", "supply_refused")]
    refused: list[Exhibit | None] = [
        limits.refusal(results, key.replace("_", "-"), title, key)
        for key, title in closed
        if not results.data.identification(key, area=results.area).value
    ]
    return _section("limits", [*refused, limits.identifies(results), limits.coverage(results)])


def _method(results: AreaResults) -> Section:
    run = results.simulated
    # The baseline is used, and so told of, where there is a pair of members to compute.
    inside = len(results.members) > 1
    return _section(
        "method",
        [
            limits.validation(results) if inside and results.data.baseline.pair_status == "estimated" else None,
            limits.certificate(run) if run else None,
            limits.inputs(results) if inside else None,
            lever_exhibits.sheet(run.study) if run and run.study else None,
            limits.parameters(run) if run else None,
            limits.estimate_parameters(results) if inside and results.data.parameters else None,
            limits.sources(results),
        ],
    )


def _letters(results: AreaResults) -> tuple[LetterText, ...]:
    if results.data.status == "demonstration":
        return ()
    wanted, _ = unlocks(results)
    named = [*wanted, *(need for e in _needed(results) for need in e)]
    letters = {table: request(table, area=results.area, data=results.data) for table in dict.fromkeys(named)}
    return tuple(LetterText(table, letter.title, letter.text) for table, letter in letters.items())


def _needed(results: AreaResults) -> list[tuple[str, ...]]:
    run = results.simulated
    return [gains.levers(results).needs] if run is not None and run.levers is None else []


def _full_tables(results: AreaResults) -> dict[str, Table]:
    run = results.simulated
    return sharing.full_tables(run.sharing) if run is not None and isinstance(run.sharing, Sharing) else {}


def _stamp(results: AreaResults, study: ScenarioFile | None) -> dict[str, Text]:
    found = {"key_base_year": same(str(results.data.year))}
    if results.simulated is not None:
        found["key_closure"] = catalogue("report")["closure_short"]
        found["key_scenario"] = same(results.simulated.scenario.hash if study is None else study.id)
    if study is not None:
        found |= {"key_title": study.title, "key_run": same(study.run_id)}
    return found | {
        "key_data": same(results.data.content_hash),
        "key_seed": same(f"{results.seed}, {results.draws}"),
        "key_version": same(", ".join(f"{name} {number}" for name, number in versions().items())),
    }
