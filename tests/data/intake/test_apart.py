"""Files checked in a process of its own: honest ones as in this one, greedy ones ended and told in words."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_sixty_defects import DEFECTS, looked
from workbooks import bomb, codes, in_both, moves

from ronghe.base.errors import UnknownTerm
from ronghe.cli import check as command
from ronghe.cli.common import session
from ronghe.data.intake import apart
from ronghe.data.intake.apart import Allowance, can_limit
from ronghe.data.intake.checkup import check

pytestmark = pytest.mark.skipif(not can_limit(), reason="this system does not limit processes")


def greedy(path: Path, rows: int = 60_000) -> Path:
    """Write a table that takes a few seconds and hundreds of megabytes."""
    pairs = ("上海,江苏", "江苏,上海", "浙江,上海")
    lines = [f"{1900 + at // 3 % 100},{pairs[at % 3]},全部,{at},五年前常住地" for at in range(rows)]
    path.write_text("\n".join(["年份,来源地,现住地,人群,人数（人）,口径", *lines]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "name",
    [
        "words for a number", "a bomb", "a province among its cities", "an encoding that is none", "a macro",
        "a source that the set does not register", "infinity in Parquet", "an error value in a binary workbook",
        "a second table under the first", "a zip in a zip",
    ],
)  # fmt: skip
def test_the_report_is_the_same_as_in_this_process(tmp_path: Path, name: str) -> None:
    path = DEFECTS[name].build(tmp_path)
    asked = DEFECTS[name].asked
    here, there = looked(DEFECTS[name], path), check(path, **asked, allowance=Allowance())
    same = check(path, **asked)
    assert there.faults == same.faults
    assert there.sheets == same.sheets
    assert [read.columns for read in there.reads] == [read.columns for read in same.reads]
    assert [read.taken for read in there.reads] == [read.taken for read in same.reads]
    assert {fault.code for fault in here.faults} >= {DEFECTS[name].code}


def test_a_report_is_pickled_whole(tmp_path: Path) -> None:
    report = check(moves(tmp_path / "表.xlsx"), table="migration")
    again = pickle.loads(pickle.dumps(report))
    assert again.reads[0].place(2, "persons") == report.reads[0].place(2, "persons")
    assert again.reads[0].schema == report.reads[0].schema


def test_a_file_over_the_time_is_ended_and_told(tmp_path: Path) -> None:
    path = greedy(tmp_path / "大.csv", 600_000)
    before = path.read_bytes()
    report = check(path, allow_missing=True, allowance=Allowance(cpu=1))
    assert codes(report) == ["E101"]
    assert report.faults[0].place == "大.csv"
    assert report.faults[0].read.en == "parsing took more than 1 s of processor time or 1,000 MB of memory"
    assert in_both(report.faults[0])
    assert path.read_bytes() == before


def test_a_file_over_the_memory_is_ended_and_told(tmp_path: Path) -> None:
    report = check(greedy(tmp_path / "大.csv", 200_000), allow_missing=True, allowance=Allowance(memory=100))
    assert codes(report) == ["E101"]
    assert report.faults[0].read.zh == "解析用去了60秒处理器时间或100 MB内存以上"


def test_in_a_folder_the_greedy_file_is_named(tmp_path: Path) -> None:
    moves(tmp_path / "小.xlsx")
    greedy(tmp_path / "巨.csv", 600_000)
    report = check(tmp_path, allow_missing=True, allowance=Allowance(cpu=1))
    assert [fault.place for fault in report.faults] == ["巨.csv"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_tells_it_and_exits_with_3(
    tmp_path: Path, lang: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = greedy(tmp_path / "大.csv", 600_000)
    marked = tmp_path / "marked.xlsx"
    monkeypatch.setattr(apart, "STANDARD", Allowance(cpu=1))
    code = command.run(session(lang), path=path, coverage=False, year=None, report=marked)
    assert code == 3
    assert "E101 大.csv" in capsys.readouterr().out
    assert marked.exists()


def test_what_the_check_raises_is_raised_here(tmp_path: Path) -> None:
    path = moves(tmp_path / "表.xlsx")
    with pytest.raises(UnknownTerm, match="migration"):
        check(path, table="migratoin", allowance=Allowance())
    with pytest.raises(TypeError):
        check(path, maps=3, allowance=Allowance())  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGKILL"])
def test_a_process_that_falls_is_a_fault_of_the_file(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = moves(tmp_path / "表.xlsx")
    monkeypatch.setattr(apart, "_BEGIN", f"import os, signal; os.kill(os.getpid(), signal.{name})")
    report = check(path, table="migration", allowance=Allowance())
    assert codes(report) == ["E101"]
    assert report.faults[0].place == "表.xlsx"
    assert in_both(report.faults[0])


def test_without_limits_the_check_runs_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = moves(tmp_path / "表.xlsx")
    whole = check(path, table="migration")
    monkeypatch.setattr(apart, "find_spec", lambda name: None)
    assert check(path, table="migration", allowance=Allowance(cpu=0, memory=1)).faults == whole.faults
    monkeypatch.undo()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no python"))
    assert check(path, table="migration", allowance=Allowance()).faults == whole.faults


def children(of: int) -> list[int]:
    """Processes that a process has begun."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == of and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are counted in /proc")
def test_an_interrupt_ends_both_processes(tmp_path: Path) -> None:
    path = greedy(tmp_path / "大.csv", 600_000)
    command_line = [sys.executable, "-m", "ronghe", "check", str(path), "--allow-missing"]
    # A shell starts what runs in its background deaf to interrupts, and the child would inherit that.
    outer = subprocess.Popen(
        command_line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    inner: list[int] = []
    deadline = time.monotonic() + 20
    while not inner and time.monotonic() < deadline:
        inner = children(outer.pid)
        time.sleep(0.05)
    time.sleep(0.5)
    outer.send_signal(signal.SIGINT)
    _, said = outer.communicate(timeout=60)
    assert inner
    assert outer.returncode != 0
    assert "Traceback" not in said
    assert not any(Path(f"/proc/{one}").exists() for one in inner)


MEASURE = """
import os, resource, subprocess, sys
def limited():
    if sys.argv[1] != "0":
        resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[1]),) * 2)
done = subprocess.run([sys.executable, "-m", "ronghe", "check", sys.argv[2], "--lang", "en"], capture_output=True,
                      text=True, preexec_fn=limited)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(done.returncode, "E109" in done.stdout, "Traceback" in done.stderr, used.ru_maxrss, used.ru_utime + used.ru_stime)
"""


def measured(path: Path, seconds: int = 0) -> tuple[int, bool, bool, int, float]:
    """Run the command on a path under a limit of processor time; return what it said and what it took."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(seconds), str(path)],
        capture_output=True, text=True, check=True, env=dict(os.environ),
    )  # fmt: skip
    code, refused, fell, memory, cpu = done.stdout.split()
    return int(code), refused == "True", fell == "True", int(memory), float(cpu)


def test_the_command_refuses_a_bomb_in_a_second_and_little_memory(tmp_path: Path) -> None:
    honest = moves(tmp_path / "表.xlsx")
    path = bomb(tmp_path / "bomb.xlsx", 370_000_000, level=1)
    assert 1_500_000 < path.stat().st_size < 1_700_000
    _, _, _, memory, cpu = measured(honest)
    # Each of the two processes has the start and a second; a limit counts in whole seconds.
    code, refused, fell, taken, used = measured(path, int(cpu) + 2)
    assert (code, refused, fell) == (3, True, False)
    assert taken - memory < 100_000
    assert used - cpu < 1.0
