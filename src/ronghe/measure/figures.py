"""Looking up published figures in one unit, and the small arithmetic of observed tables.

A figure that no table holds is ``None``, and so is every sum or share that would need it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ronghe.base.errors import UnitFault, UnknownTerm
from ronghe.base.provenance import Provenance
from ronghe.base.status import Status
from ronghe.base.text import Text, same
from ronghe.data import Dataset, MissingFigure

Figure = float | None

# Published unit to the unit shown: 亿元, persons, 亿美元.
_FACTORS: dict[str, float] = {
    "亿元": 1.0,
    "万元": 1e-4,
    "人": 1.0,
    "万人": 1e4,
    "千美元": 1e-5,
    "亿美元": 1.0,
}


class Lookup:
    """Figures of a data set in shown units; remembers what it read."""

    def __init__(self, data: Dataset) -> None:
        self._data = data
        self._seen: dict[tuple[str, ...], Provenance] = {}
        self._statuses: dict[tuple[str, int], dict[Status, None]] = {}

    def figure(self, indicator: str, code: str, year: int, *, trace: bool = True) -> Figure:
        """Return one figure, or None where it is missing.

        Raises
        ------
        UnitFault
            If the figure is in a unit that does not convert to the one shown.
        """
        try:
            fact = self._data.fact(indicator, code, year)
        except (UnknownTerm, MissingFigure):
            return None
        if fact.unit not in _FACTORS:
            said = Text(f"{indicator} 的单位“{fact.unit}”不能换算", f'{indicator} has the unit "{fact.unit}"')
            raise UnitFault(said + Text("。", ", which does not convert."))
        if trace:
            made = fact.provenance
            table = replace(made, place=made.place.partition("!")[0])
            self._seen.setdefault((*(source.key for source in made.sources), table.place), table)
            self._statuses.setdefault((indicator, year), {})[fact.status] = None
        return fact.value * _FACTORS[fact.unit]

    @property
    def provenance(self) -> tuple[Provenance, ...]:
        """Where the figures come from, one entry a source."""
        return tuple(self._seen.values())

    @property
    def statuses(self) -> tuple[Status, ...]:
        """Statuses of all figures read."""
        return tuple(dict.fromkeys(status for held in self._statuses.values() for status in held))

    def statuses_of(self, indicator: str, year: int) -> tuple[Status, ...]:
        """Return the statuses of the figures of one indicator and year."""
        return tuple(self._statuses.get((indicator, year), ()))


def total(values: Sequence[Figure]) -> Figure:
    """Return the sum, or None if one is missing.

    Examples
    --------
    >>> total([1.0, 2.0]), total([1.0, None])
    (3.0, None)
    """
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None


def share_of(part: Figure, whole: Figure, *, less: float = 0.0) -> Figure:
    """Return part over whole, less a constant; None where it cannot be told.

    Examples
    --------
    >>> share_of(110.0, 100.0, less=1.0) == 110 / 100 - 1, share_of(1.0, None)
    (True, None)
    """
    return None if part is None or not whole else part / whole - less


def percent(share: Figure) -> str:
    """Return a share as per cent with three significant digits.

    Examples
    --------
    >>> percent(0.0909449), percent(-0.0266), percent(None)
    ('9.09%', '−2.66%', '—')
    """
    return "—" if share is None else f"{100 * share:#.3g}".rstrip(".").replace("-", "−") + "%"


def whole(value: Figure) -> Text:
    """Return a whole number as each language writes it.

    Examples
    --------
    >>> whole(4861.5).zh, whole(4861.5).en
    ('4862', '4,862')
    """
    return same("—") if value is None else Text(f"{value:.0f}", f"{value:,.0f}")


def yuan_in_words(value: Figure) -> Text:
    """Return a sum in 亿元 in the words of each language.

    Examples
    --------
    >>> yuan_in_words(316161.4).zh, yuan_in_words(316161.4).en
    ('31.62万亿元', '31.62 trillion yuan')
    """
    if value is None:
        return same("—")
    large = value >= 10_000
    zh = f"{value / 10_000:.4g}万亿元" if large else f"{value:.4g}亿元"
    return Text(zh, f"{value / 10_000:.4g} trillion yuan" if large else f"{value / 10:.4g} billion yuan")


def rank_ends(codes: Sequence[str], values: Sequence[Figure]) -> tuple[tuple[str, float], tuple[str, float]] | None:
    """Return the highest and the lowest with their values; None with fewer than two known or any missing.

    Examples
    --------
    >>> rank_ends(("A", "B", "C"), (1.0, 3.0, 2.0))
    (('B', 3.0), ('A', 1.0))
    """
    known = [(code, value) for code, value in zip(codes, values, strict=True) if value is not None]
    if len(known) < 2 or len(known) < len(codes):
        return None
    return max(known, key=lambda one: one[1]), min(known, key=lambda one: one[1])
