"""The same table in another format or order is the same content; a saved set opens again to the last bit."""

from __future__ import annotations

import filecmp
import json

import numpy as np
import pytest
from offices import DELTA, HEADER, inside, noisy, rows_of, written

from ronghe.base.errors import DataFault, ParameterFault
from ronghe.data import load, save

# Spreadsheets keep 15 digits.
ROWS = rows_of(inside(sectors=("industry", "agriculture")), flows=noisy(3).round(6))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return load(written(tmp_path_factory.mktemp("csv"), ROWS))


def test_the_order_of_rows_is_no_part_of_the_content(tmp_path, data):
    shuffled = [ROWS[at] for at in np.random.default_rng(0).permutation(len(ROWS))]
    assert load(written(tmp_path / "t", shuffled)).content_hash == data.content_hash


def test_formats_are_no_part_of_the_content(tmp_path, data):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "trade"
    book.active.append(HEADER)
    for row in ROWS:
        book.active.append(row)
    (tmp_path / "x").mkdir()
    book.save(tmp_path / "x" / "book.xlsx")
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    (tmp_path / "p").mkdir()
    columns = dict(zip(HEADER, zip(*ROWS, strict=True), strict=True))
    parquet.write_table(
        arrow.table({name: list(cells) for name, cells in columns.items()}), tmp_path / "p/trade.parquet"
    )
    found = [load(tmp_path / name) for name in ("x", "p")]
    assert {one.content_hash for one in found} == {data.content_hash}
    assert (
        found[0]
        .trace("trade", origin="310000", destination="310000", sector="industry")
        .place.startswith("book.xlsx!trade!E")
    )


def test_another_value_is_another_content(tmp_path, data):
    other = [(*ROWS[0][:4], ROWS[0][4] + 1e-9, *ROWS[0][5:]), *ROWS[1:]]
    assert load(written(tmp_path / "t", other)).content_hash != data.content_hash


def test_a_saved_set_opens_again_the_same(tmp_path, data):
    save(data, tmp_path / "one")
    again = load(tmp_path / "one")
    assert again.content_hash == data.content_hash
    assert again.year == data.year
    assert again.name == data.name
    assert (again.baseline.flows == data.baseline.flows).all()
    key = {"origin": DELTA[0], "destination": DELTA[1], "sector": "industry"}
    assert again.trace("trade", **key) == data.trace("trade", **key)
    save(again, tmp_path / "two")
    names = [path.name for path in (tmp_path / "one").iterdir()]
    assert filecmp.cmpfiles(tmp_path / "one", tmp_path / "two", names, shallow=False) == (names, [], [])
    save(again, tmp_path / "two")
    assert sorted(path.name for path in (tmp_path / "two").iterdir()) == sorted(names)


@pytest.mark.parametrize("harm", ["edit", "remove", "record", "form", "field", "name"])
def test_a_saved_set_that_was_changed_is_not_opened(tmp_path, data, harm):
    folder = save(data, tmp_path / "set")
    record = json.loads((folder / "dataset.json").read_text(encoding="utf-8"))
    if harm == "edit":
        text = (folder / "trade.csv").read_text(encoding="utf-8")
        (folder / "trade.csv").write_text(text.replace("industry", "finance", 1), encoding="utf-8")
    elif harm == "remove":
        (folder / "trade.csv").unlink()
    elif harm == "record":
        (folder / "dataset.json").write_text("{", encoding="utf-8")
    elif harm == "name":
        (folder / "dataset.json").write_text(json.dumps({**record, "name": "official"}), encoding="utf-8")
    elif harm == "form":
        (folder / "dataset.json").write_text(json.dumps(record | {"form": 99}), encoding="utf-8")
    else:
        (folder / "dataset.json").write_text(json.dumps({**record, "hashes": {"trades": {}}}), encoding="utf-8")
    with pytest.raises(DataFault) as raised:
        load(folder)
    assert {fault.code for fault in raised.value.faults} == {"E101"}


def test_the_embedded_data_need_no_saving(tmp_path):
    with pytest.raises(ParameterFault):
        save(load(), tmp_path / "set")
