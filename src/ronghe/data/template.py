"""The template of a table: an XLSX made from its schema, ready to be filled in.

Row 1 the names in Chinese, row 2 in English, row 3 units, row 4 a greyed example; then a row for every region (or
pair) and year asked for. Drop-downs for regions, sectors, choices and listed words; limits on numbers; a sheet
说明 / Notes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ronghe.base.region import Region
from ronghe.base.sector import nine_sectors
from ronghe.base.spreadsheet import neutral
from ronghe.data.offered import offered
from ronghe.data.schema import Field, Schema

MOST = 12_000
"""Rows filled in beforehand, every pair and sector of the country among them; above it sectors and choices are
left to the drop-downs."""

HEAD, FIRST = 4, 5
_KNOWN = ("region", "year", "sector", "period")
LISTS = "lists"
GREY = Font(color="888888", italic=True)


def write_template(
    path: Path,
    schema: Schema,
    *,
    members: Sequence[Region],
    choices: Sequence[Region],
    years: Sequence[int],
    around: Sequence[Region] | None = None,
    indicators: Mapping[str, str] | None = None,
) -> None:
    """Write the template of one table.

    Parameters
    ----------
    members : sequence of Region
        Regions whose rows are filled in; of pair tables, every ordered pair with a member.
    choices : sequence of Region
        Regions offered by the drop-down.
    years : sequence of int
    around : sequence of Region, optional
        The other ends of the pairs of a pair table; ``choices`` where left out.
    indicators : mapping of indicator to unit, optional
        Of a table with a row an indicator: which are asked for.
    """
    asked = dict(indicators or {})
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = schema.table
    _head(sheet, schema, choices)
    for row in _rows(schema, members, choices if around is None else around, years, asked):
        sheet.append(row)
    _validate(book, sheet, schema, choices)
    _notes(book.create_sheet("说明 Notes"), schema, choices)
    book.move_sheet(LISTS, 1)
    book.save(path)


def _head(sheet: Worksheet, schema: Schema, choices: Sequence[Region]) -> None:
    sheet.append([field.title.zh for field in schema.fields])
    sheet.append([field.title.en for field in schema.fields])
    sheet.append([f"单位 Unit: {field.unit}" if field.unit else "" for field in schema.fields])
    sheet.append([_example(field, choices) for field in schema.fields])
    for column, field in enumerate(schema.fields, start=1):
        fill = PatternFill("solid", fgColor="DDE7F0" if field.required else "F2F2F2")
        for row in (1, 2, 3):
            head = sheet.cell(row, column)
            head.font, head.fill = Font(bold=row == 1), fill
        sheet.cell(HEAD, column).font = GREY
        sheet.column_dimensions[get_column_letter(column)].width = max(12, 2 * len(field.title.zh) + 4)
    sheet.freeze_panes = f"A{FIRST}"


def _example(field: Field, choices: Sequence[Region]) -> str | float:
    """Return the example as it would be typed: names of regions and sectors, numbers as numbers."""
    if field.type == "region":
        return next((one.short_zh for one in choices if one.code == field.example), field.example)
    if field.type == "sector":
        return next((one.name.zh for one in nine_sectors() if one.code == field.example), field.example)
    return float(field.example) if field.numeric and field.example else neutral(field.example)


def _rows(
    schema: Schema,
    members: Sequence[Region],
    others: Sequence[Region],
    years: Sequence[int],
    indicators: Mapping[str, str],
) -> Iterator[list[str | int | None]]:
    """Yield the rows to be filled in: every combination of the key columns that is known beforehand."""
    at = {field.name: place for place, field in enumerate(schema.fields)}
    known = (*_KNOWN, "indicator") if indicators else _KNOWN
    keyed = [f for f in schema.fields if f.key and (f.type in known or f.name in known or f.choices)]
    places = [at[field.name] for field in keyed if field.type == "region"]
    inside = {one.short_zh for one in members}
    if not places or not members:
        return
    # Of pair tables the office chooses the class it holds; a table by region lists every class.
    keyed = [field for field in keyed if len(places) == 1 or not field.choices]
    around = [one.short_zh for one in (members if len(places) == 1 else others)]
    pools = [_pool(field, around, years, indicators) for field in keyed]
    if math.prod(len(pool) for pool in pools) * min(1, 2 * len(inside) / len(around)) > MOST:
        pools = [[None] if field.type == "sector" else pool for field, pool in zip(keyed, pools, strict=True)]
    for cells in product(*pools):
        row: list[str | int | None] = [None] * len(schema.fields)
        for field, cell in zip(keyed, cells, strict=True):
            row[at[field.name]] = cell
        if indicators:
            row[at["unit"]] = indicators[str(row[at["indicator"]])]
        if inside & {row[place] for place in places}:
            yield row


def _pool(
    field: Field, regions: list[str], years: Sequence[int], indicators: Mapping[str, str]
) -> list[str | int | None]:
    """Return what a key column can hold."""
    if field.name == "indicator":
        return [*indicators]
    if field.type == "region":
        return [*regions]
    if field.type in ("year", "period"):
        return [*years]
    return [sector.name.zh for sector in nine_sectors()] if field.type == "sector" else [*field.choices]


def _validate(book: Workbook, sheet: Worksheet, schema: Schema, choices: Sequence[Region]) -> None:
    """Attach drop-downs and limits to every column."""
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    last = max(sheet.max_row, FIRST) + 2000
    for column, field in enumerate(schema.fields, start=1):
        letter = get_column_letter(column)
        words = offered(field, schema, choices)
        if words:
            for row, word in enumerate(words, start=1):
                lists.cell(row, column, neutral(word))
            source = f"{quote_sheetname(LISTS)}!${letter}$1:${letter}${len(words)}"
            rule = DataValidation(type="list", formula1=source, allow_blank=not field.required)
        elif field.numeric:
            least = -1e15 if field.least is None else field.least
            most = 1e15 if field.most is None else field.most
            rule = DataValidation(type="decimal", operator="between", formula1=str(least), formula2=str(most))
        else:
            continue
        rule.add(f"{letter}{HEAD}:{letter}{last}")
        sheet.add_data_validation(rule)


def _notes(sheet: Worksheet, schema: Schema, choices: Sequence[Region]) -> None:
    sheet.append([schema.title.zh, schema.title.en])
    sheet.append([schema.definition.zh, schema.definition.en])
    sheet.append(
        [
            "第4行为示例，可保留。空格表示没有数据，请不要填0。",
            "Row 4 is an example and may stay. Leave a cell empty where there is no figure; do not enter 0.",
        ]
    )
    sheet.append(["列", "column", "单位 unit", "必填 required", "键 key", "可选值 choices"])
    for field in schema.fields:
        yes = ["是 yes" if flag else "否 no" for flag in (field.required, field.key)]
        words = {} if field.type == "region" else offered(field, schema, choices)
        listed = neutral("; ".join(f"{word} {name}".strip() for word, name in words.items()))
        sheet.append([field.title.zh, f"{field.title.en} ({field.name})", field.unit, *yes, listed])
    for name, width in (("A", 40), ("B", 48), ("F", 60)):
        sheet.column_dimensions[name].width = width
