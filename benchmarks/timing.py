"""Time jobs that stand beside each other, interleaved, and print rows for the runner."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Sequence


def interleaved(jobs: Sequence[Callable[[], object]], *, rounds: int = 5) -> list[float]:
    """Return the median seconds of each job, run in turns so that all meet the same machine."""
    taken: list[list[float]] = [[] for _ in jobs]
    for job in jobs:
        job()
    for _ in range(rounds):
        for spent, job in zip(taken, jobs, strict=True):
            start = time.perf_counter()
            job()
            spent.append(time.perf_counter() - start)
    return [statistics.median(spent) for spent in taken]


def row(what: str, ours: float, *, unit: str = "s", **more: float | str) -> None:
    """Print one row for the runner."""
    print(json.dumps({"what": what, "ours": ours, "unit": unit, **more}, ensure_ascii=False))
