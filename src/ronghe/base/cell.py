"""A cell: one named figure of a result, with its unit, status, spread and source.

Every number in prose, table and figure is a cell; sentences are templates over cells.
"""

from __future__ import annotations

from dataclasses import dataclass

from ronghe.base.spread import Spread
from ronghe.base.status import Status
from ronghe.base.text import Text


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure.

    Attributes
    ----------
    key : str
        Name by which sentences refer to it.
    value : float, int, Text or None
        The figure in its stored unit; ``None`` where it is missing.
    style : str
        How it is printed: ``money`` (亿元), ``people`` (persons), ``percent`` (a fraction), ``yuan``,
        ``integer``, ``year``, ``index``, ``text``.
    status : Status
        Observed, computed, estimated, …
    spread : Spread, optional
        Interval or scenario band, in the unit of the value.
    source : Text
        Where it comes from, or the formula that made it.
    """

    key: str
    value: float | int | Text | None
    style: str
    status: Status
    spread: Spread | None = None
    source: Text = Text("", "")
