"""Documented levers: what each gives, who must do what, hardware against software, and the scenario as a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ronghe.base.arrays import Floats
from ronghe.base.canonical import canonical_json
from ronghe.base.exhibit import Exhibit, Table
from ronghe.base.i18n import catalogue
from ronghe.base.status import weakest
from ronghe.base.text import Text, joined, same
from ronghe.report.charts import waterfall
from ronghe.report.exhibits.parts import both, losing, money, number, text
from ronghe.report.results import AreaResults, Simulated
from ronghe.simulate.layers import LayerSplit
from ronghe.simulate.levers import LeverSplit
from ronghe.simulate.scenario import CHANNELS
from ronghe.simulate.study.content import LeverEntry, ScenarioFile

_MOST_PAIRS = 20
_RELATIONS = {
    "央地": "relation_centre",
    "府际": "relation_governments",
    "政企": "relation_firms",
    "企企": "relation_among",
}
Cells = tuple[float | int | str | Text | None, ...]


def documented(results: AreaResults, run: Simulated) -> list[Exhibit | None]:
    """Return everything on documented levers; nothing where none is loaded."""
    if run.levers is None or run.study is None:
        return []
    layers = [] if run.layers is None else [orders(results, run, run.layers)]
    return [
        parts(results, run, run.levers, run.study),
        owners(results, run, run.levers, run.study),
        *layers,
        interactions(results, run, run.levers, run.study),
    ]


def parts(results: AreaResults, run: Simulated, split: LeverSplit, study: ScenarioFile) -> Exhibit:
    """Return the signed waterfall of the gain over levers (Shapley), each alone and last beside it."""
    columns = (
        text("lever", "举措", "Lever"),
        money("gain", "贡献（各种次序平均）", "Part (mean over all orders)"),
        money("alone", "只办这一项", "This one alone"),
        money("last", "最后办这一项", "This one last"),
    )
    found = [_of_members(results, run, values) for values in (split.parts, split.alone, split.last)]
    rows = tuple(zip(_names(split, study), *found, strict=True))
    table = Table(columns, rows)
    biggest = max(rows, key=lambda row: row[1])[0]
    missing = joined([channel for channel, _ in split.unmeasured])
    notes = [_words("unit_short"), _words("levers_parts_note")]
    notes += [_words("levers_unmeasured", channels=missing)] if split.unmeasured else []
    return Exhibit(
        "levers",
        _words("levers_parts" + losing(values for _, values, *_ in rows), area=results.area.short, lever=biggest),
        "chart",
        table,
        both(waterfall, table),
        notes=(*notes, split.certificate),
        **_status(results, study),
    )


def owners(results: AreaResults, run: Simulated, split: LeverSplit, study: ScenarioFile) -> Exhibit:
    """Return who must do what: a row a lever, then the stated cut, then every channel without a lever, 未测."""
    columns = (
        text("lever", "举措", "Lever"),
        text("channel", "通道", "Channel"),
        text("layer", "层次", "Layer"),
        text("owner", "谁来办", "Who acts"),
        text("relation", "关系", "Relation"),
        text("measure", "依据的实测", "Documented measure"),
        number("before", "现在", "Today", "exact"),
        number("after", "之后", "After", "exact"),
        text("source", "出处", "Source"),
        money("gain", "得益", "Gain"),
    )
    gains = _of_members(results, run, split.parts)
    rows: list[Cells] = [_owner(lever, gain) for lever, gain in zip(study.levers, gains, strict=False)]
    if study.cuts:
        none = _words("levers_no_measure")
        rows.append((_words("levers_stated"), *[None] * 4, none, None, None, None, gains[-1]))
    rows += [
        (_words("levers_none"), channel, *[None] * 3, _words("levers_not_loaded"), None, None, None, word)
        for channel, word in split.unmeasured
    ]
    title = _words("lever_owners", area=results.area.short)
    notes = (_words("unit_short"), _words("lever_owners_note"))
    return Exhibit("lever-owners", title, "table", Table(columns, tuple(rows)), notes=notes, **_status(results, study))


def _owner(lever: LeverEntry, gain: float) -> Cells:
    words = catalogue("levers")
    told = (words[f"layer_{lever.layer}"], lever.owner, words[_RELATIONS[lever.relation]], lever.measure)
    return (lever.name, CHANNELS[lever.channel], *told, lever.before, lever.after, lever.source, gain)


def orders(results: AreaResults, run: Simulated, split: LayerSplit) -> Exhibit:
    """Return hardware, software and what they bring only together, in both orders."""
    words = catalogue("levers")
    columns = (
        text("part", "部分", "Part"),
        money("first", "先办", "First"),
        money("second", "后办（另一层已办）", "Second (the other is there)"),
    )

    def total(values: Floats) -> float:
        return float(sum(values[split.regions.index(code)] for code in results.members))

    together = total(split.interaction)
    rows = (
        (words["layer_hardware"], total(split.hardware), total(split.hardware_after)),
        (words["layer_software"], total(split.software), total(split.software_after)),
        (_words("lever_together"), together, None),
    )
    table = Table(columns, rows)
    study = run.study
    return Exhibit(
        "lever-orders",
        _words("lever_orders_more" if together > 0 else "lever_orders_less", area=results.area.short),
        "chart",
        table,
        both(waterfall, table, label="part", value="first"),
        notes=(_words("unit_short"), _words("lever_orders_note")),
        **_status(results, study),
    )


def interactions(results: AreaResults, run: Simulated, split: LeverSplit, study: ScenarioFile) -> Exhibit | None:
    """Return what pairs of levers bring beyond the two alone; None for a single lever."""
    names = _names(split, study)
    found = [
        (names[a], names[b], _of_members(results, run, split.interactions[:, a])[b])
        for a in range(len(names))
        for b in range(a + 1, len(names))
    ]
    if not found:
        return None
    rows = sorted(found, key=lambda row: -abs(row[2]))[:_MOST_PAIRS]
    columns = (
        text("one", "举措", "Lever"),
        text("other", "另一举措", "Other lever"),
        money("value", "一起比分开之和多（少为负）", "Together less the sum of each alone"),
    )
    return Exhibit(
        "lever-pairs",
        _words("lever_pairs"),
        "table",
        Table(columns, tuple(rows)),
        notes=(_words("unit_short"),),
        **_status(results, study),
    )


def sheet(study: ScenarioFile) -> Exhibit:
    """Return the scenario as a sheet: every entry by its path, defaults filled in."""
    rows = tuple((path, _value(path, value, study)) for path, value in _flat(study.canonical))
    columns = (text("path", "项", "Entry"), text("value", "取值", "Value"))
    notes = (_words("scenario_sheet_note", id=same(study.id)), *([study.note] if study.note.zh else []))
    title = _words("scenario_sheet", title=study.title)
    return Exhibit("scenario", title, "table", Table(columns, rows), notes=notes, status="user")


def _flat(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """Return the leaves of the canonical scenario with their paths; a text in two languages is one leaf."""
    if isinstance(value, Mapping) and set(value) != {"zh", "en"}:
        return [leaf for key, item in value.items() for leaf in _flat(item, f"{path}.{key}".lstrip("."))]
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return [leaf for at, item in enumerate(value, 1) for leaf in _flat(item, f"{path}[{at}]")]
    return [] if value in (None, []) else [(path, value)]


def _value(path: str, value: Any, study: ScenarioFile) -> Text:
    """Return one value in words: names for codes, numbers in their shortest form."""
    key = path.rsplit(".", 1)[-1]
    if isinstance(value, Mapping):
        return Text(value["zh"], value["en"])
    if key == "relation":
        return Text(value, catalogue("levers")[_RELATIONS[value]].en)
    if key in ("area", "within"):
        return joined([study.data.region(code).name for code in value])
    if key == "sectors":
        return joined([sector.name for sector in study.data.sectors if sector.code in value])
    if key == "pairs":
        names = [[study.data.region(code).name for code in pair] for pair in value]
        return joined([Text(f"{b.zh}←{s.zh}", f"{b.en} ← {s.en}") for b, s in names])
    return same(value if isinstance(value, str) else canonical_json(value))


def _names(split: LeverSplit, study: ScenarioFile) -> list[Text]:
    """Return the players' names in both languages; the last may be the stated cut."""
    named = [lever.name for lever in study.levers]
    return [*named, *[_words("levers_stated") for _ in split.levers[len(named) :]]]


def _of_members(results: AreaResults, run: Simulated, values: Floats) -> list[float]:
    """Return household and services together summed over members, one a lever; values (column, lever, region)."""
    at = [run.gain.regions.index(code) for code in results.members]
    return [float(value) for value in values[:2][..., at].sum(axis=(0, 2))]


def _status(results: AreaResults, study: ScenarioFile | None) -> Mapping[str, Any]:
    """Return the weakest word of the trade and of the levers, and estimated beside it where that would be hidden."""
    trade = results.data.baseline.pair_status
    found = weakest([trade, *([study.status] if study else [])])
    return {"status": found, "beside": "estimated" if trade == "estimated" and found == "assumed" else None}


def _words(key: str, **values: object) -> Text:
    return catalogue("exhibits")[key].format(**values)
