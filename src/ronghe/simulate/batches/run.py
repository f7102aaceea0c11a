"""Solve a scenario on many openings: an estimate first, results as they come, a folder to take them up again.

    gains = batch_openings(economy, scenario, openings, folder=..., progress=...)
    gains.payable                          # (opening, region)

A part of 64 openings is the unit of work, of progress and of what is kept.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.base.errors import DataFault, ParameterFault
from ronghe.base.text import Text
from ronghe.simulate.batches.case import Case, Radius
from ronghe.simulate.batches.pairs import OpenPairs
from ronghe.simulate.batches.plan import PART, Plan, planned
from ronghe.simulate.batches.result import CHECKS, Kept, OpeningGains, Part
from ronghe.simulate.batches.store import Store
from ronghe.simulate.closure import Closure
from ronghe.simulate.economy import Economy
from ronghe.simulate.scenario import Scenario
from ronghe.simulate.solver.solve import TOLERANCE

HANDFUL = 8
"""Openings timed for an estimate."""

Progress = Callable[[int, int], None]


def batch_openings(
    economy: Economy,
    scenario: Scenario,
    openings: Iterable[OpenPairs],
    *,
    closure: Closure = "short",
    radius: Radius = "every",
    folder: str | Path | None = None,
    most_seconds: float | None = None,
    progress: Progress | None = None,
    threads: int | None = None,
    tolerance: float = TOLERANCE,
    part: int = PART,
) -> OpeningGains:
    """Solve the scenario on every opening.

    Parameters
    ----------
    openings : iterable of OpenPairs
        Only pairs that the scenario touches count. A change beside trade acts where every region it names stands on
        an open pair.
    radius : {"every", "sample"}
        Whether each opening has its spectral radius, or the certified sample only.
    folder : path, optional
        Keeps parts as they come; a later call with the same inputs goes on where an earlier one stopped.
    most_seconds : float, optional
        A handful is timed first, and more than this is refused with the estimate.
    progress : callable, optional
        Called with (done, all), counted in distinct openings; :class:`Pace` adds the time left.
    threads : int, optional
        As many as the machine offers, up to 8. The numbers do not depend on it.
    part : int
        Openings a part.

    Raises
    ------
    ScenarioFault
        For unordered pairs, openings of another economy, or none.
    ParameterFault
        If the estimate exceeds ``most_seconds``.
    DataFault
        If the folder is of other inputs, naming each that differs.

    Notes
    -----
    Where the scenario changes only trade and nothing is levied, the kernel of an opening is picked from two kept
    ones. A damaged part of a folder is solved again, and a note names its file.
    """
    plan = planned(economy, scenario, openings, closure, tolerance, radius, part, threads)
    case = plan.case()
    width = len(case.names) * len(economy.regions) + len(CHECKS)
    store = None if folder is None else Store(Path(folder), plan.inputs(case))
    whole, notes = _kept(plan, store, width)
    if most_seconds is not None:
        _refuse(plan, case, whole, most_seconds)
    held: list[Floats] = []
    for found in _stream(plan, case, store, whole, width, progress):
        if store is None:
            held.append(found.table)
    parts: Sequence[Floats] = held if store is None else Kept(store, [len(at) for at in plan.parts], width)
    return OpeningGains(
        regions=economy.regions,
        measures=case.names,
        scenario=scenario,
        closure=closure,
        index=plan.index,
        sample=tuple(int(at) for at in plan.sample),
        parts=parts,
        status=economy.status,
        notes=(*case.notes, *notes),
    )


def stream_openings(
    economy: Economy,
    scenario: Scenario,
    openings: Iterable[OpenPairs],
    *,
    closure: Closure = "short",
    radius: Radius = "every",
    threads: int | None = None,
    tolerance: float = TOLERANCE,
    part: int = PART,
) -> Iterator[Part]:
    """Yield parts of distinct openings as they are solved, in order; nothing is kept (see :func:`batch_openings`)."""
    plan = planned(economy, scenario, openings, closure, tolerance, radius, part, threads)
    case = plan.case()
    width = len(case.names) * len(economy.regions) + len(CHECKS)
    return _stream(plan, case, None, frozenset(), width, None)


def estimate_seconds(
    economy: Economy,
    scenario: Scenario,
    openings: Iterable[OpenPairs],
    *,
    closure: Closure = "short",
    radius: Radius = "every",
    threads: int | None = None,
    tolerance: float = TOLERANCE,
) -> float:
    """Return the seconds that :func:`batch_openings` would take, from a timed handful of them."""
    plan = planned(economy, scenario, openings, closure, tolerance, radius, PART, threads)
    return _estimate(plan, plan.case(), np.arange(len(plan.bits)))


def _kept(plan: Plan, store: Store | None, width: int) -> tuple[frozenset[int], list[Text]]:
    """Return parts that a folder holds whole, and a note on each that is damaged."""
    whole, notes = set(), []
    for number, at in enumerate(plan.parts if store is not None else []):
        if store is None or not store.holds(number):
            continue
        try:
            store.read(number, (len(at), width))
            whole.add(number)
        except DataFault:
            name = store.path(number).name
            notes.append(Text(f"{name} 已损坏，重新求解。", f"{name} was damaged and is solved again."))
    return frozenset(whole), notes


def _stream(
    plan: Plan, case: Case, store: Store | None, whole: frozenset[int], width: int, progress: Progress | None
) -> Iterator[Part]:
    """Yield parts in order; at most two a thread are under way, which bounds the memory."""
    parts, count = plan.parts, len(plan.bits)
    certified = np.zeros(count, dtype=bool)
    certified[plan.sample] = True

    def work(number: int) -> Floats:
        at = parts[number]
        rows = case.solve(plan.masks(at), certified[at])
        table = np.concatenate([rows.values.reshape(len(at), -1), rows.checks], axis=1)
        if store is not None:
            store.write(number, table)
        return table

    done = sum(len(parts[number]) for number in whole)
    if progress is not None:
        progress(done, count)
    missing = iter([number for number in range(len(parts)) if number not in whole])
    with ThreadPoolExecutor(plan.threads) as pool:
        ahead: deque[tuple[int, Future[Floats]]] = deque(
            (number, pool.submit(work, number)) for number in islice(missing, 2 * plan.threads)
        )
        try:
            while ahead:
                number, future = ahead.popleft()
                table = future.result()
                ahead.extend((later, pool.submit(work, later)) for later in islice(missing, 1))
                done += len(table)
                if progress is not None:
                    progress(done, count)
                yield Part(int(parts[number][0]), table, done, count)
        finally:
            for _, future in ahead:
                future.cancel()


def _refuse(plan: Plan, case: Case, whole: frozenset[int], most: float) -> None:
    left = [at for number, at in enumerate(plan.parts) if number not in whole]
    seconds = _estimate(plan, case, np.concatenate(left)) if left else 0.0
    if seconds > most:
        count = sum(len(at) for at in left)
        raise ParameterFault(
            Text(
                f"{count:,}个开放组合用{plan.threads}个线程约需{seconds:.3g}秒，超过给定的{most:g}秒；"
                "请减少组合，或放宽 most_seconds，并用 folder= 分次完成。",
                f"{count:,} openings take about {seconds:.3g} s with {plan.threads} threads, more than the {most:g} s "
                "given: take fewer, or raise most_seconds and use folder= to finish in several runs.",
            )
        )


def _estimate(plan: Plan, case: Case, among: Ints) -> float:
    """Return the seconds that some openings take, from a handful spread over them and one certificate."""
    live = among[plan.bits[among].any(axis=1)]
    if not len(live):
        return 0.0
    sampled = int(np.isin(plan.sample, among).sum())
    handful = live[np.linspace(0, len(live) - 1, min(HANDFUL, len(live))).astype(int)]
    plain, one = np.zeros(len(handful), dtype=bool), np.ones(1, dtype=bool)
    # Once before, so that no compilation is timed.
    case.solve(plan.masks(handful[:1]), plain[:1])
    start = time.perf_counter()
    case.solve(plan.masks(handful), plain)
    middle = time.perf_counter()
    if sampled:
        case.solve(plan.masks(handful[-1:]), one)
    each, certificate = (middle - start) / len(handful), time.perf_counter() - middle
    return (each * len(live) + certificate * sampled) / min(plan.threads, os.cpu_count() or 1)
