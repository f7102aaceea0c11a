"""Text tables: UTF-8 (with a mark or without) or GB18030; comma, tab or semicolon."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

from ronghe.base.text import same
from ronghe.data.intake.findings import Findings
from ronghe.data.intake.folding import simplified
from ronghe.data.intake.sheet import Sheet

_MARKS = ",\t;"


def read_text(path: Path, found: Findings) -> list[Sheet]:
    """Return the one sheet of a text file; cells are text as written."""
    data = path.read_bytes()
    text = _decoded(path.name, data, found)
    if text is None:
        return []
    mark = _mark(text, path.suffix.lower())
    rows: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    before = 0
    try:
        for row in reader:
            rows.append(row)
            lines.append(before + 1)
            before = reader.line_num
    except csv.Error as error:
        found.add("E101_broken", f"{path.name}!line {reader.line_num}", why=error)
        return []
    _surplus(path.name, rows, lines, found)
    if not any(cell.strip() for row in rows for cell in row):
        found.add("E105_nothing", path.name)
        return []
    return [Sheet(path.name, "", rows, lines=lines)]


def _surplus(name: str, rows: list[list[str]], lines: list[int], found: Findings) -> None:
    """Tell lines that hold more fields than nearly all others: what stands there would be lost."""
    lengths = Counter(len(row) for row in rows if len(row) > 1)
    if not lengths:
        return
    usual, count = lengths.most_common(1)[0]
    longer = [at for at, row in enumerate(rows) if len(row) > usual and any(cell.strip() for cell in row[usual:])]
    if count > 1 and longer and 4 * len(longer) <= count:
        for at in longer:
            found.add("E221_surplus", f"{name}!line {lines[at]}", count=len(rows[at]), usual=usual)


def _decoded(name: str, data: bytes, found: Findings) -> str | None:
    """Decode strictly, in a fixed order; an encoding other than UTF-8 is told."""
    for start, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(start):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                break
            found.add("N001_encoding", name, encoding=same("UTF-16"))
            return text
    first = 0
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            first = first or error.start
            continue
        if encoding != "utf-8-sig":
            if _is_big5(data, text):
                found.add("E104_big5", name)
                return None
            found.add("N001_encoding", name, encoding=same("GB18030"))
        return text
    line = data.count(b"\n", 0, first) + 1
    found.add("E104_bytes", f"{name}!line {line}", line=line)
    return None


COMMON = ("地区", "年", "省", "市", "指标", "数值", "单位", "人口", "总值", "来源", "合计")


def _is_big5(data: bytes, text: str) -> bool:
    """Whether bytes that GB18030 decodes to no common word are words of Big5."""
    if any(word in text for word in COMMON):
        return False
    try:
        other = simplified(data.decode("big5"))
    except UnicodeDecodeError:
        return False
    return any(word in other for word in COMMON)


def _mark(text: str, suffix: str) -> str:
    """Return the separator: the one that splits most of the first lines, and splits them alike."""
    if suffix == ".tsv":
        return "\t"
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    counts = {mark: [line.count(mark) for line in lines] for mark in _MARKS}
    return max(_MARKS, key=lambda mark: (sum(count > 0 for count in counts[mark]), sum(counts[mark])))
