"""Sentences are templates over cells: this file fills them and remembers every number it printed.

``{x}`` prints a cell, ``{x±}`` its direction (增加 / 减少, or a signed number in English), ``{x~}`` its value
with its spread under that spread's own word. A sentence ends with the status word of the weakest
cell in it, except where it states no figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ronghe.base.cell import Cell
from ronghe.base.i18n import catalogue
from ronghe.base.status import WORDS, Status, weakest
from ronghe.base.text import LANGS, Lang, Text
from ronghe.report.numbers import num, signed, with_spread

_SLOT = re.compile(r"\{(\w+)([±~]?)\}")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")

DEMONSTRATION = Text("〔演示数据〕", "[Demonstration] ")
"""In front of every sentence and title that rests on the demonstration."""


@dataclass(frozen=True, slots=True)
class Printed:
    """One number as it was printed: where, from which cell, as which string."""

    place: str
    lang: Lang
    cell: str
    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One finished sentence of the first screen.

    Attributes
    ----------
    id : str
        ``H1`` … ``H14``.
    text : Text
        The sentence in both languages, with its status word.
    status : Status or None
        The weakest status among its figures; ``None`` where it states none.
    cells : tuple of str
        The cells it prints.
    printed : tuple of Printed
        Every number in it.
    constants : mapping of language to digits
        Digit sequences of the wording itself, such as a year: no cell prints them.
    """

    id: str
    text: Text
    status: Status | None
    cells: tuple[str, ...]
    printed: tuple[Printed, ...] = field(default=(), repr=False)
    constants: Mapping[Lang, tuple[str, ...]] = field(default_factory=dict, repr=False)


def tell(
    id: str,
    variant: str,
    cells: Mapping[str, Cell],
    *,
    demonstration: bool = False,
    topic: str = "headline",
    rests_on: Status | None = None,
) -> Sentence:
    """Fill one catalogue entry with cells.

    Parameters
    ----------
    id : str
        Stable id of the sentence.
    variant : str
        Key of the entry in the catalogue.
    cells : mapping of str to Cell
        All cells of the run; the entry picks its own.
    demonstration : bool
        Put 〔演示数据〕 in front.
    rests_on : Status, optional
        Status of what the sentence rests on beyond the figures it prints.

    Raises
    ------
    KeyError
        If the entry names a cell that does not exist: a fault of the program, not of the user.
    """
    entry = catalogue(topic)[variant]
    used = tuple(dict.fromkeys(name for name, _ in _SLOT.findall(entry.zh)))
    figures = [cells[name] for name in used if not isinstance(cells[name].value, Text)]
    statuses = {cell.status for cell in figures} | ({rests_on} if rests_on else set())
    status = weakest(statuses) if statuses else None
    printed: list[Printed] = []
    wording = {lang: _filled(entry.of(lang), lang, id, cells, printed) for lang in LANGS}
    words = _status_words(statuses)
    for lang in LANGS:
        word = "" if demonstration else words.of(lang)
        front = DEMONSTRATION.of(lang) if demonstration else ""
        wording[lang] = front + capital(wording[lang]) + word
    constants = {lang: tuple(_DIGITS.findall(_SLOT.sub("", entry.of(lang)))) for lang in LANGS}
    return Sentence(id, Text(wording["zh"], wording["en"]), status, used, tuple(printed), constants)


def capital(wording: str) -> str:
    """Begin a sentence with a capital letter; Chinese stays as it is."""
    return wording[:1].upper() + wording[1:]


def _status_words(statuses: set[Status]) -> Text:
    """Return the words that end a sentence: the weakest, and estimated whenever something in it is."""
    if not statuses:
        return Text("", "")
    worst = weakest(statuses)
    told = [WORDS["estimated"]] if "estimated" in statuses and worst not in ("estimated", "demonstration") else []
    told.append(WORDS[worst])
    return Text(f"〔{'、'.join(w.zh for w in told)}〕", f" [{', '.join(w.en for w in told)}]")


def _filled(template: str, lang: Lang, place: str, cells: Mapping[str, Cell], printed: list[Printed]) -> str:
    def fill(match: re.Match[str]) -> str:
        name, mark = match.groups()
        cell = cells[name]
        text = printed_cell(cell, lang, mark)
        if not isinstance(cell.value, Text):
            printed.append(Printed(place, lang, name, text))
        return text

    return _SLOT.sub(fill, template)


def printed_cell(cell: Cell, lang: Lang, mark: str = "") -> str:
    """Print one cell: plain, with its direction (``±``), or with its spread (``~``)."""
    if isinstance(cell.value, Text):
        return cell.value.of(lang)
    if mark == "±":
        return signed(cell.value, cell.style, lang)
    if mark == "~":
        return with_spread(cell.value, cell.spread, cell.style, lang)
    return num(cell.value, cell.style, lang)


def names(regions: Iterable[Text]) -> Text:
    """Join names of regions as each language does: 沪、苏 / Shanghai and Jiangsu."""
    listed = list(regions)
    if not listed:
        return Text("", "")
    english = [name.en for name in listed]
    tail = english[-1] if len(english) == 1 else f"{', '.join(english[:-1])} and {english[-1]}"
    return Text("、".join(name.zh for name in listed), tail)
