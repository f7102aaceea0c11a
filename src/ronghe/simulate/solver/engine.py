"""The two engines of one equilibrium map: compiled (Numba) and plain (NumPy), the same numbers from both.

Numba is large and needed only when something is solved, so that it is loaded then. Where it is not installed, or
does not go with the NumPy at hand, the plain engine takes its place, slower, with one notice.
"""

from __future__ import annotations

import os
import warnings
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Literal, Protocol

import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.text import Text
from ronghe.simulate.solver import equations, iterate
from ronghe.simulate.solver.coefficients import Coefficients
from ronghe.simulate.solver.equations import Sweep
from ronghe.simulate.solver.packed import Packed

Backend = Literal["numba", "numpy"]

LARGE = 20_000_000
"""Cells of a kernel from which one pass over it, in threads, is all that counts."""

THREADS = min(8, os.cpu_count() or 1)

NOTICE = Text(
    "未能载入 Numba，改用 NumPy 求解：数字相同，速度较慢。安装 numba 即可恢复。",
    "Numba could not be loaded; NumPy solves instead: the same numbers, more slowly. Install numba to mend this.",
)


class Engine(Protocol):
    """What a solver needs of the equilibrium map; each engine reads the coefficients in its own layout."""

    @property
    def pass_over(self) -> Sweep:
        """One pass over the kernel."""

    def iterate(
        self, kernel: Floats, net: Floats, c: Coefficients, packed: Packed | None, start: Floats, *,
        tolerance: float, most: int, memory: int,
    ) -> tuple[Floats, int, float]:  # fmt: skip
        """Run the Anderson iteration; return the best state, the steps taken and its residual."""

    def gaps(
        self, kernel: Floats, net: Floats, c: Coefficients, packed: Packed | None, z: Floats
    ) -> tuple[Floats, float]:  # fmt: skip
        """Return the preconditioned gap F(z) - z and the largest plain residual of any equation."""

    def lanes(self, lanes: int, most: int, size: int) -> Lanes:
        """Return room for iterations side by side, with memories of ``most`` steps and states of ``size``."""


class Lanes(Protocol):
    """Iterations side by side; arrays have shape (lane, state)."""

    def clear(self) -> None:
        """Make every lane new."""

    def advance(self, z: Floats, gap: Floats, residuals: Floats, going: Bools) -> None:
        """Take one Anderson step, in place, in the lanes that go on."""

    def orthogonal(self, basis: Floats, used: int, image: Floats) -> Floats:
        """Take from each image its part along the directions used; return that, shape (lane, direction)."""


class Plain:
    """The reference in NumPy."""

    pass_over: Sweep = staticmethod(equations.sweep)

    def iterate(
        self, kernel: Floats, net: Floats, c: Coefficients, packed: Packed | None, start: Floats, *,
        tolerance: float, most: int, memory: int,
    ) -> tuple[Floats, int, float]:  # fmt: skip
        """See :class:`Engine`."""
        return iterate.iterate(kernel, net, c, start, tolerance, most, memory)

    def gaps(
        self, kernel: Floats, net: Floats, c: Coefficients, packed: Packed | None, z: Floats
    ) -> tuple[Floats, float]:  # fmt: skip
        """See :class:`Engine`."""
        return equations.gaps(kernel, net, c, z)

    def lanes(self, lanes: int, most: int, size: int) -> Lanes:
        """See :class:`Engine`."""
        return iterate.Lanes(lanes, most, size)


class Compiled:
    """The compiled twin.

    Raises
    ------
    ImportError
        When made without a Numba that can be loaded.
    """

    def __init__(self) -> None:
        import numba  # noqa: F401  (first and alone: only its own absence sends the solver to NumPy)

        from ronghe.simulate.solver import anderson, kernels

        self._iterate, self._gaps, self._sweep = anderson.iterate, kernels.gaps, kernels.sweep
        self._blank = anderson.blank
        self._pool = ThreadPoolExecutor(THREADS)

    def pass_over(
        self, kernel: Floats, net: Floats, slot: Ints, theta: Floats, ship: Floats, spending: Floats, prices: Floats
    ) -> tuple[Floats, Floats, Floats]:
        """One pass over the kernel; a large one sector by sector in threads."""
        if kernel.size < LARGE or THREADS < 2:
            return self._sweep(kernel, net, slot, theta, ship, spending, prices)  # type: ignore[no-any-return]
        chunks = [part for part in np.array_split(np.arange(len(kernel)), THREADS) if part.size]

        def run(part: Ints) -> tuple[Floats, Floats, Floats]:
            at = slice(int(part[0]), int(part[-1]) + 1)
            bought, old = np.ascontiguousarray(spending[:, at]), np.ascontiguousarray(prices[:, at])
            found: tuple[Floats, Floats, Floats] = self._sweep(
                kernel[at], net, slot[at], theta[at], ship[at], bought, old
            )
            return found

        parts = list(self._pool.map(run, chunks))
        revenue: Floats = np.sum([part[2] for part in parts], axis=0)
        return np.concatenate([p[0] for p in parts], axis=1), np.concatenate([p[1] for p in parts]), revenue

    def iterate(
        self, kernel: Floats, net: Floats, c: Coefficients, packed: Packed | None, start: Floats, *,
        tolerance: float, most: int, memory: int,
    ) -> tuple[Floats, int, float]:  # fmt: skip
        """See :class:`Engine`; with further blocks on only the pass over the kernel is compiled."""
        if packed is None or kernel.size >= LARGE:
            return iterate.iterate(kernel, net, c, start, tolerance, most, memory, self.pass_over)
        blank = self._blank(memory, len(start))
        state, steps, residual = self._iterate(kernel, net, packed, start, blank, tolerance, most)
        return state, int(steps), float(residual)

    def gaps(
        self, kernel: Floats, net: Floats, c: Coefficients, packed: Packed | None, z: Floats
    ) -> tuple[Floats, float]:  # fmt: skip
        """See :class:`Engine`."""
        if packed is None or kernel.size >= LARGE:
            return equations.gaps(kernel, net, c, z, self.pass_over)
        gap = np.empty(len(z))
        return gap, float(self._gaps(kernel, net, packed, z, gap))

    def lanes(self, lanes: int, most: int, size: int) -> Lanes:
        """See :class:`Engine`."""
        from ronghe.simulate.solver.lanes import CompiledLanes

        return CompiledLanes(lanes, most, size)


_PLAIN: Engine = Plain()
_made: list[Engine] = []
_lock = Lock()


def engine(backend: Backend) -> Engine:
    """Return the engine asked for; the plain one where Numba cannot be loaded, and say so once a process."""
    if backend == "numpy":
        return _PLAIN
    with _lock:
        if not _made:
            try:
                _made.append(Compiled())
            except ImportError:
                _made.append(_PLAIN)
                warnings.warn(f"{NOTICE.zh} {NOTICE.en}", stacklevel=2)
        return _made[0]
