"""From results to the document: the sections in order, each a list of exhibits."""

from __future__ import annotations

from ronghe.base.area import Area
from ronghe.base.errors import NotIdentified, RongheError, UnconvergedSolution
from ronghe.base.exhibit import Exhibit, Table
from ronghe.base.i18n import catalogue
from ronghe.base.status import Status
from ronghe.base.text import Text, same
from ronghe.data import Dataset, request
from ronghe.measure import AreaDispersion, area_dispersion, observed_exhibits
from ronghe.report.document import Document, LetterText, Section
from ronghe.report.exhibits import gain as gains
from ronghe.report.exhibits import limits, sharing
from ronghe.report.exhibits.prices import dispersion
from ronghe.report.headline import Headline, unlocks
from ronghe.report.results import AreaResults, Progress, Sharing, Simulated, compute
from ronghe.report.runfolder import versions


def build_document(
    data: Dataset, area: Area, *, draws: int = 200, seed: int = 0, progress: Progress = lambda _done, _text: None
) -> Document:
    """Compute one area and lay out its report.

    Parameters
    ----------
    data : Dataset
    area : Area
        Any area of the data set; with fewer than two members that have data the report says so.
    draws, seed : int
        Draws of the scenario band and the seed of all random numbers.
    progress : callable
        Called with the share done (0 to 1) and what is being done.

    Returns
    -------
    Document
        Pure data: sentences, sections, letters, cells. ``exit_code`` is 1 where nothing inside the area
        could be computed or a solve did not converge.
    """
    results = compute(data, area, draws=draws, seed=seed, progress=progress)
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
    return Document(
        title=catalogue("report")["title"].format(area=area.short),
        area=area.short,
        code=area.short.zh,
        sentences=sentences,
        sections=tuple(section for section in sections if section.exhibits),
        letters=_letters(results),
        cells=head.cells,
        status=_status(results),
        stamp=_stamp(results),
        exit_code=_exit_code(results),
        demonstration=data.status == "demonstration",
        tables=_full_tables(results),
    )


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
    return Section(id, catalogue("sections")[id], tuple(e for e in exhibits if e is not None))


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
                gains.curve(results, run),
                gains.by_sector(results, run),
                gains.tornado(results, run),
                gains.realised(results, run),
                gains.outside(results, run) if len(results.members) < len(results.data.regions) else None,
                gains.medium(results, run),
                gains.levers(results),
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
        sharing.diagnostics(shared),
    ]


def _limits(results: AreaResults) -> Section:
    closed = [] if results.simulated else [("depth", "depth_refused"), ("blocked_points", "blocked_refused")]
    closed += [("drain", "drain_refused"), ("supply_chain", "supply_refused")]
    refused: list[Exhibit | None] = [
        limits.refusal(results, key.replace("_", "-"), title, key)
        for key, title in closed
        if not results.data.identification(key, area=results.area).value
    ]
    return _section("limits", [*refused, limits.identifies(results), limits.coverage(results)])


def _method(results: AreaResults) -> Section:
    run = results.simulated
    return _section(
        "method",
        [
            limits.validation(results) if results.data.baseline.pair_status == "estimated" else None,
            limits.certificate(run) if run else None,
            limits.inputs(results),
            limits.parameters(run) if run else None,
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
    return [gains.levers(results).needs] if results.simulated else []


def _full_tables(results: AreaResults) -> dict[str, Table]:
    run = results.simulated
    return sharing.full_tables(run.sharing) if run is not None and isinstance(run.sharing, Sharing) else {}


def _stamp(results: AreaResults) -> dict[str, Text]:
    found = {"key_base_year": same(str(results.data.year))}
    if results.simulated is not None:
        found["key_closure"] = catalogue("report")["closure_short"]
        found["key_scenario"] = same(results.simulated.scenario.hash)
    return found | {
        "key_data": same(results.data.content_hash),
        "key_seed": same(f"{results.seed}, {results.draws}"),
        "key_version": same(", ".join(f"{name} {number}" for name, number in versions().items())),
    }
