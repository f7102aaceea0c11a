"""How long the rest of a batch takes: a callback that watches the openings done."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Pace:
    """A progress callback that knows how long the rest takes; hand it over as ``progress=``.

    Parameters
    ----------
    tell : callable, optional
        Called with (done, all, seconds left), once something is known of the time; ``seconds_left`` is NaN until then.
    """

    tell: Callable[[int, int, float], None] | None = None
    seconds_left: float = float("nan")
    _first: tuple[float, int] | None = field(default=None, init=False)

    def __call__(self, done: int, count: int) -> None:
        """Take note of the openings done; the first call only starts the clock."""
        now = time.perf_counter()
        if self._first is None or done < self._first[1]:
            self._first = (now, done)
        started, before = self._first
        if done > before:
            self.seconds_left = (now - started) / (done - before) * (count - done)
        if done >= count:
            self.seconds_left = 0.0
        if self.tell is not None and not math.isnan(self.seconds_left):
            self.tell(done, count, self.seconds_left)
