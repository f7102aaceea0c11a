"""Coverage: what is there, what is missing, and what runs instead. Shown, never filled."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ronghe.base.text import Text
from ronghe.data.schema import schema


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
    """

    table: str
    title: Text
    have: bool
    state: Text
    note: Text
    complete: bool = False


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
