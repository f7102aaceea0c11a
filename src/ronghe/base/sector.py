"""Sectors: the nine of the statistics bureau's accounts, and any other list."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ronghe.base.text import Text


@dataclass(frozen=True, slots=True)
class Sector:
    """One sector.

    Attributes
    ----------
    code : str
        ASCII code, e.g. ``"industry"``.
    name : Text
        Chinese and English name.
    local : bool
        True where output is used almost wholly at home (construction, real estate).
    industry : str
        ``primary``, ``secondary`` or ``tertiary`` of the three industries (三次产业).
    """

    code: str
    name: Text
    local: bool = False
    industry: str = ""


@cache
def nine_sectors() -> tuple[Sector, ...]:
    """Return the nine sectors in which provincial value added is published."""
    table = files("ronghe.base").joinpath("sectors.csv").read_text(encoding="utf-8")
    return tuple(
        Sector(row["code"], Text(row["zh"], row["en"]), row["local"] == "yes", row["industry"])
        for row in csv.DictReader(table.splitlines())
    )
