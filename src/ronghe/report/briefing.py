"""领导参阅件: one page in the form of an official document, made of the report's own sentences.

One page is a law: what does not fit moves, in the fixed order H3, H7, H12, H11, H6, to the report with
详见附件1. The measure is the type area of GB/T 9704-2012 (recalled): 22 lines of 28 characters.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass

from ronghe.base.i18n import catalogue
from ronghe.base.text import Lang, Text
from ronghe.report.document import Document
from ronghe.report.sentences import DEMONSTRATION, tell


@dataclass(frozen=True, slots=True)
class Setting:
    """How a page is set: lines a page and full-width characters a line."""

    name: str
    lines: int
    characters: float


SETTINGS: dict[Lang, tuple[Setting, ...]] = {
    "zh": (Setting("standard", 22, 28), Setting("tight", 28, 31)),
    "en": (Setting("standard", 26, 43), Setting("tight", 33, 47)),
}
"""The standard page first; the tight one only where every sentence that may move has moved."""

_PARTS = (
    ("briefing_1", ("H1", "H2", "H3")),
    ("briefing_2", ("H5", "H6", "H7", "H8", "H8+notes")),
    ("briefing_3", ("H9", "H10")),
    ("briefing_4", ("H4", "H11", "H12")),
)
_MOVES = ("H3", "H7", "H12", "H11", "H6")


@dataclass(frozen=True, slots=True)
class Briefing:
    """The finished page in one language: paragraphs in order, and which sentences moved to the report."""

    title: str
    to: str
    paragraphs: tuple[str, ...]
    attachments: str
    footer: str
    moved: tuple[str, ...]
    lines: int
    setting: Setting


def briefing(document: Document, lang: Lang) -> Briefing:
    """Set the briefing on one page, moving sentences out in the fixed order until it fits."""
    for setting in SETTINGS[lang]:
        for count in range(len(_MOVES) + 1):
            page = _page(document, lang, _MOVES[:count], setting)
            if page.lines <= setting.lines:
                return page
    return page


def _page(document: Document, lang: Lang, moved: tuple[str, ...], setting: Setting) -> Briefing:
    words = catalogue("report")
    paragraphs = []
    for head, ids in _PARTS:
        kept = [document.sentence(id) for id in ids if id not in moved]
        told = [sentence.text.of(lang) for sentence in kept if sentence]
        if any(id in moved and document.sentence(id) for id in ids):
            told.append(words["briefing_attached"].of(lang))
        if told:
            paragraphs.append(words[head].of(lang) + (" " if lang == "en" else "").join(told))
    paragraphs.append(words["briefing_5"].of(lang) + suggestion(document).of(lang))
    front = DEMONSTRATION.of(lang) if document.demonstration else ""
    title = front + words["briefing_title"].format(area=document.area).of(lang)
    attachments = words["briefing_attachments"].format(n=len(document.letters)).of(lang)
    footer = _footer(document, lang)
    lines = sum(_lines(text, setting) for text in (*paragraphs, attachments, footer)) + _title_lines(title, setting) + 3
    return Briefing(title, words["briefing_to"].of(lang), tuple(paragraphs), attachments, footer, moved, lines, setting)


def suggestion(document: Document) -> Text:
    """Return what is to be done: nothing is invented, so without levers it is the missing tables."""
    if "missing_facts" in document.cells:
        return tell("S", "briefing_first_facts", document.cells, topic="report").text
    if "unlock_tables" not in document.cells:
        return Text("无。", "None.")
    return tell("S", "briefing_first_get", document.cells, topic="report").text


def _footer(document: Document, lang: Lang) -> str:
    law = document.sentence("H14")
    parts = [law.text.of(lang)] if law else []
    if document.status == "estimated":
        parts.append(catalogue("report")["estimated_footer"].of(lang))
    return (" " if lang == "en" else "").join(parts)


def _width(text: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(letter) in "WFA" else 0.55 for letter in text)


def _lines(text: str, setting: Setting) -> int:
    # Two characters of indent, and about one lost a line where punctuation may not begin the next.
    return math.ceil((_width(text) + 2) / (setting.characters - 0.8))


def _title_lines(title: str, setting: Setting) -> int:
    return math.ceil(_width(title) * 1.4 / setting.characters)
