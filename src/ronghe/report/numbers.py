"""How every number is printed, in Chinese and in English: one formatter for prose, tables and figures.

Both languages print the same rounded value. Rounding to significant digits comes first (half up on the
shortest decimal form), the unit word after it, so 9 999.97 亿元 becomes 1.000 万亿元 and never 10000 亿元.

==========  ======================  =======================  ==============================
style       stored as               zh                       en
==========  ======================  =======================  ==============================
money       亿元                    31.62 万亿元              31.62 trillion yuan
yuan        元                      4862 元                   4,862 yuan
people      persons                 2.16 亿人                 216 million
percent     fraction                24.6%                    24.6%
points      fraction (difference)   1.20 个百分点             1.20 percentage points
number      as it is                12.3 万                   123,000
ratio       as it is                0.123                    0.123
index       as it is                0.123                    0.123
integer     count                   12345                    12,345
year        year                    2023                     2023
change      fraction (change)       +1.23%                   +1.23%
exact       as it is                10, 1e-12                10, 1e-12
exact_pct   fraction                10%                      10%
==========  ======================  =======================  ==============================
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal

from ronghe.base.spread import Spread
from ronghe.base.text import Lang, Text

MISSING = "—"
MINUS = "−"
DIGITS = {"money": 4, "yuan": 4}
"""Significant digits by style; 3 where nothing stands."""

# Unit words by style, largest first: what one unit is worth in the style's base, and its word.
_Units = tuple[tuple[Decimal, str], ...]
_WAN, _YI = Decimal(10) ** 4, Decimal(10) ** 8
_ZH: dict[str, _Units] = {
    "money": ((_YI * _WAN, " 万亿元"), (_YI, " 亿元"), (_WAN, " 万元"), (Decimal(1), " 元")),
    "people": ((_YI, " 亿人"), (_WAN, " 万人"), (Decimal(1), " 人")),
    "number": ((_YI, " 亿"), (_WAN, " 万"), (Decimal(1), "")),
}
_EN: dict[str, _Units] = {
    "money": (
        (Decimal(10) ** 12, " trillion yuan"),
        (Decimal(10) ** 9, " billion yuan"),
        (Decimal(10) ** 6, " million yuan"),
        (Decimal(1), " yuan"),
    ),
    "people": ((Decimal(10) ** 9, " billion"), (Decimal(10) ** 6, " million"), (Decimal(1), "")),
    "number": ((Decimal(10) ** 9, " billion"), (Decimal(10) ** 6, " million"), (Decimal(1), "")),
}
_PLAIN: dict[str, dict[Lang, _Units]] = {
    "percent": {"zh": ((Decimal("0.01"), "%"),), "en": ((Decimal("0.01"), "%"),)},
    "change": {"zh": ((Decimal("0.01"), "%"),), "en": ((Decimal("0.01"), "%"),)},
    "points": {"zh": ((Decimal("0.01"), " 个百分点"),), "en": ((Decimal("0.01"), " percentage points"),)},
}
_TINY = Decimal("1e-4")
"""Below this an exact number is written in powers of ten."""
_ONE: _Units = ((Decimal(1), ""),)
# What one stored unit is worth in the base of the unit words: money is stored in 亿元, written from 元 up.
_BASE = {"money": _YI}
_LIKE = {"yuan": "money"}


def num(
    value: object, style: str, lang: Lang, *, digits: int | None = None, sign: bool = False, unit: bool = True
) -> str:
    """Print one value.

    Parameters
    ----------
    value : float, int, str, Text or None
        In the stored unit of its style (see the table above). Text is printed as it is; ``None``
        and what is not finite print as a long dash.
    style : str
        One of the styles above; ``text`` for words.
    digits : int, optional
        Significant digits; 3 by default, 4 for money.
    sign : bool
        Put a plus before what is above zero.
    unit : bool
        Print the unit word; a percent sign is always printed.

    Examples
    --------
    >>> num(316_187.4, "money", "zh"), num(316_187.4, "money", "en")
    ('31.62 万亿元', '31.62 trillion yuan')
    >>> num(-0.0123, "percent", "en"), num(216_000_000, "people", "zh"), num(None, "money", "zh")
    ('−1.23%', '2.16 亿人', '—')
    """
    if isinstance(value, Text):
        return value.of(lang)
    if isinstance(value, str):
        return value
    exact = _decimal(value)
    if exact is None:
        return MISSING
    if style == "year":
        return str(int(exact))
    if style == "exact" and 0 < abs(exact) < _TINY:
        return f"{exact.normalize():e}".replace("-", MINUS, exact < 0)
    sign = sign or style == "change"
    rounded = _rounded(exact * _BASE.get(style, Decimal(1)), style, digits)
    size, word = _unit(rounded, style, lang)
    body = _plain(abs(rounded) / size, _places(rounded / size, size, style, digits), marks=lang == "en")
    front = MINUS if rounded < 0 else "+" if sign and rounded > 0 else ""
    return front + body + (word if unit or word == "%" else "")


def signed(value: object, style: str, lang: Lang, *, digits: int | None = None) -> str:
    """Print a change: 增加 / 减少 with the absolute value in Chinese, a signed number in English.

    Examples
    --------
    >>> signed(0.0909, "percent", "zh"), signed(-0.0909, "percent", "en"), signed(0.0, "money", "zh")
    ('增加9.09%', '−9.09%', '持平')
    """
    printed = num(value, style, lang, digits=digits, sign=True)
    if lang == "en" or printed == MISSING:
        return printed
    words = {"+": "增加", MINUS: "减少"}
    return words[printed[0]] + printed[1:] if printed[0] in words else "持平"


def with_spread(value: object, spread: Spread | None, style: str, lang: Lang) -> str:
    """Print a value and its spread under the spread's own word.

    Examples
    --------
    >>> with_spread(12.0, Spread("band", 10.0, 15.0), "money", "zh")
    '12.00 亿元（情景带 10.00 亿元至15.00 亿元）'
    """
    text = num(value, style, lang)
    if spread is None or spread.kind == "none" or text == MISSING:
        return text
    low, high = num(spread.low, style, lang), num(spread.high, style, lang)
    if lang == "zh":
        return f"{text}（{spread.word.zh} {low}至{high}）"
    return f"{text} ({spread.word.en} {low} to {high})"


@dataclass(frozen=True, slots=True)
class Scale:
    """One unit for a whole axis or column.

    Attributes
    ----------
    factor : float
        What a stored value is multiplied by.
    unit : str
        The unit's word in the language asked for, empty if there is none.
    step : float
        Size of the last printed place, in the scaled unit.
    """

    factor: float
    unit: str
    step: float
    lang: Lang = "zh"

    def of(self, value: object) -> float | None:
        """Return the value in the scale's unit, or ``None`` where it is missing."""
        exact = _decimal(value)
        return None if exact is None else float(exact) * self.factor

    def text(self, value: object, *, sign: bool = False) -> str:
        """Print a stored value in the scale's unit, all with the same number of places."""
        return self.scaled_text(self.of(value), sign=sign)

    def scaled_text(self, value: float | None, *, sign: bool = False) -> str:
        """Print a value that is already in the scale's unit."""
        if value is None:
            return MISSING
        rounded = _decimal_of(value).quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_UP, Context(prec=60))
        front = MINUS if rounded < 0 else "+" if sign and rounded > 0 else ""
        return front + _plain(abs(rounded), self.places, marks=self.lang == "en") + ("%" if self.unit == "%" else "")

    def clear_text(self, value: float | None, *, sign: bool = False) -> str:
        """Print a scaled value so that a small loss still shows its minus.

        What would round to zero gets as many places as its first digit needs; below a ten-thousandth of
        the last place it counts as zero.
        """
        if value is None or abs(value) >= self.step / 2 or abs(value) < self.noise:
            return self.scaled_text(0.0 if value is not None and abs(value) < self.noise else value, sign=sign)
        first = float(Decimal(1).scaleb(_decimal_of(value).adjusted()))
        return replace(self, step=first).scaled_text(value, sign=sign)

    @property
    def noise(self) -> float:
        """Size below which a scaled value counts as zero."""
        return self.step * 1e-4

    @property
    def places(self) -> int:
        """Digits behind the point."""
        return max(0, -_decimal_of(self.step).adjusted())


def scale(values: Iterable[object], style: str, lang: Lang, *, digits: int | None = None) -> Scale:
    """Choose one unit for several values: the one in which the largest is written.

    Examples
    --------
    >>> unit = scale([12_345.0, -20.0], "money", "zh")
    >>> unit.unit, unit.text(12_345.0), unit.text(-20.0, sign=True)
    ('万亿元', '1.235', '−0.002')
    """
    known = [abs(exact) for exact in map(_decimal, values) if exact is not None]
    base = _BASE.get(style, Decimal(1))
    largest = _rounded(max(known, default=Decimal(0)) * base, style, digits)
    size, word = _unit(largest, style, lang)
    places = _places(largest / size, size, style, digits)
    return Scale(float(base / size), word.strip(), float(Decimal(1).scaleb(-places)), lang)


def within(unit: Scale, value: float, style: str) -> Scale:
    """Return the same unit with as many places as a value of this size needs.

    Examples
    --------
    >>> unit = scale([12_345.0], "money", "zh")
    >>> small = within(unit, 20.0, "money")
    >>> small.unit, small.text(20.0)
    ('万亿元', '0.002000')
    """
    if not value:
        return unit
    held = _decimal_of(abs(value) * unit.factor)
    places = _places(held, Decimal(repr(float(_BASE.get(style, Decimal(1))) / unit.factor)), style, None)
    return replace(unit, step=float(Decimal(1).scaleb(-places)))


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, (int, float)) or hasattr(value, "__float__"):
        number = float(value)
        return _decimal_of(number) if math.isfinite(number) else None
    return None


def _decimal_of(number: float) -> Decimal:
    return Decimal(repr(number))


def _rounded(value: Decimal, style: str, digits: int | None) -> Decimal:
    if style == "integer":
        return value.quantize(Decimal(1), ROUND_HALF_UP, Context(prec=60))
    if style.startswith("exact"):
        return value
    wanted = digits or DIGITS.get(style, 3)
    if value == 0:
        return Decimal(0)
    return value.quantize(Decimal(1).scaleb(value.adjusted() + 1 - wanted), ROUND_HALF_UP, Context(prec=60))


def _unit(value: Decimal, style: str, lang: Lang) -> tuple[Decimal, str]:
    units = _units(style, lang)
    if value == 0 and style == "money":
        return (_YI, " 亿元") if lang == "zh" else (Decimal(1), " yuan")
    return next((unit for unit in units if abs(value) >= unit[0]), units[-1])


def _units(style: str, lang: Lang) -> _Units:
    if style == "exact_pct":
        style = "percent"
    if style in _PLAIN:
        return _PLAIN[style][lang]
    return (_ZH if lang == "zh" else _EN).get(_LIKE.get(style, style), _ONE)


def _places(value: Decimal, size: Decimal, style: str, digits: int | None) -> int:
    """Return how many digits stand behind the point for a value in units of ``size``."""
    if style == "integer" or value == 0:
        return 0
    if style.startswith("exact"):
        exponent = value.normalize().as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0
    if style == "people" and size == 1:
        return 0
    wanted = digits or DIGITS.get(style, 3)
    return max(0, wanted - 1 - value.adjusted())


def _plain(value: Decimal, places: int, *, marks: bool) -> str:
    return f"{value:,.{places}f}" if marks else f"{value:.{places}f}"
