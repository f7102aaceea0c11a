"""What the values of a key mean: a row may be asked for by any name of its region, area, sector or indicator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ronghe.base.errors import UnknownName
from ronghe.base.region import normalised
from ronghe.data.schema import Field, Schema

if TYPE_CHECKING:
    from ronghe.data.dataset import Dataset


def picked(data: Dataset, of: Schema, key: Mapping[str, str | int]) -> dict[str, tuple[str | int, ...]]:
    """Return, for each column of a key, the value as written and the code that it names."""
    fields = {field.name: field for field in of.fields}
    return {
        column: (value, *_codes(data, fields[column], value)) if column in fields else (value,)
        for column, value in key.items()
    }


def _codes(data: Dataset, field: Field, value: str | int) -> tuple[str, ...]:
    """Return the code that a name stands for; none where it stands for none."""
    if not isinstance(value, str):
        return ()
    try:
        if field.type == "region":
            return (data.region(value).code,)
        if field.type == "area" or field.refers_to == "areas":
            return (data.area(value).code,)
    except UnknownName:
        return ()
    wanted = normalised(value)
    if field.type == "sector":
        return tuple(one.code for one in data.sectors if wanted in map(normalised, (one.name.zh, one.name.en)))
    if field.refers_to == "indicators":
        titles = data.figures.titles
        return tuple(key for key, one in titles.items() if wanted in map(normalised, (one.zh, one.en)))
    return ()
