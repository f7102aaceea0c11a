"""The numbers of a clause: rates, terms, amounts and dates, however they are written.

Chinese numerals, percentages, fractions, dates, money and counts become values, so that 百分之三十,
30% and 30 percent are one value. 一 and bare 十, 百, 千, 万, 亿 count only before a unit: 统一 and 万一 hold no number.

References
----------
.. [1] Unicode Standard Annex 15, "Unicode Normalization Forms", form NFKC.
.. [2] GB/T 15835-2011《出版物上数字用法》: how Chinese texts write numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

ValueKind = Literal["date", "percent", "fraction", "money", "number"]


@dataclass(frozen=True, slots=True)
class Value:
    """One number of a clause.

    Attributes
    ----------
    kind : {"date", "percent", "fraction", "money", "number"}
    amount : str
        In digits without thousands separators; a date as YYYY-MM-DD; money in units of its currency.
    unit : str
        What is counted, the currency, ``"%"``; empty where none follows.
    """

    kind: ValueKind
    amount: str
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}" if self.unit == "%" else f"{self.amount} {self.unit}".strip()


_CIRCLED = {ord("①") + at: f"({at + 1})" for at in range(20)}
_DIGITS = {character: at for at, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9} | _TENS | _MYRIADS
_CHINESE = "零〇一二两三四五六七八九十百千万亿"
_SPELT = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred"
)
_ENGLISH = dict(zip(_SPELT.split(), (*range(1, 21), *range(30, 101, 10)), strict=True))
_WORD = "|".join(sorted(_ENGLISH, key=len, reverse=True))
# A lone "one" is no number: one another.
_WORDS = rf"(?<![A-Za-z])(?:{_WORD})(?:[\s-]+(?:and\s+)?(?:{_WORD}))*(?![A-Za-z])"
_NUMBER = rf"(?:\d+(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|[{_CHINESE}]+(?:点[{_CHINESE}]+)?|{_WORDS})"
_SCALE = r"(?:\s*(?:百万|千万|十亿|百亿|千亿|万亿|[百千万亿])|\s+(?:thousand|million|billion)\b)?"
# The longest first: 个工作日 before 个.
_UNITS = (
    "个工作日|工作日|个自然日|自然日|个百分点|百分点|个小时|小时|分钟|个月|个年度|年度|季度|周岁|公里|平方米|平方公里|"
    "千米|公顷|公斤|立方米|千瓦时|千瓦|毫克|摄氏度|个|名|人次|人|户|次|倍|家|项|件|条|款|章|节|目|份|种|类|级|批|座|所|处|台|辆|"
    "套|岁|年|月|日|天|周|元|吨|亩|米|号|位|期|届|轮|成|度|分"
)
_TERMS = ("hour", "day", "week", "month", "year", "party", "copy")
_YEAR = "january february march april may june july august september october november december"
_MONTHS = _YEAR.split()
_MONTH = "|".join(_MONTHS)
# Words in which a numeral is no number.
_IDLE = "万一|十分|三农|四处|四周|千方百计|百姓|五湖四海|两面|七嘴八舌|万事|万物|千万(?=不)"
_CURRENCIES = {
    "元": "元",
    "人民币": "元",
    "¥": "元",
    "rmb": "元",
    "cny": "元",
    "yuan": "元",
    "renminbi": "元",
    "$": "dollar",
    "usd": "dollar",
    "dollar": "dollar",
    "dollars": "dollar",
    "美元": "dollar",
}

_DATE_ZH = re.compile(
    rf"(\d{{4}}|[{_CHINESE}]{{4}})\s*年(?:\s*(\d{{1,2}}|[{_CHINESE}]{{1,3}})\s*月(?:\s*(\d{{1,2}}|[{_CHINESE}]{{1,3}})\s*日)?)?"
)
_DATE_ISO = re.compile(r"(?<![\d.-])(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?![\d.-])")
_DATE_DAY = re.compile(rf"(?<![\w.])(\d{{1,2}})(?:st|nd|rd|th)?\s+({_MONTH}),?\s+(\d{{4}})\b", re.IGNORECASE)
_DATE_MONTH = re.compile(rf"\b({_MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.IGNORECASE)
_PARTS = re.compile(rf"({_NUMBER})分之({_NUMBER})")
_PERCENT = re.compile(rf"({_NUMBER})\s*(%|‰|percent\b|per\s?cent\b)", re.IGNORECASE)
_MONEY = re.compile(
    rf"(?:(人民币|¥|\$|\b(?:rmb|cny|usd)\b)\s*)?({_NUMBER})({_SCALE})(?:\s*(美元|元|yuan\b|renminbi\b|dollars?\b))?",
    re.IGNORECASE,
)
_COUNT = re.compile(rf"(第)?({_NUMBER})({_SCALE})(?:\s*({_UNITS})|[\s-]+([A-Za-z]+))?", re.IGNORECASE)


def unified(text: str) -> str:
    """Return the text with full-width forms, ligatures and circled numbers in their plain form (NFKC)."""
    return unicodedata.normalize("NFKC", text.translate(_CIRCLED)).replace("\u200b", "").replace("\ufeff", "")


def values_of(text: str) -> tuple[tuple[Value, ...], str]:
    """Return the values of a unified text in order, and the text with each of them blanked out by ``\\x00``.

    Examples
    --------
    >>> values, _rest = values_of("自2024年三月一日起三十个工作日内,按百分之五补助2万元。")
    >>> [str(value) for value in values]
    ['2024-03-01', '30 工作日', '5%', '20000 元']
    """
    held: list[tuple[int, Value]] = []
    rest = re.sub(_IDLE, lambda match: "\x01" * len(match.group()), text)
    for pattern, read in _READERS:
        rest = pattern.sub(lambda match, read=read: _taken(match, read, held), rest)  # type: ignore[misc]
    shown = "".join(old if new == "\x01" else new for old, new in zip(text, rest, strict=True))
    return tuple(value for _at, value in sorted(held, key=lambda one: one[0])), re.sub("\x00+", "\x00", shown)


def digits(numeral: str) -> str:
    """Return a numeral, Chinese or Arabic, in digits; as it stands where it is neither (十四五).

    Examples
    --------
    >>> digits("一千零二十"), digits("二〇二四"), digits("3,500.50"), digits("三点五")
    ('1020', '2024', '3500.5', '3.5')
    """
    if numeral[:1].isascii() and numeral[:1].isalpha():
        return _spelt(numeral)
    whole, _point, part = numeral.replace(",", "").partition("点")
    found = _whole(whole)
    if found is None or (part and not all(character in _DIGITS for character in part)):
        return numeral
    return _plain(found + Decimal("0." + "".join(str(_DIGITS[one]) for one in part) if part else "0"))


def _spelt(words: str) -> str:
    """Return an English numeral in digits: two hundred and thirty-five."""
    total = 0
    for word in re.findall(f"{_WORD}", words.lower()):
        total = max(total, 1) * 100 if word == "hundred" else total + _ENGLISH[word]
    return str(total)


def _whole(numeral: str) -> Decimal | None:
    """Return the number a Chinese or Arabic numeral says; None for a row of characters that says none."""
    if not any(character in _CHINESE for character in numeral):
        return Decimal(numeral)
    if all(character in _DIGITS for character in numeral):
        return Decimal("".join(str(_DIGITS[one]) for one in numeral))
    total = section = unit = 0
    pending: int | None = None
    for character in numeral:
        if character in _DIGITS:
            if pending:
                return None
            pending = _DIGITS[character]
        elif character in _TENS:
            unit = _TENS[character]
            section += (1 if pending is None else pending) * unit
            pending = None
        else:
            total = (total + section + (pending or 0) or 1) * _MYRIADS[character]
            section, pending, unit = 0, None, _MYRIADS[character]
    # 两百五 says 250, but 两百零五 says 205 and 十五 says 15.
    short = pending is not None and unit >= 100 and numeral[-2] not in "零〇"
    last = (pending or 0) * (unit // 10 if short else 1)
    return Decimal(total + section + last)


def _plain(number: Decimal) -> str:
    shown = format(number, "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _scaled(numeral: str, scale: str) -> str:
    read = digits(numeral)
    try:
        number = Decimal(read)
    except ArithmeticError:
        return read + scale.strip()
    for word in re.findall(r"[A-Za-z]+|.", scale.strip()):
        number *= _SCALES.get(word.lower(), 1)
    return _plain(number)


def _taken(match: re.Match[str], read: Callable[[re.Match[str]], Value | None], held: list[tuple[int, Value]]) -> str:
    value = read(match)
    if value is None:
        return match.group()
    held.append((match.start(), value))
    return "\x00" * len(match.group())


def _day(year: str, month: str | None, day: str | None) -> Value:
    parts = [digits(year), *(digits(part).zfill(2) for part in (month, day) if part)]
    return Value("date", "-".join(parts))


def _english(match: re.Match[str], month: int, day: int) -> Value:
    at = _MONTHS.index(match.group(month).lower()) + 1
    return _day(match.group(3), str(at), match.group(day))


def _part(match: re.Match[str]) -> Value:
    below, above = digits(match.group(1)), digits(match.group(2))
    if below in ("100", "1000"):
        return _share(above, Decimal(100) / Decimal(below))
    return Value("fraction", f"{above}/{below}")


def _share(amount: str, times: Decimal) -> Value:
    try:
        return Value("percent", _plain(Decimal(amount) * times), "%")
    except ArithmeticError:
        return Value("percent", amount, "%")


def _percent(match: re.Match[str]) -> Value:
    return _share(digits(match.group(1)), Decimal("0.1") if match.group(2) == "‰" else Decimal(1))


def _money(match: re.Match[str]) -> Value | None:
    before, numeral, scale, after = match.groups()
    if not (before or after):
        return None
    currency = (after or before).lower()
    return Value("money", _scaled(numeral, scale or ""), _CURRENCIES[currency])


def _count(match: re.Match[str]) -> Value | None:
    order, numeral, scale, unit, word = match.groups()
    if numeral.lower() == "one" and (word or "").lower().rstrip("s") not in _TERMS:
        return None
    weak = numeral == "一" or all(character in "十百千万亿" for character in numeral)
    if weak and not (order or unit):
        return None
    name = (unit or "").removeprefix("个") or unit or (word or "").lower()
    if len(name) > 3 and word:
        name = name.removesuffix("s")
    return Value("number", _scaled(numeral, scale or ""), name)


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Value | None]], ...] = (
    (_DATE_ZH, lambda match: _day(match.group(1), match.group(2), match.group(3))),
    (_DATE_ISO, lambda match: _day(match.group(1), match.group(2), match.group(3))),
    (_DATE_DAY, lambda match: _english(match, 2, 1)),
    (_DATE_MONTH, lambda match: _english(match, 1, 2)),
    (_PARTS, _part),
    (_PERCENT, _percent),
    (_MONEY, _money),
    (_COUNT, _count),
)
