"""Every table has one schema, complete in both languages."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ronghe.base.errors import UnknownTerm
from ronghe.base.units import parse
from ronghe.data import load, schema
from ronghe.data.read import read_table
from ronghe.data.schema import IO_BLOCKS, tables

TYPES = {"region", "area", "sector", "year", "date", "period", "number", "count", "share", "index"}
TYPES |= {"text", "choice", "bool", "source"}
# Concentrations are kept in the unit of their own column.
FREE = {"毫克/升"}


@pytest.mark.parametrize("table", tables())
def test_a_schema_is_complete(table: str) -> None:
    found = schema(table)
    assert all((found.title.zh, found.title.en, found.definition.zh, found.definition.en))
    assert found.key
    names = [field.name for field in found.fields]
    assert len(set(names)) == len(names)
    for field in found.fields:
        assert field.type in TYPES, field.name
        assert field.title.zh, field.name
        assert field.title.en, field.name
        assert (field.type == "choice") == bool(field.choices), field.name
        assert field.refers_to in ("", *tables()), field.name
        if field.unit not in FREE and field.unit:
            parse(field.unit)


@pytest.mark.parametrize("table", tables())
def test_the_example_row_of_a_schema_is_legal(table: str, tmp_path: Path) -> None:
    fields = schema(table).fields
    path = tmp_path / f"{table}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[field.name for field in fields], [field.example for field in fields]])
    faults: list[object] = []
    rows = read_table(path, table, faults)  # type: ignore[arg-type]
    required = {field.name for field in fields if field.required and not field.example}
    assert not required
    assert not faults
    assert len(rows) == 1


def test_there_is_one_schema_file_a_table() -> None:
    folder = Path(schema.__wrapped__.__code__.co_filename).parent / "schema"
    assert {path.stem for path in folder.glob("*.csv")} == set(tables())


def test_the_tables_of_an_interregional_table_share_one_schema() -> None:
    assert {schema(f"io_{block}").table for block in IO_BLOCKS} == {"io"}
    assert schema("io_*").table == "io"


def test_an_unknown_table_names_the_nearest() -> None:
    with pytest.raises(UnknownTerm) as fault:
        schema("migratoin")
    assert "migration" in fault.value.nearest


def test_coverage_names_every_gap_with_a_known_table() -> None:
    rows = load().coverage()
    assert len(rows) >= 25
    for row in rows:
        assert schema(row.table)
        assert row.state.zh
        assert row.state.en
    missing = {row.table for row in rows if not row.have}
    assert {"trade", "expenditure_accounts", "migration", "employment", "zoning", "firm_links"} <= missing
