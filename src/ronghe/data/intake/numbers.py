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
        What was taken out to read it: ``width``, ``spaces``, ``grouping``, several joined by ``+``.
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
    """
    wide = unicodedata.normalize("NFKC", text).replace("−", "-").replace("‰", "‰")
    key = "".join(wide.split())
    if text.strip() in MISSING or key.casefold() in MISSING:
        return Number(None, missing=MISSING.get(text.strip(), MISSING.get(key.casefold(), "")))
    found = _NUMBER.fullmatch(key)
    if found is None or not (found["whole"] or len(found["fraction"] or "") > 1):
        return Number(None, problem="text")
    whole = found["whole"] or "0"
    if "," in whole and not _GROUPED.fullmatch(whole):
        return Number(None, problem="grouping")
    suffix = found["suffix"] or ""
    if suffix and suffix[0] in "-+/:":
        return Number(None, problem="text")
    digits = f"{found['sign']}{whole.replace(',', '')}{found['fraction'] or ''}{found['power'] or ''}"
    changed = [
        name for name, was in (("width", wide != text), ("spaces", key != wide), ("grouping", "," in whole)) if was
    ]
    return Number(float(digits), suffix, changed="+".join(changed))
