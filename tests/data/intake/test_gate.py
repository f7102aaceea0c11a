"""The gate: refused before parsing, in little time and memory, and nothing is left behind."""

from __future__ import annotations

import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from workbooks import bomb, codes, in_both, looked, moves

from ronghe.data.intake.checkup import check


def test_a_true_workbook_passes(tmp_path: Path) -> None:
    assert looked(moves(tmp_path / "a.xlsx")).ok


def test_a_bomb_is_refused_in_little_memory(tmp_path: Path) -> None:
    path = bomb(tmp_path / "bomb.xlsx", 600_000_000)
    assert path.stat().st_size < 2_000_000
    code = (
        "import resource, sys; from pathlib import Path; from ronghe.data.intake.findings import Findings; "
        "from ronghe.data.intake.gate import may_enter; found = Findings(); "
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; ok = may_enter(Path(sys.argv[1]), found); "
        "print(ok, found[0].code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (5, 5))

    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True, preexec_fn=limited
    )
    entered, first, grown = done.stdout.split()
    assert (entered, first) == ("False", "E109")
    assert int(grown) < 100_000


def test_a_bomb_that_lies_about_its_size_is_met_while_unpacking(tmp_path: Path) -> None:
    path = bomb(tmp_path / "bomb.xlsx", 300_000_000)
    data = path.read_bytes()
    # The directory says ten bytes where three hundred million stand.
    size = (300_000_000 + len("<worksheet></worksheet>")).to_bytes(4, "little")
    path.write_bytes(data.replace(size, (10).to_bytes(4, "little")))
    report = looked(path)
    assert codes(report)[0] in ("E101", "E109")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"not a workbook at all", "E101"),
        ("a.xls", b"PK\x03\x04rest", "E101"),
        ("a.csv", b"PK\x03\x04rest", "E101"),
        ("a.xlsx", b"", "E105"),
        ("a.pdf", b"%PDF", "E101"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "E102"),
        ("a.csv", b"\xff\xfe\xfa\x81\x30\x00\xff", "E104"),
    ],
)
def test_what_is_not_what_it_says_is_refused(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    report = looked(tmp_path / name)
    assert codes(report) == [code]
    assert all(in_both(fault) for fault in report.faults)


def test_a_truncated_workbook_is_told(tmp_path: Path) -> None:
    path = moves(tmp_path / "a.xlsx")
    path.write_bytes(path.read_bytes()[:-200])
    assert codes(looked(path)) == ["E101"]


def test_macros_and_links_are_told_and_left_alone(tmp_path: Path) -> None:
    path = moves(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    report = looked(path)
    assert codes(report) == ["E106"]
    assert report.ok


def test_entities_and_foreign_zips_are_refused(tmp_path: Path) -> None:
    path = moves(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/custom.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>')
    assert codes(looked(path)) == ["E101"]
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as archive:
        archive.writestr("hello.txt", "x")
    assert codes(looked(tmp_path / "b.xlsx")) == ["E101"]


def test_a_zip_of_tables_is_opened_and_nothing_outside_it(tmp_path: Path) -> None:
    moves(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "good.zip", "w") as archive:
        archive.write(tmp_path / "a.xlsx", "a.xlsx")
    assert looked(tmp_path / "good.zip").ok
    for name in ("../out.csv", "/abs.csv", "inner.zip"):
        with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
            archive.writestr(name, "x")
        assert codes(looked(tmp_path / "bad.zip")) == ["E101"]
    assert not (tmp_path.parent / "out.csv").exists()


def test_too_many_cells_or_members_are_refused(tmp_path: Path) -> None:
    path = moves(tmp_path / "a.xlsx", lambda page: page.cell(900_000, 9, 1.0))
    assert codes(check(path)) == ["E103"]
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for at in range(1_001):
            archive.writestr(f"{at}.csv", "x")
    assert codes(check(tmp_path / "many.zip")) == ["E103"]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert codes(looked(tmp_path / "none.xlsx")) == ["E101"]
