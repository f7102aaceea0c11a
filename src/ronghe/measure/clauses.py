"""A policy text in clauses: articles (条), paragraphs (款), items (项) and what stands below them.

A line is a paragraph. Marks open clauses: 第三条, 一、, (一), 1., (1) in Chinese; Article 3, Section 3, 3., 3.2, (a),
(ii) in English. Items that follow one another inside a line are split as well. A mention is no mark: 依照第三条的规定
splits nothing. A text without any mark is split by sentences, and says so.

References
----------
.. [1] 《中华人民共和国立法法》: laws are divided into 编、章、节、条、款、项、目 (structure only; no text is quoted).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ronghe.base.text import Text
from ronghe.measure.clause_force import Force, force_of
from ronghe.measure.clause_values import Value, digits, unified, values_of

Level = Literal["preamble", "article", "section", "part", "paragraph", "item", "point", "sub", "sentence"]


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a text.

    Attributes
    ----------
    path : tuple of (level, number)
        From the article down, e.g. ``(("article", "3"), ("item", "2"))``.
    text : str
        As read, without its mark.
    wording : str
        Unified, in lower case, numbers blanked out.
    values : tuple of Value
        Its numbers, in order.
    force : tuple of (class, word)
        Its words of force, in order.
    """

    path: tuple[tuple[Level, str], ...]
    text: str
    wording: str
    values: tuple[Value, ...]
    force: tuple[tuple[Force, str], ...]

    @property
    def label(self) -> Text:
        """Where it stands: 第3条第（2）项 / Article 3, item 2."""
        named = [_named(level, number) for level, number in self.path]
        english = ", ".join(one.en for one in named)
        return Text("".join(one.zh for one in named), english[:1].upper() + english[1:])


@dataclass(frozen=True, slots=True)
class Clauses:
    """A text split into clauses.

    Attributes
    ----------
    clauses : tuple of Clause
    marked : bool
        Whether clause marks were found; else the text was split by sentences.
    headings : tuple of str
        Titles of chapters and sections, which are no clauses.
    notes : tuple of Text
    """

    clauses: tuple[Clause, ...]
    marked: bool
    headings: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()

    def __len__(self) -> int:
        return len(self.clauses)


_NAMES: dict[Level, Text] = {
    "preamble": Text("前言第{number}段", "preamble, paragraph {number}"),
    "article": Text("第{number}条", "Article {number}"),
    "section": Text("第{number}节", "Section {number}"),
    "part": Text("第{number}部分", "part {number}"),
    "paragraph": Text("第{number}款", "paragraph {number}"),
    "item": Text("第（{number}）项", "item {number}"),
    "point": Text("第{number}点", "point {number}"),
    "sub": Text("（{number}）", "sub-item {number}"),
    "sentence": Text("第{number}句", "sentence {number}"),
}
_DEPTH: dict[Level, int] = {
    "preamble": 0,
    "article": 1,
    "section": 1,
    "part": 2,
    "paragraph": 3,
    "item": 4,
    "point": 5,
    "sub": 6,
    "sentence": 7,
}
_ZH = "零〇一二两三四五六七八九十百千"
_HAN = "\u4e00-\u9fff"
_HEADING = re.compile(rf"(?:第[{_ZH}\d]+[编章节](?:\s|$)|(?:chapter|part|title)\s+(?:\d+|[ivxlc]+)\b(?!.*[.;]$))", re.I)
# A sentence may begin with a mention: 第三条规定的期限; "Article 3 applies".
_MENTION = r"(?!\s*(?:规定|第|、|和|至|到|所|的|或|及|中|(?:applies|shall|of|and|or|to|is)\b))"
_MARKS: tuple[tuple[Level, re.Pattern[str]], ...] = (
    ("article", re.compile(rf"第([{_ZH}\d]+)条(?:之([{_ZH}\d]+))?(?:[\s:、.]+|(?=[【\[(])|$|{_MENTION})")),
    ("article", re.compile(rf"(?:article|art\.|clause|§)\s*(\d+(?:\.\d+)*[a-z]?)\b(?:[\s.:)-]+|$){_MENTION}", re.I)),
    ("section", re.compile(rf"(?:section|sec\.)\s*(\d+(?:\.\d+)*[a-z]?)\b(?:[\s.:)-]+|$){_MENTION}", re.I)),
    ("part", re.compile(rf"([{_ZH}]+)、\s*")),
    ("item", re.compile(rf"\(([{_ZH}]+)\)\s*")),
    (
        "point",
        re.compile(rf"(\d{{1,3}}(?:\.\d{{1,3}})+)\.?(?:\s+(?=[A-Z\"{_HAN}])|(?=[{_HAN}])(?![万亿元%个年月日倍家人]))"),
    ),
    ("point", re.compile(r"(\d{1,3})(?:[.、]\s*(?![\d\s])|[.)]\s+)")),
    ("sub", re.compile(r"\((\d{1,3})\)\s*")),
    ("sub", re.compile(r"\(([ivx]{1,5})\)\s*")),
    ("item", re.compile(r"\(([a-z])\)\s*", re.I)),
)
_INLINE = re.compile(
    rf"(?<=[:;。,])\s*(?=\((?:[{_ZH}]+|\d{{1,2}}|[a-z]|[ivx]{{1,5}})\))"
    r"|(?:(?<=and)|(?<=or))\s+(?=\([a-z]\))"
)
_RUNNING = re.compile(
    rf"(?<=[。;])[ \t\u3000]*(?=第[{_ZH}\d]+条(?:之[{_ZH}\d]+)?[ \t\u3000]+)"
    r"|(?<=\.)[ \t]+(?=Article \d+[. ]\s*[A-Z])"
)
_STOPS = "。.;:!?,、"
_ABBREVIATIONS = "".join(
    rf"(?<!\b{short}\.)" for short in (*["No", "Art", "Sec", "Inc", "Ltd", "cf"], r"e\.g", r"i\.e", "[A-Z]")
)
_SENTENCES = re.compile(rf"(?<=[。!?;])(?![\"”’])\s*|{_ABBREVIATIONS}(?<=[.])\s+(?=[\"“(A-Z\d])|\n\s*\n")
_ENCLOSED = {ord("①") + at: f"({at + 1})" for at in range(20)}
_ENCLOSED |= {ord("㈠") + at: f"({one})" for at, one in enumerate("一二三四五六七八九十")}
BY_SENTENCES = Text(
    "文本没有条、款、项等标记，已按句拆分。", "The text has no clause marks; it was split by sentences."
)


def _named(level: Level, number: str) -> Text:
    found = _NAMES[level].format(number=number)
    article, inserted, later = number.partition("-")
    return Text(f"第{article}条之{later}", found.en) if inserted and level == "article" else found


def split_clauses(text: str) -> Clauses:
    """Return the clauses of a text, Chinese or English.

    Parameters
    ----------
    text : str
        Plain text; lines that a page width cut are joined.

    Examples
    --------
    >>> found = split_clauses("第一条 各方互认检测结果。\\n第二条 有下列情形的，不予收费：（一）迁入；（二）迁出。")
    >>> [clause.label.en for clause in found.clauses]
    ['Article 1', 'Article 2', 'Article 2, item 1', 'Article 2, item 2']
    """
    headings: list[str] = []
    pieces = list(_pieces(text, headings))
    marked = any(level not in ("preamble", "paragraph") for path, _text in pieces for level, _number in path)
    if not marked:
        sentences = [one.strip() for one in _SENTENCES.split(_flat(text)) if _says(one)]
        clauses = [_clause((("sentence", str(at)),), one) for at, one in enumerate(sentences, 1)]
        return Clauses(tuple(clauses), False, tuple(headings), (BY_SENTENCES,))
    notes: tuple[Text, ...] = ()
    if headings:
        notes = (
            Text(f"章节标题{len(headings)}行，不参与比对。", f"Titles of chapters, not compared: {len(headings)}."),
        )
    return Clauses(tuple(_clause(path, body) for path, body in _numbered(pieces)), True, tuple(headings), notes)


def _clause(path: tuple[tuple[Level, str], ...], text: str) -> Clause:
    plain = unified(text)
    values, wording = values_of(plain)
    return Clause(path, text, wording.lower(), values, force_of(plain))


def _pieces(text: str, headings: list[str]) -> Iterator[tuple[tuple[tuple[Level, str], ...], str]]:
    """Yield path and text of every clause; paragraphs are numbered inside what they belong to."""
    path: list[tuple[Level, str]] = []
    count = 0
    for line in _lines(text):
        if _HEADING.match(unified(line)):
            headings.append(line)
            path, count = [], 0
            continue
        for piece in _inline(line):
            marks, body = _opened(piece, path)
            for level, number in marks:
                path = [one for one in path if _DEPTH[one[0]] < _DEPTH[level] and one[0] != level]
                path.append((level, number))
                count = 0 if level in ("article", "section", "part") else count
            if not marks:
                count += 1
                path = [one for one in path if _DEPTH[one[0]] < _DEPTH["paragraph"] and one[0] != "preamble"]
                path.append(("paragraph", str(count)) if path else ("preamble", str(count)))
            elif path[-1][0] in ("article", "section", "part") and _says(body):
                count += 1
                path.append(("paragraph", str(count)))
            if _says(body):
                yield tuple(path), body


def _numbered(
    pieces: list[tuple[tuple[tuple[Level, str], ...], str]],
) -> Iterator[tuple[tuple[tuple[Level, str], ...], str]]:
    """Leave out the number of a paragraph that is the only one of its article."""
    paragraphs = [(path[:at], one) for path, _text in pieces for at, one in enumerate(path) if one[0] == "paragraph"]
    several = {above for above, (_level, number) in paragraphs if number != "1"}
    for path, text in pieces:
        kept = [one for at, one in enumerate(path) if one[0] != "paragraph" or path[:at] in several or at == 0]
        yield tuple(kept), text


def _opened(piece: str, path: list[tuple[Level, str]]) -> tuple[list[tuple[Level, str]], str]:
    """Return the marks a piece opens with, and what follows them."""
    marks: list[tuple[Level, str]] = []
    while True:
        plain = _aligned(piece)
        for level, pattern in _MARKS:
            match = pattern.match(plain)
            if match is None or (marks and _DEPTH[level] <= _DEPTH[marks[-1][0]]) or _letter(level, match, path):
                continue
            number = "-".join(part if part.isascii() else digits(part) for part in match.groups() if part)
            marks.append((level, number))
            piece = piece[match.end() :]
            break
        else:
            return marks, piece.strip()


def _letter(level: Level, match: re.Match[str], path: list[tuple[Level, str]]) -> bool:
    """Whether (i), (v) or (x) is the letter after (h), (u) or (w), not a Roman number."""
    found = match.group(1)
    if level != "sub" or found not in ("i", "v", "x"):
        return False
    return ("item", chr(ord(found) - 1)) in path


def _aligned(text: str) -> str:
    """Return a unified text as long as what was read: characters that unfold stay as they are."""
    return "".join(map(_plain, text))


@cache
def _plain(character: str) -> str:
    plain = unified(character)
    return plain if len(plain) == 1 else character


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a text; those cut by a page width are joined."""
    held = ""
    for raw in _RUNNING.sub("\n", _unfolded(text)).split("\n"):
        line = raw.strip()
        cut = held and line and held[-1] not in _stops() and not _HEADING.match(_aligned(held))
        if cut and not _opened(line, [])[0] and not _HEADING.match(_aligned(line)):
            held += (" " if held[-1].isascii() and line[0].isascii() else "") + line
            continue
        if held:
            yield held
        held = line
    if held:
        yield held


def _stops() -> str:
    return _STOPS + "；：！？，"


def _inline(line: str) -> Iterator[str]:
    """Yield a line's own text and the items inside it."""
    at = 0
    for match in _INLINE.finditer(_aligned(line)):
        yield line[at : match.start()].strip()
        at = match.end()
    yield line[at:].strip()


def _unfolded(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_ENCLOSED)


def _flat(text: str) -> str:
    """Return the text with single line ends taken out, for sentences."""
    joined = re.sub(r"(?<=[\x00-\x7f])\n(?=[\x00-\x7f])(?!\n)", " ", _aligned(_unfolded(text)))
    return re.sub(r"(?<!\n)\n(?!\n)", "", joined)


def _says(text: str) -> bool:
    return any(one.isalnum() for one in text)
