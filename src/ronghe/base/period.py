"""Periods: a year, a month or a day, as tables write them."""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from ronghe.base.errors import RongheError
from ronghe.base.text import Text

_WRITTEN = re.compile(r"(\d{4})(?:[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月)?|年)?")


class PeriodFault(RongheError):
    """A text that is no period, or a date there is not."""

    exit_code: ClassVar[int] = 3


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A year, a month or a day.

    Attributes
    ----------
    year : int
    month, day : int
        0 where the period is longer.

    Examples
    --------
    >>> Period.read("2023年6月"), str(Period.read("2023-06-05"))
    (Period(year=2023, month=6, day=0), '2023-06-05')
    """

    year: int
    month: int = 0
    day: int = 0

    @classmethod
    def read(cls, text: str) -> Period:
        """Read ``2023``, ``2023-06``, ``2023年6月`` or ``2023-06-05``.

        Raises
        ------
        PeriodFault
            For anything else.
        """
        found = _WRITTEN.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
        if found is None:
            raise _no_period(text)
        period = cls(*(int(part or 0) for part in found.groups()))
        try:
            date(period.year, period.month or 1, period.day or 1)
        except ValueError as error:
            raise _no_period(text) from error
        if found.group(2) is not None and period.month == 0:
            raise _no_period(text)
        return period

    @property
    def kind(self) -> Literal["year", "month", "day"]:
        """How long it is."""
        return "day" if self.day else "month" if self.month else "year"

    @property
    def first(self) -> date:
        """First day."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """Last day."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def __contains__(self, other: object) -> bool:
        return isinstance(other, Period) and self.first <= other.first and other.last <= self.last

    def __str__(self) -> str:
        parts = [f"{self.year:04d}", f"{self.month:02d}", f"{self.day:02d}"]
        return "-".join(parts[: {"year": 1, "month": 2, "day": 3}[self.kind]])


def _no_period(text: str) -> PeriodFault:
    return PeriodFault(
        Text(
            f"“{text}”不是时期；请写作 2023、2023-06 或 2023-06-05。",
            f'"{text}" is no period; write 2023, 2023-06 or 2023-06-05.',
        )
    )


def year_words(year: int) -> Text:
    """Return a year as it stands in a sentence; the numbered years of invented data say what they are.

    Examples
    --------
    >>> year_words(2023).zh, year_words(3).zh, year_words(3).en
    ('2023年', '第3年', 'year 3')
    """
    return Text(f"{year}年", str(year)) if year >= 1000 else Text(f"第{year}年", f"year {year}")
