"""Numbers as they are written in tables: widths and spaces taken out, grouping checked, suffixes told apart.

``—`` and its kin are missing, and which of them it was is kept; missing is never 0.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Problem = Literal["", "text", "grouping"]

MISSING = {
    "": "blank", "-": "not available", "—": "not available", "–": "not available", "－": "not available",
    "——": "not available", "--": "not available", "..": "not available", "…": "below unit", "...": "below unit",
    "……": "below unit", "n.a.": "not available", "n/a": "not available", "na": "not available", "nan": "not available",
    "/": "not available", "无": "not available", "缺": "not available", "无数据": "not available",
    "null": "not available",
}  # fmt: skip
"""Signs of a missing figure, and what the yearbooks mean by them (recalled)."""

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>\d[\d,]*)?(?P<fraction>\.\d*)?(?P<power>e[+-]?\d+)?(?P<suffix>[^\d.,].*)?", re.IGNORECASE
)
_GROUPED = re.compile(r"\d{1,3}(,\d{3})*")
_MARKS = re.compile(r"[①-⑳⑴-⒇⒈-⒛²³¹⁰⁴-⁹*†‡]+$|\[\d+\]$")
"""Footnote marks behind a figure: in plain widths they would become digits of it."""
_SPACED = re.compile(r"[\d.,]\s+[\d.,]")
_IN_THREES = re.compile(r"[+-]?\d{1,3}(\s\d{3})+(\.\d+)?(?![\d\s.,]*\d).*")


@dataclass(frozen=True, slots=True)
class Number:
    """A text as a number.

    Attributes
    ----------
    value : float or None
        None where it is missing or is none.
    suffix : str
        What stands behind the digits: ``%``, ``亿元``.
    missing : str
        Kind of the missing sign, empty for a number.
    problem : str
        ``text`` where it is no number, ``grouping`` where commas stand at the wrong places.
    changed : str
        What was taken out to read it: ``width``, ``spaces``, ``grouping``, ``marks``, several joined by ``+``.
    """

    value: float | None
    suffix: str = ""
    missing: str = ""
    problem: Problem = ""
    changed: str = ""


def number(text: str) -> Number:
    """Read a text as a number.

    Examples
    --------
    >>> number("１，２３４．５　%")
    Number(value=1234.5, suffix='%', missing='', problem='', changed='width+spaces+grouping')
    >>> number("—").missing, number("1,23").problem
    ('not available', 'grouping')
    >>> number("81752①").value, number("81 752").value, number("81752 79000").problem
    (81752.0, 81752.0, 'grouping')
    """
    bare = _MARKS.sub("", text.rstrip()) if text[:1] not in "*" else text
    bare = bare if bare.strip() else text
    wide = unicodedata.normalize("NFKC", bare).replace("−", "-").replace("‰", "‰")
    key = "".join(wide.split())
    if text.strip() in MISSING or key.casefold() in MISSING:
        return Number(None, missing=MISSING.get(text.strip(), MISSING.get(key.casefold(), "")))
    found = _NUMBER.fullmatch(key)
    if found is None or not (found["whole"] or len(found["fraction"] or "") > 1):
        return Number(None, problem="text")
    whole = found["whole"] or "0"
    if _SPACED.search(wide.strip()) and not _IN_THREES.fullmatch(wide.strip()):
        return Number(None, problem="grouping")
    if "," in whole and not _GROUPED.fullmatch(whole):
        return Number(None, problem="grouping")
    suffix = found["suffix"] or ""
    if suffix and suffix[0] in "-+/:":
        return Number(None, problem="text")
    digits = f"{found['sign']}{whole.replace(',', '')}{found['fraction'] or ''}{found['power'] or ''}"
    done = (
        ("marks", bare.strip() != text.strip()),
        ("width", wide != bare),
        ("spaces", key != wide),
        ("grouping", "," in whole),
    )
    changed = [name for name, was in done if was]
    return Number(float(digits), suffix, changed="+".join(changed))
