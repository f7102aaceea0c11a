"""``ronghe check --coverage``: which tables, questions and figures an area has, and which it lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ronghe.base.area import Area
from ronghe.base.text import Text, joined
from ronghe.cli.common import Session, say
from ronghe.data import Dataset, schema
from ronghe.data.coverage import MOST, spans, told


def run(here: Session, data: Dataset, area: Area | None) -> int:
    """Show tables, questions of the model and indicators of a data set, or of one area of it."""
    tables = data.coverage(area=data.codes if area is None else area)
    regions = data.codes if area is None else area.regions
    names = {code: data.region(code).name for code in regions}
    answers = [data.identification(key, area=area) for key in data.identifies]
    figures = indicator_rows(data, area)
    if here.as_json:
        here.json({
            "tables": [{"table": row.table, "have": row.have and row.whole, "state": row.state.en, "note": row.note.en,
                        "cells": [{"region": cell.region, "year": cell.year, "sector": cell.sector,
                                   "state": cell.state} for cell in row.cells]}
                       for row in tables],
            "questions": [{"key": one.key, "have": one.value, "reason": one.reason.en, "unlocks": list(one.unlocks)}
                          for one in answers],
            "indicators": [{"indicator": key, "title": title.en, "years": years, "lacking": lacking}
                           for key, title, years, lacking in figures],
        })  # fmt: skip
        return 0
    mark = {True: say("have").of(here.lang), False: say("missing").of(here.lang)}
    here.out(say("coverage_tables"))
    for row in tables:
        note, state = row.note.of(here.lang), told(row, names).of(here.lang)
        line = f"{row.title.of(here.lang)} ({row.table}): {state}{' · ' + note if note else ''}"
        here.out(f"[{mark[row.have and row.whole]}] {line}")
    here.out(say("coverage_questions"))
    for one in answers:
        needs = joined([schema(name).title for name in one.unlocks])
        after = Text(f"；需要 {needs.zh}", f"; needs {needs.en}") if one.unlocks else Text("", "")
        here.out(f"[{mark[one.value]}] {one.title.of(here.lang)}: {(one.reason + after).of(here.lang)}")
    here.out(say("coverage_indicators"))
    for key, title, years, lacking in figures:
        line = f"[{mark[bool(years)]}] {title.of(here.lang)} ({key}): {spans(years) or '—'}"
        here.out(f"{line}{_lacked(names, lacking).of(here.lang)}")
    return 0


def _lacked(names: Mapping[str, Text], lacking: Sequence[str]) -> Text:
    """Say which regions have no figure at all; nothing where each has one."""
    if not lacking:
        return Text("", "")
    if len(lacking) > MOST:
        more = Text(f"等{len(lacking)}个", f" and {len(lacking) - MOST} more")
    else:
        more = Text("", "")
    return Text(" · 缺 ", " · lacking ") + joined([names[code] for code in lacking[:MOST]]) + more


def indicator_rows(data: Dataset, area: Area | None) -> list[tuple[str, Text, list[int], list[str]]]:
    """Return each indicator with the years of which every region with facts has it, and the regions without any."""
    regions = data.codes if area is None else area.regions
    rows = []
    for indicator in data.figures.indicators:
        held = {code: set(data.figures.years(indicator, code)) for code in regions}
        there = [years for code, years in held.items() if data.has(code)]
        whole = sorted(set.intersection(*there)) if there else []
        title = data.figures.titles.get(indicator, Text(indicator, indicator))
        rows.append((indicator, title, whole, [code for code, years in held.items() if not years]))
    return rows
