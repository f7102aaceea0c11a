"""Files checked apart: in a process of its own, which may use so much of processor and memory and no more.

What a file holds is parsed by libraries that trust it to a degree. In a process of its own a file that would take
minutes or all memory takes its limit, is ended, and is told like any other fault.

The process is begun anew (spawned) and is no copy of this one (forked): a copy would inherit threads that numerical
libraries hold, and what this process has in memory would count against the limit. It costs about a third of a second.
Only the path goes in; the report comes back pickled through a pipe, after the name of every file that was begun.
Where a system cannot limit a process (Windows) the check runs in this one.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ronghe.base.text import Text
from ronghe.data.intake.findings import Findings
from ronghe.data.intake.gate import Limits
from ronghe.data.intake.opening import opened
from ronghe.data.intake.reports import CheckReport

OUT_OF_MEMORY = 70
"""Exit code of a process that met its limit of memory and could still say so."""

BROKEN_OFF = 71
"""Exit code of a process in which a library fell and not the program."""


def _codes(*names: str) -> set[int]:
    """Return the exit codes of processes that these signals ended; a system need not know all of them."""
    return {-getattr(signal, name) for name in names if hasattr(signal, name)}


_ENDED = _codes("SIGXCPU", "SIGKILL", "SIGABRT") | {OUT_OF_MEMORY}
_FELL = _codes("SIGSEGV", "SIGBUS", "SIGILL") | {BROKEN_OFF}
_BEGIN = "from ronghe.data.intake.worker import main; main()"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a process of its own may use.

    Attributes
    ----------
    cpu : int
        Seconds of processor time, beyond its start.
    memory : int
        Megabytes of address space. A workbook of 1,302 x 1,302 cells takes 440, a Parquet file of 110,556 rows 720.
    """

    cpu: int = 60
    memory: int = 1_000


STANDARD = Allowance()
"""What the command line grants."""


def can_limit() -> bool:
    """Whether this system limits what a process may use."""
    return find_spec("resource") is not None and bool(sys.executable)


def check_apart(path: Path, allowance: Allowance, asked: Mapping[str, Any]) -> CheckReport | None:
    """Check a path in a process of its own; None where none could be begun.

    What does not pass the gate is told at once, without such a process: nothing of it is parsed.

    Parameters
    ----------
    asked : mapping
        What :func:`ronghe.data.intake.checkup.check` is asked for.
    """
    refused = _at_the_gate(path, asked["limits"])
    if refused:
        return CheckReport(path.name, (), tuple(refused))
    paths = [os.path.abspath(one) for one in sys.path if one]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        # A group of its own: an interrupt at the keyboard meets this process, which then ends the other.
        child = subprocess.Popen(
            [sys.executable, "-P", "-c", _BEGIN], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env=env, process_group=0,
        )  # fmt: skip
    except OSError:
        return None
    try:
        begun, report = _talk(child, pickle.dumps((path, allowance, dict(asked))))
        code = child.wait()
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
    if report is None and code in _ENDED | _FELL:
        return _refused(path, begun, allowance, fell=code in _FELL)
    return report


def _at_the_gate(path: Path, limits: Limits) -> Findings:
    """Return why no file of a path may be parsed; nothing where one may, or where many have to be looked at."""
    found = Findings()
    if path.is_dir():
        return found
    with opened(path, found, limits) as files:
        return Findings() if files or not found.errors else found


def _talk(child: subprocess.Popen[bytes], task: bytes) -> tuple[str, CheckReport | None]:
    """Hand over the task; return the file that was begun last, and the report where one came.

    Raises
    ------
    Exception
        What the check itself raised.
    """
    begun, report = "", None
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        child.stdin.write(task)
        child.stdin.close()
        while report is None:
            kind, told = pickle.load(child.stdout)
            if kind == "raised":
                raise told
            begun, report = (told, None) if kind == "file" else (begun, told)
    except (EOFError, BrokenPipeError, pickle.UnpicklingError):
        pass
    return begun, report


def _refused(path: Path, begun: str, allowance: Allowance, *, fell: bool) -> CheckReport:
    """Return the report of a file that took more than it may, or that its reader did not survive."""
    found = Findings()
    if fell:
        found.add("E101_broken", begun or path.name, why=Text("读取中断", "reading broke off"))
        return CheckReport(path.name, (), tuple(found))
    # Short of memory a process also takes long, so that which of the two it met first tells little.
    cpu, memory = allowance.cpu, f"{allowance.memory:,}"
    limit = Text(f"{cpu}秒处理器时间或{memory} MB内存", f"{cpu} s of processor time or {memory} MB of memory")
    found.add("E101_killed", begun or path.name, limit=limit)
    return CheckReport(path.name, (), tuple(found))
