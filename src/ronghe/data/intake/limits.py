"""Sign and limits of what a value is by its row: figures of an indicator, and years of one way of counting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

from ronghe.data.intake.cells import Names, limits
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.joined import Joined
from ronghe.data.intake.observations import Read

SMALL = 1000
"""Below this a year is counted from a beginning of its own."""


def check_limits(read: Read, names: Names, found: Findings) -> None:
    """Tell figures that their indicator cannot have; such a figure is no value."""
    values, wanted = read.columns["value"], read.schema.field("value")
    for row, (indicator, value) in enumerate(zip(read.columns["indicator"], values, strict=True)):
        least, most = names.limits.get(indicator, (None, None))
        if value is None or not ((least is not None and value < least) or (most is not None and value > most)):
            continue
        unit = names.indicators.get(indicator, ("", False))[0]
        told = limits(replace(wanted, least=least, most=most, unit=unit))
        case = "E224_negative" if least == 0 and value < 0 else "E225_limits"
        cell = read.cell(row, "value")
        found.add(case, read.place(row, "value"), read=quoted(value if cell is None else cell), wanted=told)
        values[row] = None


def check_years(tables: Mapping[str, Joined], names: Names, found: Findings) -> None:
    """Tell years of fewer than four digits, but in a set in regions of its own that counts all its years so."""
    columns = [
        (read, one.name)
        for read in chain.from_iterable(table.parts for table in tables.values())
        for one in read.schema.fields
        if one.type in ("year", "period")
    ]
    every = {year for read, column in columns for year in set(read.columns[column]) if year is not None}
    small = {year for year in every if f"{year}".isdigit() and int(year) < SMALL}
    if not small or (names.own and small == every):
        return
    told: set[str] = set()
    for read, column in columns:
        for row, year in enumerate(read.columns[column]):
            place = read.place(row, column) if year in small else ""
            if place and place not in told:
                told.add(place)
                found.add("E404_year", place, read=quoted(f"{year}"))
