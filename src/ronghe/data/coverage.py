"""Coverage: what is there, what is missing, and what runs instead. Shown, never filled."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ronghe.base.text import Text, joined, same
from ronghe.data.presence import STATES, CoverageCell
from ronghe.data.schema import schema

SHOWN, MOST = 2, 5
"""Groups of years, and regions of a group, that the sentence on a table names."""
ORDER: tuple[str, ...] = STATES
WORDS = {"estimated": Text("估计", "estimated"), "assumed": Text("设定", "assumed"), "absent": Text("缺", "lacking")}


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One table of the catalogue.

    Attributes
    ----------
    table : str
        Name under which it can be requested.
    title : Text
    have : bool
        Whether observed rows for all regions are there.
    state : Text
        What is there.
    note : Text
        What runs instead, and what the reader should know.
    complete : bool
        Whether nothing more could be asked for.
    cells : tuple of CoverageCell
        Region by region, year by year: where cells were asked for.
    """

    table: str
    title: Text
    have: bool
    state: Text
    note: Text
    complete: bool = False
    cells: tuple[CoverageCell, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether in some year every region and sector asked for is there, and no model made it."""
        return any(not gaps for gaps in _gaps(self.cells).values())


def told(row: CoverageRow, names: Mapping[str, Text]) -> Text:
    """Return what the cells of a row say: years by which regions they lack, the newest first.

    Where no row is there, what the package says of the table: other tables may hold a part of it.

    Parameters
    ----------
    names : mapping of region to Text
    """
    if all(cell.state == "absent" for cell in row.cells):
        return row.state
    groups: dict[tuple[tuple[str, str], ...], list[int]] = {}
    for year, gaps in sorted(_gaps(row.cells).items(), reverse=True):
        groups.setdefault(tuple(sorted(gaps.items())), []).append(year)
    asked = {code: name for code, name in names.items() if any(cell.region == code for cell in row.cells)}
    parts = [_told(years, dict(gaps), asked) for gaps, years in list(groups.items())[:SHOWN]]
    more = len(groups) - SHOWN
    if more > 0:
        parts.append(Text(f"另有{more}组年份", f"{more} more groups of years"))
    return Text("；".join(one.zh for one in parts), "; ".join(one.en for one in parts))


def _gaps(cells: Iterable[CoverageCell]) -> dict[int, dict[str, str]]:
    """Return, by year (0 where a table has none), the worst state of each region that is not wholly there."""
    found: dict[int, dict[str, str]] = {}
    for cell in cells:
        gaps = found.setdefault(cell.year or 0, {})
        if cell.state != "present":
            worst = max(cell.state, gaps.get(cell.region, "present"), key=lambda one: ORDER.index(one))
            gaps[cell.region] = worst
    return found


def _told(years: list[int], gaps: Mapping[str, str], names: Mapping[str, Text]) -> Text:
    dated = spans([year for year in years if year])
    when = Text(f"{dated}年", dated) if dated else Text("", "")
    if dated and 0 in years:
        when = Text("不分年份和", "undated and ") + when
    parts = []
    for state, word in WORDS.items():
        held = [names.get(region, same(region)) for region, one in gaps.items() if one == state and region]
        if held and len(held) == len(names):
            parts.append(Text(f"全部{word.zh}", f"all {word.en}"))
        elif held:
            more = Text(f"等{len(held)}个", f" and {len(held) - MOST} more") if len(held) > MOST else Text("", "")
            parts.append(word + Text(" ", " ") + joined(held[:MOST]) + more)
    whole = Text("齐全", "whole") if names else Text("有", "there")
    said = joined(parts) if parts else whole
    return Text(f"{when.zh}{said.zh}", f"{when.en} {said.en}".strip())


def spans(years: Sequence[int]) -> str:
    """Return years as spans.

    Examples
    --------
    >>> spans([2010, 2019, 2020, 2021])
    '2010, 2019-2021'
    """
    found: list[list[int]] = []
    for year in sorted(years):
        if found and year == found[-1][-1] + 1:
            found[-1][1:] = [year]
        else:
            found.append([year])
    return ", ".join("-".join(map(str, span)) for span in found)


@cache
def default_coverage() -> tuple[CoverageRow, ...]:
    """Return the state of every table on the embedded default."""
    text = files("ronghe.data").joinpath("coverage.csv").read_text(encoding="utf-8")
    return tuple(
        CoverageRow(
            row["table"],
            Text(row["title_zh"], row["title_en"]) if row["title_zh"] else schema(row["table"]).title,
            row["have"] == "yes",
            Text(row["state_zh"], row["state_en"]),
            Text(row["note_zh"], row["note_en"]),
            row["complete"] == "yes",
        )
        for row in csv.DictReader(text.splitlines())
    )
