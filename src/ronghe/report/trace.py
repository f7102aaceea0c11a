"""``numbers.json``: every number that a report prints, with the cell it comes from.

One row a number: where it stands, in which language, in which sentence or exhibit, its row and column, the string
as printed, its status, and its source. A sentence's column is the cell of the headline; a table's row counts from 0
and its full value lies in ``run/<exhibit>.csv``, row + 2. A number in a title or a note leads to the cell that
prints the same string, first of its own table, then of the headline; where none does it is part of the wording
(a year, a count, a threshold) and the column is empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ronghe.base.exhibit import Exhibit
from ronghe.base.status import Status
from ronghe.base.text import LANGS, Lang, Text
from ronghe.report.document import Document
from ronghe.report.exhibits.parts import MODEL
from ronghe.report.html import printed_table
from ronghe.report.numbers import num
from ronghe.report.tilemap import tile_texts

Place = Literal["sentence", "wording", "table", "code", "title", "note", "tile"]
FIELDS = ("place", "lang", "exhibit", "row", "column", "text", "status", "source")
DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?(?:e[-+−]?\d+)?")
"""A sequence of digits as a reader sees it, with its thousands marks and its point."""

_CODES = Text("区划代码", "codes of regions")
_SETTING = Text("句式或设定", "wording or setting")
_MODELLED = ("gain", "sharing", "walls")
"""Sections whose figures are simulated; columns of other sections say so where they are."""


@dataclass(frozen=True, slots=True)
class Traced:
    """One printed number.

    Attributes
    ----------
    place : str
        ``sentence``, ``wording`` (a constant of a sentence), ``table``, ``code`` (a name made of digits in a
        table), ``title``, ``note`` or ``tile``.
    lang : str
    exhibit : str
        Id of the sentence or the exhibit.
    row : int, str or None
        Row of the exhibit's table, or the code of a tile.
    column : str or None
        Column of the table, or cell of the headline; None for what is wording.
    text : str
        The string as printed.
    status : Status or None
        None for wording and codes.
    source : Text
    """

    place: Place
    lang: Lang
    exhibit: str
    row: int | str | None
    column: str | None
    text: str
    status: Status | None
    source: Text


def tokens(text: str) -> list[str]:
    """Return the digit sequences of a text.

    Examples
    --------
    >>> tokens("2023年 31.62 万亿元（4,862 yuan），残差 3e-13")
    ['2023', '31.62', '4,862', '3e-13']
    """
    return [found.rstrip(",") for found in DIGITS.findall(text)]


def short(token: str) -> bool:
    """Whether a digit sequence is too short to tell which cell it is from.

    Examples
    --------
    >>> short("31"), short("5.78"), short("2023")
    (True, False, False)
    """
    return len(token) < 3


def trace(document: Document) -> tuple[Traced, ...]:
    """Return every number that a report prints, in the order of the page."""
    found = [one for sentence in document.sentences for one in _of_sentence(document, sentence.id)]
    for section in document.sections:
        for exhibit in section.exhibits:
            source = _source(exhibit, section.id in _MODELLED, document)
            for lang in LANGS:
                found += _of_table(exhibit, lang, source)
                found += _of_tiles(exhibit, lang, source)
                found += _of_words(document, exhibit, lang, source)
    return tuple(found)


def trace_record(document: Document) -> dict[str, Any]:
    """Return the trace as plain data: fields, rows, and the sources that the rows count."""
    found = trace(document)
    sources = list(dict.fromkeys(one.source for one in found))
    at = {source: place for place, source in enumerate(sources)}
    rows = [
        [one.place, one.lang, one.exhibit, one.row, one.column, one.text, one.status, at[one.source]] for one in found
    ]
    return {
        "fields": list(FIELDS),
        "sources": [{"zh": source.zh, "en": source.en} for source in sources],
        "numbers": rows,
    }


def _of_sentence(document: Document, id: str) -> Iterator[Traced]:
    sentence = document.sentence(id)
    assert sentence is not None
    for one in sentence.printed:
        cell = document.cells[one.cell]
        yield Traced("sentence", one.lang, id, None, one.cell, one.text, cell.status, cell.source)
    for lang in LANGS:
        for key in sentence.cells:
            value = document.cells[key].value if key in document.cells else None
            if isinstance(value, Text) and tokens(value.of(lang)):
                cell = document.cells[key]
                yield Traced("sentence", lang, id, None, key, value.of(lang), cell.status, cell.source)
        for token in sentence.constants.get(lang, ()):
            yield Traced("wording", lang, id, None, None, token, None, _SETTING)


def _of_table(exhibit: Exhibit, lang: Lang, source: Text) -> Iterator[Traced]:
    shown = printed_table(exhibit.table, lang)
    for at, row in enumerate(shown.rows):
        for column, text in zip(exhibit.table.columns, row, strict=True):
            if not tokens(text):
                continue
            if column.style == "code":
                yield Traced("code", lang, exhibit.id, at, column.key, text, None, _CODES)
            else:
                told = column.source if column.source.zh else source
                yield Traced("table", lang, exhibit.id, at, column.key, text, exhibit.status_of(column, at), told)


def _of_tiles(exhibit: Exhibit, lang: Lang, source: Text) -> Iterator[Traced]:
    if exhibit.kind != "tiles":
        return
    values = dict(zip(exhibit.table.column("code"), exhibit.table.column("value"), strict=True))
    for code, text in tile_texts(values, lang).items():
        yield Traced("tile", lang, exhibit.id, code, "value", text, exhibit.status, source)
    if exhibit.options[lang]["ranked"]:
        for rank in range(1, len(values) + 1):
            yield Traced("tile", lang, exhibit.id, None, "value", str(rank), exhibit.status, source)


def _of_words(document: Document, exhibit: Exhibit, lang: Lang, source: Text) -> Iterator[Traced]:
    """Lead the numbers of title and notes to the cells that print them."""
    places: Sequence[tuple[Place, Text]] = (("title", exhibit.title), *(("note", note) for note in exhibit.notes))
    if not any(tokens(text.of(lang)) for _, text in places):
        return
    cells = _strings(exhibit, lang)
    headline = _headline_strings(document, lang)
    counts = [
        (key, tokens(num(cell.value, cell.style, lang))[0])
        for key, cell in document.cells.items()
        if cell.style in ("integer", "exact_pct", "exact") and not isinstance(cell.value, Text)
    ]
    for place, text in places:
        for token in tokens(text.of(lang)):
            # A short number stands in many cells by chance; it leads only to a count or a setting of its own.
            counted = [key for key, shown in counts if shown == token]
            if short(token):
                count = document.cells[counted[0]] if len(counted) == 1 else None
                if count is None:
                    yield Traced(place, lang, exhibit.id, None, None, token, None, _SETTING)
                else:
                    yield Traced(place, lang, exhibit.id, None, count.key, token, count.status, count.source)
            elif token in cells:
                row, key = cells[token]
                column = next(column for column in exhibit.table.columns if column.key == key)
                told = column.source if column.source.zh else source
                yield Traced(place, lang, exhibit.id, row, key, token, exhibit.status_of(column, row), told)
            elif token in headline:
                key = headline[token]
                cell = document.cells[key]
                yield Traced(place, lang, exhibit.id, None, key, token, cell.status, cell.source)
            else:
                yield Traced(place, lang, exhibit.id, None, None, token, None, _SETTING)


def _strings(exhibit: Exhibit, lang: Lang) -> dict[str, tuple[int, str]]:
    """Return the strings under which the cells of a table can stand in words, each with row and column."""
    found: dict[str, tuple[int, str]] = {}
    # The sums below stand in titles more often than the members above.
    for at, row in reversed(list(enumerate(exhibit.table.rows))):
        for column, value in zip(exhibit.table.columns, row, strict=True):
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                for text in _written(value, column.style, lang):
                    found.setdefault(text, (at, column.key))
    return found


def _headline_strings(document: Document, lang: Lang) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, cell in document.cells.items():
        if isinstance(cell.value, (int, float)):
            for text in _written(cell.value, cell.style, lang):
                found.setdefault(text, key)
    return found


def _written(value: float, style: str, lang: Lang) -> list[str]:
    """Return a value as prose writes it: with its own digits, with three, as a whole number, in the next unit."""
    texts = [num(abs(value), style, lang), num(abs(value), style, lang, digits=3)]
    whole = f"{abs(value):.0f}" if lang == "zh" else f"{abs(value):,.0f}"
    if style in ("yuan", "integer", "people", "money"):
        # 亿元 and 亿美元 are ten to the 8: a tenth of them is a billion.
        texts += [whole, f"{abs(value) / 10:,.0f}"]
    if style == "money":
        texts += [f"{abs(value):.4g}", f"{abs(value) / 10_000:.4g}", f"{abs(value) / 10:.4g}"]
    return list(dict.fromkeys(token for text in texts for token in tokens(text)[:1]))


def _source(exhibit: Exhibit, modelled: bool, document: Document) -> Text:
    if exhibit.provenance:
        told = [origin.text for origin in exhibit.provenance]
        return Text("；".join(one.zh for one in told), "; ".join(one.en for one in told))
    return MODEL if modelled else _of_stamp(document.stamp)


def _of_stamp(stamp: Mapping[str, Text]) -> Text:
    """Name the data set by its hash: what the data say of themselves has no other source."""
    held = stamp["key_data"].zh[:12] if "key_data" in stamp else ""
    return Text(f"数据集 {held}", f"data set {held}")
