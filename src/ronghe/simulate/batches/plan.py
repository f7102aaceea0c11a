"""What a batch consists of: distinct openings as packed bits, the sample, the parts, and all that decides a number.

Openings that are the same pairs within the scenario share one solve. Parts do not depend on the number of threads, nor
on where an earlier run stopped.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from ronghe.base.arrays import Bools, Ints
from ronghe.base.canonical import array_hash, content_hash
from ronghe.base.errors import ParameterFault, ScenarioFault
from ronghe.base.text import Text
from ronghe.simulate.batches.case import Case, Radius, sample_of
from ronghe.simulate.batches.pairs import UNORDERED, OpenPairs
from ronghe.simulate.binding import Bound
from ronghe.simulate.closure import Closure
from ronghe.simulate.economy import Economy
from ronghe.simulate.scenario import Scenario

PART = 64
"""Openings in one part."""

FORMAT = 1


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Distinct openings of a scenario, and how they are solved.

    ``bits`` has shape (distinct opening, byte): the ordered pairs, packed.
    """

    economy: Economy
    bound: Bound
    bits: np.ndarray[tuple[int, int], np.dtype[np.uint8]]
    index: Ints
    sample: Ints
    closure: Closure
    tolerance: float
    radius: Radius
    part: int
    threads: int

    @property
    def parts(self) -> list[Ints]:
        """Places of the openings of every part."""
        return [
            np.arange(first, min(first + self.part, len(self.bits))) for first in range(0, len(self.bits), self.part)
        ]

    def masks(self, at: Ints) -> Bools:
        """Return masks of some openings, shape (opening, buyer, seller)."""
        count = len(self.economy.regions)
        return np.unpackbits(self.bits[at], axis=1, count=count * count).astype(bool).reshape(-1, count, count)

    def case(self) -> Case:
        """Return what all openings share."""
        count = len(self.economy.regions)
        every = np.bitwise_or.reduce(self.bits, axis=0)
        widest = np.unpackbits(every, count=count * count).astype(bool).reshape(count, count)
        return Case(
            self.economy, self.bound, widest, closure=self.closure, tolerance=self.tolerance, radius=self.radius
        )  # fmt: skip

    def inputs(self, case: Case) -> dict[str, object]:
        """Return everything that decides a number, for the manifest."""
        world = self.economy.world
        flags = [world.domestic.tolist(), world.traded.tolist(), world.fiscal]
        return {
            "format": FORMAT,
            "economy": content_hash([world.hash, flags]),
            "scenario": self.bound.scenario.hash,
            "kernels": array_hash(case.base.kernel, case.kernel_open),
            "closure": self.closure,
            "parameters": asdict(self.economy.parameters),
            "tolerance": self.tolerance,
            "radius": self.radius,
            "versions": _versions(),
            "openings": array_hash(self.bits),
            "count": len(self.bits),
            "part": self.part,
            "regions": self.economy.regions,
            "measures": case.names,
        }


def planned(
    economy: Economy,
    scenario: Scenario,
    openings: Iterable[OpenPairs],
    closure: Closure,
    tolerance: float,
    radius: Radius,
    part: int,
    threads: int | None,
) -> Plan:
    """Return the plan of a batch; for the parameters see :func:`ronghe.simulate.batches.run.batch_openings`."""
    economy.require("stated_cut_gain")
    if radius not in ("every", "sample") or part < 1:
        raise ParameterFault(
            Text("radius 应为 every 或 sample，part 至少为1。", "radius must be every or sample, and part at least 1.")
        )
    bound = economy.bind(scenario)
    economy.require(bound.key)
    # What a change beside trade acts on is read off all open pairs, so that none may be left out.
    beside = any(piece.beside is not None for piece in bound.pieces)
    scope = np.logical_or.reduce([piece.mask for piece in bound.pieces]) if bound.pieces and not beside else None
    places: dict[bytes, int] = {}
    index = np.array([places.setdefault(_packed(opening, economy, scope), len(places)) for opening in openings], int)
    if not len(index):
        raise ScenarioFault(Text("没有给出任何开放组合。", "No opening is given."))
    bits = np.frombuffer(b"".join(places), dtype=np.uint8).reshape(len(places), -1)
    # The widest opening is certified in full with the sample: it is the headline of most batches.
    drawn = sample_of(np.flatnonzero(bits.any(axis=1)), len(bits))
    sample = np.union1d(drawn, np.bitwise_count(bits).sum(axis=1).argmax()) if len(drawn) else drawn
    workers = threads or min(8, os.cpu_count() or 1)
    return Plan(economy, bound, bits, index, sample, closure, tolerance, radius, part, workers)


def _packed(opening: OpenPairs, economy: Economy, scope: Bools | None) -> bytes:
    if not isinstance(opening, OpenPairs):
        raise ScenarioFault(UNORDERED)
    if opening.regions != economy.regions:
        raise ScenarioFault(
            Text("开放组合属于另一个经济。", "An opening was made for the regions of another economy.")
        )  # fmt: skip
    return np.packbits(opening.mask if scope is None else opening.mask & scope).tobytes()


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for name in ("ronghe", "numpy", "numba"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "-"
    return found
