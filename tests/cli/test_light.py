"""What ``check`` of a file costs: rooms that it has no use for stay closed, and a bomb is told at the gate."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ronghe.base.region import provinces

HEADER = "region,year,indicator,vintage,value,unit,status,source"
RUN = """
import json, resource, sys
sys.argv = ["ronghe", "check", *sys.argv[1:]]
from ronghe.cli.app import app
try:
    app()
finally:
    # The peak that getrusage tells is inherited from whoever began the process.
    peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
    of = {name: resource.getrusage(getattr(resource, name)) for name in ("RUSAGE_SELF", "RUSAGE_CHILDREN")}
    print(json.dumps({
        "rooms": sorted({name.split(".")[1] for name in sys.modules if name.startswith("ronghe.")}),
        "apart": of["RUSAGE_CHILDREN"].ru_maxrss > 0,
        "kilobytes": int(peak),
        "seconds": sum(one.ru_utime + one.ru_stime for one in of.values()),
    }), file=sys.stderr)
"""
MOST = 100_000
"""kB that a refusal may take."""
LONG = 2.0
"""Seconds of processor; a quiet machine takes a third of it."""
LINUX = pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="no measure of memory")


def cost(path: Path) -> tuple[int, str, dict[str, object]]:
    """Check a path as the command does; return exit code, output, and what it took."""
    done = subprocess.run([sys.executable, "-c", RUN, str(path)], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, json.loads(done.stderr.strip().splitlines()[-1])


def bomb(path: Path) -> Path:
    """Write a workbook of 0.8 MB that unpacks to 800 MB, block by block."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(800):
            part.write(b" " * 1_000_000)
    return path


@LINUX
@pytest.mark.parametrize("packed", [False, True], ids=["workbook", "in a zip"])
def test_a_bomb_is_told_at_the_gate_in_little_time_and_memory(tmp_path, packed):
    path = bomb(tmp_path / "bomb.xlsx")
    if packed:
        path = tmp_path / "bomb.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            archive.write(tmp_path / "bomb.xlsx", "bomb.xlsx")
    code, told, took = cost(path)
    assert code == 3
    assert "E109" in told
    assert not took["apart"]
    assert took["kilobytes"] < MOST
    assert took["seconds"] < LONG


@LINUX
def test_a_small_table_opens_no_room_but_its_own(tmp_path):
    shanghai = next(one.short_zh for one in provinces() if one.code == "310000")
    row = f"{shanghai},2023,gdp,nbs-2024-revision,47218.7,亿元,observed,nbs-query-2024"
    (tmp_path / "facts.csv").write_text(f"{HEADER}\n{row}\n", encoding="utf-8")
    code, _, took = cost(tmp_path / "facts.csv")
    assert code in (0, 3)
    assert not {"report", "share", "measure", "simulate"} & set(took["rooms"])
    assert took["kilobytes"] < MOST
