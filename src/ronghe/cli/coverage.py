"""``ronghe check --coverage``: which tables, questions and figures an area has, and which it lacks."""

from __future__ import annotations

from ronghe.base.area import Area
from ronghe.base.text import Text, joined
from ronghe.cli.common import Session, say
from ronghe.data import Dataset, schema


def run(here: Session, data: Dataset, area: Area | None) -> int:
    """Show tables, questions of the model and indicators of a data set, or of one area of it."""
    tables = data.coverage()
    answers = [data.identification(key, area=area) for key in data.identifies]
    figures = indicator_rows(data, area)
    if here.as_json:
        here.json({
            "tables": [{"table": row.table, "have": row.have, "state": row.state.en, "note": row.note.en}
                       for row in tables],
            "questions": [{"key": one.key, "have": one.value, "reason": one.reason.en, "unlocks": list(one.unlocks)}
                          for one in answers],
            "indicators": [{"indicator": key, "title": title.en, "years": years} for key, title, years in figures],
        })  # fmt: skip
        return 0
    mark = {True: say("have").of(here.lang), False: say("missing").of(here.lang)}
    here.out(say("coverage_tables"))
    for row in tables:
        note = row.note.of(here.lang)
        told = f"{row.title.of(here.lang)} ({row.table}): {row.state.of(here.lang)}{' · ' + note if note else ''}"
        here.out(f"[{mark[row.have]}] {told}")
    here.out(say("coverage_questions"))
    for one in answers:
        needs = joined([schema(name).title for name in one.unlocks])
        after = Text(f"；需要 {needs.zh}", f"; needs {needs.en}") if one.unlocks else Text("", "")
        here.out(f"[{mark[one.value]}] {one.title.of(here.lang)}: {(one.reason + after).of(here.lang)}")
    here.out(say("coverage_indicators"))
    for key, title, years in figures:
        here.out(f"[{mark[bool(years)]}] {title.of(here.lang)} ({key}): {_spans(years) or '—'}")
    return 0


def indicator_rows(data: Dataset, area: Area | None) -> list[tuple[str, Text, list[int]]]:
    """Return each indicator with the years in which every region of the area that has facts has it."""
    asked = data.codes if area is None else [code for code in area.regions if data.has(code)]
    rows = []
    for indicator in data.figures.indicators:
        years = [data.figures.years(indicator, code) for code in asked]
        whole = sorted(set.intersection(*years)) if years else []
        title = data.figures.titles.get(indicator, Text(indicator, indicator))
        rows.append((indicator, title, whole))
    return rows


def _spans(years: list[int]) -> str:
    """Return years as spans.

    Examples
    --------
    >>> _spans([2010, 2019, 2020, 2021])
    '2010, 2019-2021'
    """
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][-1] + 1:
            spans[-1][1:] = [year]
        else:
            spans.append([year])
    return ", ".join("-".join(map(str, span)) for span in spans)
