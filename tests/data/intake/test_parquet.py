"""Parquet: the same table as a workbook, judged by its footer, with faults at row and column."""

from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet
from workbooks import at, codes, in_both, looked, migration, moves

from ronghe.data.intake.checkup import check
from ronghe.data.intake.gate import PUBLIC

HEADS = ("year", "origin", "destination", "group", "persons", "definition")


def stored(path: Path, change: dict[str, Any] | None = None) -> Path:
    """Write the small table of moves, with columns changed or added."""
    columns: dict[str, Any] = dict(zip(HEADS, (list(c) for c in zip(*migration(), strict=True)), strict=True))
    parquet.write_table(pa.table(columns | (change or {})), path)
    return path


def test_the_same_table_as_in_a_workbook(tmp_path: Path) -> None:
    one = looked(stored(tmp_path / "a.parquet"))
    other = looked(moves(tmp_path / "a.xlsx"))
    assert one.ok
    assert other.ok
    assert one.reads[0].columns == other.reads[0].columns


def test_words_of_a_dictionary_and_narrow_numbers_are_read(tmp_path: Path) -> None:
    rows = migration()
    change = {
        "origin": pa.array([row[1] for row in rows]).dictionary_encode(),
        "year": pa.array([row[0] for row in rows], pa.int16()),
        "persons": pa.array([row[4] for row in rows], pa.float32()),
    }
    assert looked(stored(tmp_path / "a.parquet", change)).ok


@pytest.mark.parametrize("bad", [float("inf"), None])
def test_what_is_no_number_is_told_at_row_and_column(tmp_path: Path, bad: float | None) -> None:
    persons = [row[4] for row in migration()]
    persons[2] = bad
    report = looked(stored(tmp_path / "a.parquet", {"persons": pa.array(persons, pa.float64(), from_pandas=False)}))
    assert [fault.place for fault in report.errors] == ["a.parquet!row 3, column persons"]
    assert all(in_both(fault) for fault in report.errors)


def test_a_number_that_is_none_is_missing_as_its_word_is(tmp_path: Path) -> None:
    persons = [row[4] for row in migration()]
    persons[2] = float("nan")
    path = stored(tmp_path / "a.parquet", {"persons": pa.array(persons, pa.float64(), from_pandas=False)})
    assert {fault.code for fault in looked(path).errors} == {"E405"}
    report = looked(path, allow_missing=True)
    assert report.ok
    assert report.reads[0].missing == {"persons": {2: "not available"}}
    assert report.reads[0].columns["persons"][2] is None


def test_an_unknown_name_is_told_at_row_and_column(tmp_path: Path) -> None:
    origins = [row[1] for row in migration()]
    origins[0] = "吉林市林"
    report = looked(stored(tmp_path / "a.parquet", {"origin": origins}))
    assert "row 1, column origin" in [fault.place.rpartition("!")[2] for fault in report.errors]


def test_a_nested_column_and_one_name_twice_are_refused(tmp_path: Path) -> None:
    nested = looked(stored(tmp_path / "a.parquet", {"more": [[1]] * 6, "other": [{"a": 1}] * 6}))
    assert at(nested, "E101") == ["column more", "column other"]
    twice = pa.table([pa.array([1]), pa.array([2])], names=["year", "year"])
    parquet.write_table(twice, tmp_path / "b.parquet")
    report = looked(tmp_path / "b.parquet")
    assert at(report, "E101") == ["column year"]
    assert all(in_both(fault) for fault in (*nested.faults, *report.faults))


def test_a_footer_that_declares_too_much_is_refused_before_reading(tmp_path: Path) -> None:
    path = tmp_path / "big.parquet"
    # A run of one value packs to nearly nothing: 5,000,000 cells in a few kilobytes.
    parquet.write_table(pa.table({"value": pa.array([1.0] * 5_000_000)}), path)
    assert path.stat().st_size < 100_000
    report = check(path, table="trade")
    assert codes(report) == ["E103"]
    assert codes(check(stored(tmp_path / "a.parquet"), table="migration", limits=PUBLIC)) == []


@pytest.mark.parametrize("keep", [20, 200, -5])
def test_a_truncated_file_is_broken(tmp_path: Path, keep: int) -> None:
    path = stored(tmp_path / "a.parquet")
    path.write_bytes(path.read_bytes()[:keep])
    report = looked(path)
    assert codes(report) == ["E101"]
    assert in_both(report.faults[0])


def test_dates_are_dates(tmp_path: Path) -> None:
    day = pa.array([datetime.date(2023, 5, 1)], pa.date32())
    stamp = pa.array([datetime.datetime(2023, 6, 1)], pa.timestamp("us"))
    columns = {
        "policy": ["p1"], "issuer": ["省政府"], "title": ["办法"], "level": ["provincial"], "issued": day,
        "effective": stamp, "text": ["条文"],
    }  # fmt: skip
    parquet.write_table(pa.table(columns), tmp_path / "policies.parquet")
    report = check(tmp_path / "policies.parquet", table="policies", allow_missing=True)
    assert report.ok, report.errors
    assert report.reads[0].columns["issued"] == ["2023-05-01"]
    assert report.reads[0].columns["effective"] == ["2023-06-01"]


def test_without_the_package_the_remedy_is_named(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from pathlib import Path; from ronghe.data.intake.checkup import check\n"
        "fault, = check(Path(sys.argv[1]), table='migration').faults\n"
        "print(fault.code, fault.remedy.en)"
    )
    path = stored(tmp_path / "a.parquet")
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("E101 Install ronghe[parquet]")


def test_a_parquet_file_in_a_folder_is_not_passed_over(tmp_path: Path) -> None:
    stored(tmp_path / "migration.parquet")
    assert [sheet.table for sheet in check(tmp_path).sheets] == ["migration"]
