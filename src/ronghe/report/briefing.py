"""领导参阅件: one page in the form of an official document, made of the report's own sentences.

One page is a law: what does not fit moves, in the fixed order H3, H7, H12, to the report with
详见附件1. The measure is the type area of GB/T 9704-2012 (recalled): 22 lines of 28 characters.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from ronghe.base.i18n import catalogue
from ronghe.base.text import Lang, Text
from ronghe.report.document import Document
from ronghe.report.sentences import tell

LINES = 22
CHARACTERS = 28
# English is set smaller on the reading copy: about this many narrow characters a line, and more lines.
LINES_EN = 34
NARROW_EN = 92

_PARTS = (
    ("briefing_1", ("H1", "H2", "H3")),
    ("briefing_2", ("H5", "H6", "H7", "H8")),
    ("briefing_3", ("H9", "H10")),
    ("briefing_4", ("H4", "H11", "H12")),
)
_MOVES = ("H3", "H7", "H12")


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


def briefing(document: Document, lang: Lang) -> Briefing:
    """Set the briefing on one page, moving sentences out in the fixed order until it fits."""
    for count in range(len(_MOVES) + 1):
        page = _page(document, lang, _MOVES[:count])
        if page.lines <= (LINES if lang == "zh" else LINES_EN):
            return page
    return page


def _page(document: Document, lang: Lang, moved: tuple[str, ...]) -> Briefing:
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
    title = words["briefing_title"].format(area=document.area).of(lang)
    attachments = words["briefing_attachments"].format(n=len(document.letters)).of(lang)
    footer = _footer(document, lang)
    lines = sum(_lines(text, lang) for text in (title, *paragraphs, attachments, footer)) + 3
    return Briefing(title, words["briefing_to"].of(lang), tuple(paragraphs), attachments, footer, moved, lines)


def suggestion(document: Document) -> Text:
    """Return what is to be done: nothing is invented, so without levers it is the missing tables."""
    if "unlock_tables" not in document.cells:
        return Text("无。", "None.")
    return tell("S", "briefing_first_get", document.cells, topic="report").text


def _footer(document: Document, lang: Lang) -> str:
    law = document.sentence("H14")
    parts = [law.text.of(lang)] if law else []
    if document.status == "estimated":
        parts.append(catalogue("report")["estimated_footer"].of(lang))
    return (" " if lang == "en" else "").join(parts)


def _lines(text: str, lang: Lang) -> int:
    width = sum(1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.5 for letter in text)
    room = CHARACTERS if lang == "zh" else NARROW_EN / 2
    return max(1, -(-int(2 * width + 4) // int(2 * room)))
