"""Every table that an office may bring: its own example loads, is kept and opens again the same."""

from __future__ import annotations

import csv

import pytest

from ronghe.data import load, save, schema
from ronghe.data.intake import vocabulary

TABLES = [one.table for one in vocabulary.known() if one.table != "io"]


@pytest.mark.parametrize("table", TABLES)
def test_the_example_of_a_table_loads_and_opens_again(tmp_path, table):
    of = schema(table)
    (tmp_path / "in").mkdir()
    with (tmp_path / "in" / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([[one.name for one in of.fields], [one.example for one in of.fields]])
    data = load(tmp_path / "in", allow_missing=True)
    assert len(data.own.tables[table]) == 1
    again = load(save(data, tmp_path / "set"))
    assert again.content_hash == data.content_hash
    key = {name: value for name in of.key if (value := data.own.tables[table][name][0]) is not None}
    assert again.trace(table, **key) == data.trace(table, **key)
    assert data.trace(table, **key).place.startswith(f"{table}.csv!line 2, column ")
    assert {row.table for row in data.coverage()} >= {table}
