"""Texts as they are compared: widths, spaces, footnote marks and traditional forms taken out, nothing else."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

_MARKS = re.compile(r"^\s*[#＃]\s*|[①-⑳⑴-⒇*†‡]+|\(\d\)$")


@cache
def _traditional() -> dict[int, str]:
    text = files("ronghe.data").joinpath("facts", "traditional.csv").read_text(encoding="utf-8")
    return {ord(row["traditional"]): row["simplified"] for row in csv.DictReader(text.splitlines())}


def unmarked(text: str) -> str:
    """Return a text without its footnote marks, which in plain widths would become digits.

    Examples
    --------
    >>> unmarked("人数①（人）")
    '人数（人）'
    """
    return _MARKS.sub("", text.strip())


def plain(text: str) -> str:
    """Return a text in plain widths, without spaces and footnote marks.

    Examples
    --------
    >>> plain("北　京①")
    '北京'
    """
    return "".join(unicodedata.normalize("NFKC", unmarked(text)).split())


def simplified(text: str) -> str:
    """Return a text in simplified forms.

    Examples
    --------
    >>> simplified("單位：億元")
    '单位：亿元'
    """
    return text.translate(_traditional())


@lru_cache(maxsize=1 << 16)
def folded(text: str) -> str:
    """Return a text as names are compared: plain, simplified, lower case.

    Examples
    --------
    >>> folded("廣 東 省*"), folded("Shang hai")
    ('广东省', 'shanghai')
    """
    return simplified(plain(text)).casefold()
