"""The embedded files are the ones that were shipped, and a changed one is named with its line."""

import gzip
import json
import shutil

import pytest

from ronghe.data.facts import FACTS
from ronghe.data.seals import SEALS, broken_seals, seals_text


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(FACTS, tmp_path / "facts")


def test_the_seals_are_those_of_the_tables():
    assert (FACTS / SEALS).read_text(encoding="utf-8") == seals_text(FACTS), "run scripts/seal_facts.py"


def test_untouched_tables_have_whole_seals(copy):
    assert broken_seals(copy) == []
    assert broken_seals(copy, "demo/") == []


def test_a_removed_row_that_leaves_a_sound_table_is_named(copy):
    path = copy / "membership.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:6] + lines[7:]), encoding="utf-8")
    (fault,) = broken_seals(copy)
    assert fault.place == "membership.csv!line 7"
    assert "1 line(s) fewer" in fault.text.en
    assert "少1行" in fault.text.zh


def test_a_plausible_change_of_a_figure_is_named(copy):
    path = copy / "land_area.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("16400", "16500"), encoding="utf-8")
    (fault,) = broken_seals(copy)
    assert fault.place == "land_area.csv!line 2"


def test_a_missing_file_is_named(copy):
    (copy / "adjacency.csv").unlink()
    (fault,) = broken_seals(copy)
    assert (fault.code, fault.place) == ("E108", "adjacency.csv")


PACKED = sorted(path.relative_to(FACTS).as_posix() for path in FACTS.rglob("*.csv.gz"))


@pytest.mark.parametrize("name", PACKED)
def test_a_changed_row_of_a_packed_table_is_named(copy, name):
    path = copy / name
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    lines[3] = lines[3].rstrip(b"\n") + b"0\n"
    path.write_bytes(gzip.compress(b"".join(lines), mtime=0))
    (fault,) = broken_seals(copy, name.rpartition("/")[0])
    assert fault.place == f"{name}!line 4"


def test_a_packed_table_that_does_not_unpack_is_named_without_a_line(copy):
    path = copy / "panel.csv.gz"
    path.write_bytes(path.read_bytes()[:2000])
    (fault,) = broken_seals(copy)
    assert fault.place == "panel.csv.gz"
    assert "line(s)" not in fault.text.en


def test_the_seals_stay_small():
    assert (FACTS / SEALS).stat().st_size < 150_000
    for name, seal in json.loads((FACTS / SEALS).read_text(encoding="utf-8")).items():
        assert bool(seal["lines"]) == (not name.endswith((".json", "NOTICE"))), name
