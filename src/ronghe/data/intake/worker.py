"""The process in which files are checked apart: it limits itself, checks one path and hands the report back."""

from __future__ import annotations

import os
import pickle
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from ronghe.data.intake.apart import BROKEN_OFF, OUT_OF_MEMORY, Allowance
from ronghe.data.intake.checkup import check

MB = 1_000_000


def main() -> None:
    """Read the task, check, and write what was begun, found or raised; end at the limit of memory."""
    out = _own_output()
    path, allowance, asked = pickle.load(sys.stdin.buffer)
    _limit(allowance)
    try:
        _answer(out, path, asked)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except Exception as problem:
        _tell(out, "raised", problem)
    except BaseException:
        os._exit(BROKEN_OFF)
    # What stands in memory need not be taken down piece by piece.
    os._exit(0)


def _answer(out: BinaryIO, path: Path, asked: dict[str, Any]) -> None:
    _tell(out, "report", check(path, begun=lambda name: _tell(out, "file", name), **asked))


def _own_output() -> BinaryIO:
    """Return the pipe to the other process; whatever else is printed goes nowhere."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return out


def _tell(out: BinaryIO, kind: str, what: object) -> None:
    pickle.dump((kind, what), out, protocol=pickle.HIGHEST_PROTOCOL)
    out.flush()


def _limit(allowance: Allowance) -> None:
    """Limit processor time, beyond what the start took, and address space; leave no core behind."""
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime + 1) + allowance.cpu
    for what, least in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, allowance.memory * MB),
    ):
        hard = resource.getrlimit(what)[1]
        bound = least if hard == resource.RLIM_INFINITY else min(least, hard)
        # A system that does not take one of the limits may take the others.
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (bound, hard))
