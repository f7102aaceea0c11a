"""The glossary: every term of the field that the program uses, in both languages, with its meaning and source."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ronghe.base.errors import UnknownTerm
from ronghe.base.region import nearest, normalised
from ronghe.base.text import Text


@dataclass(frozen=True, slots=True)
class Entry:
    """One term.

    Attributes
    ----------
    key : str
        ASCII key, e.g. ``"scenario_band"``.
    term : Text
        The term in both languages.
    definition : Text
    source : str
        Paper, document or ruling.
    """

    key: str
    term: Text
    definition: Text
    source: str


@cache
def glossary() -> tuple[Entry, ...]:
    """Return every term, in the order of the table."""
    text = files("ronghe.base").joinpath("glossary.csv").read_text(encoding="utf-8")
    return tuple(
        Entry(
            row["term"],
            Text(row["zh"], row["en"]),
            Text(row["definition_zh"], row["definition_en"]),
            row["source"],
        )
        for row in csv.DictReader(text.splitlines())
    )


def lookup(term: str) -> Entry:
    """Return the entry of a term, by key or by its name in either language.

    Raises
    ------
    UnknownTerm
        With the nearest terms.

    Examples
    --------
    >>> lookup("情景带").term.en, lookup("Scenario band").key
    ('scenario band', 'scenario_band')
    """
    wanted = normalised(term)
    for names in (_names, _parts):
        for entry in glossary():
            if wanted in names(entry):
                return entry
    known = [name for entry in glossary() for name in (entry.term.zh, entry.term.en)]
    raise UnknownTerm(Text("术语", "term"), term, nearest(term, known))


def _names(entry: Entry) -> set[str]:
    return {normalised(name) for name in (entry.key, entry.key.replace("_", " "), entry.term.zh, entry.term.en)}


def _parts(entry: Entry) -> set[str]:
    """Return what stands before and inside the brackets of a Chinese term."""
    before, _, inside = entry.term.zh.partition("（")
    return {normalised(name) for name in (before, inside.rstrip("）")) if name}
