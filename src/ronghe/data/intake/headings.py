"""Headings: which column of a schema a heading means, and the unit that stands in it."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ronghe.base.errors import UnitFault
from ronghe.base.units import parse
from ronghe.data.intake.folding import folded, simplified, unmarked
from ronghe.data.schema import Field, Schema

_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_TWO = re.compile(r"([^A-Za-z]*[一-鿿][^A-Za-z]*?)[\s/]+[A-Za-z][^一-鿿]*")
"""A heading in Chinese with the same in English behind it."""
_UNIT_LINE = re.compile(
    r"(?:(?:计量|计价|货币|金额)?单位(?:\s*/?\s*units?)?|units?)\s*:?\s*(?P<unit>\S.*)", re.IGNORECASE
)

CODES = frozenset({"行政区划代码", "地区代码", "区划代码", "代码", "adcode", "regioncode", "code", "区域代码"})


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as read.

    Attributes
    ----------
    text : str
        As it stands, its rows joined by ``/``.
    name : str
        Folded, without the unit.
    unit : str
        As written; empty where there is none.
    """

    text: str
    name: str
    unit: str = ""

    @property
    def coded(self) -> bool:
        """Whether the column holds codes of regions."""
        return self.name in CODES


def heading(text: str) -> Heading:
    """Return a heading with its unit apart.

    Examples
    --------
    >>> heading("地区生产总值（亿元）").unit, heading("人口(年末)").unit
    ('亿元', '')
    >>> heading("地区生产总值 GDP (亿元)").name
    '地区生产总值'
    """
    whole = _spaced(unmarked(text))
    unit = ""
    for inside in _BRACKETS.findall(whole):
        told = unit_line(inside) or inside
        if is_unit(told):
            unit = told
            whole = whole.replace(f"({inside})", " ").replace(f"[{inside}]", " ")
    two = _TWO.fullmatch(whole.strip())
    return Heading(text, folded(two[1] if two and len(folded(two[1])) > 1 else whole), unit)


def _spaced(text: str) -> str:
    """Return a text in plain widths and simplified forms, single spaces left in."""
    return simplified(" ".join(unicodedata.normalize("NFKC", text).split()))


def unit_line(text: str) -> str:
    """Return what a line ``单位：亿元`` says, empty where it is none."""
    found = _UNIT_LINE.fullmatch(_spaced(text).strip("()[]"))
    return found["unit"].strip("()[] ") if found else ""


@cache
def is_unit(text: str) -> bool:
    """Whether a text is a unit of the grammar."""
    try:
        parse(text)
    except UnitFault:
        return False
    return bool(text.strip())


@cache
def _aliases() -> dict[str, set[str]]:
    """Return the columns that a folded alias may mean."""
    text = files("ronghe.data").joinpath("headings.csv").read_text(encoding="utf-8")
    found: dict[str, set[str]] = defaultdict(set)
    for row in csv.DictReader(text.splitlines()):
        for alias in row["alias"].split(";"):
            found[folded(alias)].add(row["column"])
    return found


def field_of(head: Heading, schema: Schema) -> Field | None:
    """Return the column of a schema that a heading means: by its names first, then by the common aliases."""
    for field in schema.fields:
        if head.name in (folded(field.name), folded(field.title.zh), folded(field.title.en)):
            return field
    if head.coded and len(schema.ends) == 1:
        return schema.ends[0]
    named = _aliases().get(head.name, set())
    found = [field for field in schema.fields if field.name in named]
    if not found and "region" in named and len(schema.ends) == 1:
        return schema.ends[0]
    if not found and "value" in named:
        found = [field for field in schema.fields if field.numeric and not field.key and field.required]
    return found[0] if len(found) == 1 else None


def fields_of(heads: Sequence[Heading], schema: Schema) -> dict[int, Field]:
    """Return the columns that are known, by place; of two headings that mean one column both stand."""
    found = ((at, field_of(head, schema)) for at, head in enumerate(heads))
    return {at: field for at, field in found if field is not None}
