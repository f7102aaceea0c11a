"""Units: what a number is counted in, and exact conversion within one dimension, never between two.

A unit is ``[scale] base [/ base]`` with an optional price base: 万元, 亿元, 元/人, 人每平方公里, 100 million yuan,
``元（当年价）``. Every factor is a fraction, so 1 亿元 is 10000 万元 exactly and 1 公顷 is 15 亩 exactly.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache

from ronghe.base.errors import UnitFault
from ronghe.base.region import nearest
from ronghe.base.text import Text

SCALES: dict[str, int] = {
    "万亿": 10**12,
    "十亿": 10**9,
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "十万": 10**5,
    "万": 10**4,
    "千": 10**3,
    "trillion": 10**12,
    "billion": 10**9,
    "100 million": 10**8,
    "100m": 10**8,
    "million": 10**6,
    "10,000": 10**4,
    "10000": 10**4,
    "10k": 10**4,
    "thousand": 10**3,
}

_TRADITIONAL = str.maketrans("億萬噸個戶畝頃時鐘張項裡", "亿万吨个户亩顷时钟张项里")
"""Traditional forms of the characters of units."""

_METRE, _SQUARE, _MINUTE = "length", "area", "time"
BASES: dict[str, tuple[str, Fraction]] = {
    **{name: ("money CNY", Fraction(1)) for name in ("元", "人民币元", "人民币", "yuan", "cny", "rmb")},
    **{name: ("money USD", Fraction(1)) for name in ("美元", "us dollar", "us dollars", "usd", "dollars")},
    **{name: ("money HKD", Fraction(1)) for name in ("港元", "hkd", "hong kong dollars")},
    **{name: ("money MOP", Fraction(1)) for name in ("澳门元", "mop", "patacas")},
    **{name: ("persons", Fraction(1)) for name in ("人", "人次", "person", "persons", "people", "head")},
    **{name: ("households", Fraction(1)) for name in ("户", "household", "households")},
    **{name: (_METRE, Fraction(1000)) for name in ("公里", "千米", "km", "kilometre", "kilometres")},
    **{name: (_METRE, Fraction(1)) for name in ("米", "metre", "metres")},
    **{name: (_SQUARE, Fraction(10**6)) for name in ("平方公里", "平方千米", "km2", "square km")},
    **{name: (_SQUARE, Fraction(1)) for name in ("平方米", "m2", "square metres")},
    **{name: (_SQUARE, Fraction(10**4)) for name in ("公顷", "hectare", "hectares", "ha")},
    **{name: (_SQUARE, Fraction(10**4, 15)) for name in ("亩", "mu")},
    **{name: ("mass", Fraction(1)) for name in ("吨", "tonne", "tonnes", "ton", "tons")},
    **{name: ("coal equivalent", Fraction(1)) for name in ("吨标准煤", "tce")},
    **{name: ("energy", Fraction(1)) for name in ("千瓦时", "度电", "kwh")},
    **{name: (_MINUTE, Fraction(1)) for name in ("分钟", "minute", "minutes")},
    **{name: (_MINUTE, Fraction(60)) for name in ("小时", "hour", "hours")},
    **{name: (_MINUTE, Fraction(1440)) for name in ("天", "日", "day", "days")},
    **{name: ("years", Fraction(1)) for name in ("年", "year", "years")},
    **{name: ("angle", Fraction(1)) for name in ("度", "degree", "degrees")},
    **{name: (f"count {name}", Fraction(1)) for name in ("件", "项", "个", "张", "家", "部", "座", "标台", "份")},
    "pieces": ("count 件", Fraction(1)),
    "items": ("count 项", Fraction(1)),
    "firms": ("count 家", Fraction(1)),
    "beds": ("count 张", Fraction(1)),
    "人年": ("person-years", Fraction(1)),
    "person-years": ("person-years", Fraction(1)),
    "%": ("ratio", Fraction(1, 100)),
    "百分之一": ("ratio", Fraction(1, 100)),
    "percent": ("ratio", Fraction(1, 100)),
    "‰": ("ratio", Fraction(1, 1000)),
    "1": ("ratio", Fraction(1)),
    "比": ("ratio", Fraction(1)),
    "百分点": ("points", Fraction(1)),
    "percentage points": ("points", Fraction(1)),
}
_PRICE = re.compile(r"(当年价格?|现价|可比价格?|上年=100|\d{4}年价格?|current prices?|constant prices?|\d{4} prices)")
_PRICES = {
    "现价": "当年价",
    "当年价格": "当年价",
    "可比价格": "可比价",
    "current price": "当年价",
    "current prices": "当年价",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as read.

    Attributes
    ----------
    text : str
        As it was written.
    dimension : tuple of str
        What it counts, and what it is per; equal dimensions convert.
    factor : Fraction
        Size in the dimension's own unit.
    price : str
        Price base (当年价, 可比价, 2010年价, 上年=100), empty where none is stated.
    """

    text: str
    dimension: tuple[str, str]
    factor: Fraction
    price: str = ""


@cache
def parse(text: str) -> Unit:
    """Read a unit.

    Raises
    ------
    UnitFault
        For a unit no one knows, with the nearest ones.

    Examples
    --------
    >>> parse("亿元").factor, parse("元/人").dimension
    (Fraction(100000000, 1), ('money CNY', 'persons'))
    """
    plain = unicodedata.normalize("NFKC", text).strip().casefold().translate(_TRADITIONAL)
    found = _PRICE.search(plain)
    price = "" if found is None else _price(found.group())
    rest = (plain if found is None else plain.replace(found.group(), "")).strip(" ()[],，、:：")
    if price == "上年=100" and not rest:
        return Unit(text, ("index", ""), Fraction(1), price)
    whole, slash, per = _halves(rest)
    upper, lower = _single(whole, text), _single(per, text) if slash else ("", Fraction(1))
    return Unit(text, (upper[0], lower[0]), upper[1] / lower[1], price)


def factor(source: str, target: str) -> Fraction:
    """Return by what a number in ``source`` is multiplied to stand in ``target``.

    Raises
    ------
    UnitFault
        If the two count different things, stand in two currencies, or on two price bases.
    """
    first, second = parse(source), parse(target)
    if first.dimension != second.dimension:
        raise UnitFault(_mismatch(first, second))
    if first.price and second.price and first.price != second.price:
        raise UnitFault(
            Text(
                f"“{source}”与“{target}”的价格基准不同（{first.price}，{second.price}），不能换算。",
                f'"{source}" and "{target}" stand on different price bases ({first.price}, {second.price}).',
            )
        )
    return first.factor / second.factor


def convert(value: int | float | str | Decimal | Fraction, source: str, target: str) -> Fraction:
    """Convert one number exactly; a float is taken as the decimal that it prints.

    Examples
    --------
    >>> convert("1.5", "亿元", "万元"), float(convert(0.1, "公顷", "亩"))
    (Fraction(15000, 1), 1.5)
    """
    exact = Fraction(repr(value)) if isinstance(value, float) else Fraction(value)
    return exact * factor(source, target)


def _halves(text: str) -> tuple[str, str, str]:
    """Split ``a/b``, ``a每b`` and ``a per b``."""
    for mark in ("/", "每", " per "):
        whole, found, per = text.partition(mark)
        if found and whole:
            return whole.strip(), found, per.strip()
    return text, "", ""


def _single(text: str, whole: str) -> tuple[str, Fraction]:
    """Read ``[scale] base``, the longest scale first."""
    if text in BASES:
        return BASES[text]
    for scale, size in SCALES.items():
        base = text.removeprefix(scale).strip()
        if base != text and base in BASES:
            dimension, factor_ = BASES[base]
            return dimension, size * factor_
    near = nearest(whole, [*BASES, "万元", "亿元", "万人", "元/人", "100 million yuan"])
    zh, en = "、".join(near) or "无", ", ".join(near) or "none"
    raise UnitFault(
        Text(
            f"未知的单位“{whole}”；相近的单位：{zh}。单位写作［千万亿等］基本单位［/基本单位］。",
            f'Unknown unit "{whole}"; near it: {en}. A unit is [scale] base [/ base], as in 亿元 or 元/人.',
        )
    )


_ENGLISH = {
    "人": "persons", "万人": "10,000 persons", "元": "yuan", "万元": "10,000 yuan", "亿元": "100 million yuan",
    "千美元": "thousand us dollars", "件": "pieces", "万件": "10,000 pieces", "项": "items", "家": "firms",
    "个": "units", "张": "beds", "万张": "10,000 beds", "天": "days", "公里": "km", "平方公里": "square km",
    "平方米": "square metres", "亩": "mu", "度": "degrees", "人年": "person-years", "比": "1",
}  # fmt: skip


def currencies_apart(one: str, other: str) -> bool:
    """Whether two units are money per the same thing, in two currencies.

    Examples
    --------
    >>> currencies_apart("亿港元", "亿元"), currencies_apart("万元", "亿元"), currencies_apart("人", "亿元")
    (True, False, False)
    """
    first, second = parse(one), parse(other)
    money = first.dimension[0].startswith("money") and second.dimension[0].startswith("money")
    return money and first.dimension[0] != second.dimension[0] and first.dimension[1] == second.dimension[1]


def in_words(unit: str) -> Text:
    """Return a unit as it is written in each language; one without an English word stays as it is.

    Examples
    --------
    >>> in_words("亿元").en
    '100 million yuan'
    """
    return Text(unit, _ENGLISH.get(unit, unit))


def _price(text: str) -> str:
    year = re.match(r"\d{4}", text)
    return f"{year.group()}年价" if year else _PRICES.get(text, text)


def _mismatch(first: Unit, second: Unit) -> Text:
    money = [unit.dimension[0].startswith("money") for unit in (first, second)]
    if all(money) and first.dimension[1] == second.dimension[1]:
        return Text(
            f"“{first.text}”与“{second.text}”币种不同，换算需要给定汇率。",
            f'"{first.text}" and "{second.text}" are two currencies; converting them needs a stated rate.',
        )
    return Text(
        f"“{first.text}”与“{second.text}”的量纲不同，不能换算。",
        f'"{first.text}" and "{second.text}" count different things and do not convert.',
    )
