"""A scenario file's content as the tables of a TOML file, every default written out."""

from __future__ import annotations

from typing import Any

from ronghe.base.area import Area
from ronghe.base.text import Text
from ronghe.simulate.study.content import CutEntry, LeverEntry, ScenarioFile


def as_tables(found: ScenarioFile) -> dict[str, Any]:
    """Return the tables, in the order in which a reader wants them; nothing empty is written."""
    content = found.canonical
    head = {
        "title": _words(found.title),
        "note": _words(found.note),
        "base_year": found.data.year,
        "data": found.source,
        "area": _place(found.area),
    }
    report = {"language": found.language, "exhibits": list(found.exhibits)}
    tables: dict[str, Any] = {
        "scenario": {key: value for key, value in head.items() if value},
        "lever": [_lever(lever) for lever in found.levers],
        "cut": [_cut(cut) for cut in found.cuts],
        "parameters": content["parameters"],
        "solve": content["solve"],
        "report": {key: value for key, value in report.items() if value},
    }
    return {name: table for name, table in tables.items() if table}


def _lever(lever: LeverEntry) -> dict[str, Any]:
    made = {name: _words(getattr(lever, name)) for name in ("name", "owner", "measure", "source")}
    made |= {name: getattr(lever, name) for name in ("channel", "layer", "relation", "status", "kind")}
    made |= {"before": lever.before, "after": lever.after, **lever.fields}
    if lever.within is not None:
        made["within"] = _place(lever.within)
    else:
        made["pairs"] = [[buyer.name.zh, seller.name.zh] for buyer, seller in lever.pairs]
    return made | {"sectors": [sector.code for sector in lever.sectors]}


def _cut(cut: CutEntry) -> dict[str, Any]:
    return {"share": cut.share, "within": _place(cut.within), "sectors": [sector.code for sector in cut.sectors]}


def _words(text: Text) -> Any:
    return text.zh if text.zh == text.en else {"zh": text.zh, "en": text.en}


def _place(area: Area) -> Any:
    """Return the name of a known area, else the list of its regions."""
    return area.short.zh if area.kind != "own" else list(area.regions)
