"""What titles, names of sheets and headings say of every cell below them: a year, an indicator, a sector, a base."""

from __future__ import annotations

import re
import unicodedata

from ronghe.data.intake.cells import Names
from ronghe.data.intake.folding import folded, plain, unmarked

_YEAR_IN = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)年?")
_NUMBERED = re.compile(r"^(?:表|附表|table)?[\d.\-—–_~、:]*(?:年度?)?", re.IGNORECASE)
_CHINESE = re.compile("[一-鿿]")
_PARTS = re.compile(r"[：:—–_\s（）()]+")
_PART_OF_YEAR = re.compile(
    r"季度|前[一二三1-3]季|[上下]半年|\d{1,2}\s*[-—–~至到]\s*\d{1,2}月|年\s*(?:0?[1-9]|1[0-2])月(?!\d*日)|累计|本月|当月"
    r"|\bq[1-4]\b|\bh[12]\b|first half|quarter|jan(?:uary)?\s*[-–]",
    re.IGNORECASE,
)
_BASES = {"previous_year_month": ("上年同月=100", "上年同期=100", "same month of the previous year=100"),
          "previous_month": ("上月=100", "previous month=100"),
          "previous_year": ("上年=100", "previous year=100", "preceding year=100")}  # fmt: skip
_BASKETS = {"consumer": ("居民消费价格", "消费价格", "cpi", "consumer price"),
            "retail": ("商品零售价格", "零售价格", "retail price"),
            "producer": ("生产者", "出厂价格", "ppi", "producer price")}  # fmt: skip


def first_line(text: str) -> str:
    """Return the Chinese line of a heading whose other lines say the same in English."""
    first, _, more = text.partition("\n")
    return first if more and not _CHINESE.search(more) and _CHINESE.search(first) else text


def year_in(text: str) -> str:
    """Return the only year that a text names, empty where it names none or several."""
    # Spaces stay: without them the number of a table runs into the year behind it.
    years = set(_YEAR_IN.findall(unicodedata.normalize("NFKC", unmarked(text))))
    return years.pop() if len(years) == 1 else ""


def without_year(text: str) -> str:
    """Return a text without the years in it."""
    return _YEAR_IN.sub("", unicodedata.normalize("NFKC", unmarked(text))).strip()


def bare(text: str) -> str:
    """Return a title without its number and its year.

    Examples
    --------
    >>> bare("表2-1 2023年江苏省主要指标")
    '江苏省主要指标'
    """
    return _NUMBERED.sub("", plain(text))


def indicator_in(text: str, names: Names) -> str:
    """Return the indicator that a title names as a whole or in its end, the longest of several."""
    known = names.words.get("indicators", {})
    whole = folded(_YEAR_IN.sub("", plain(text)))
    return max((name for name in known if len(name) > 2 and name in whole), key=len, default="")


def sector_in(text: str, names: Names) -> str:
    """Return the only sector that a title or the name of a sheet names by itself: 省际贸易：工业, 工业.

    A name within a longer word is none.
    """
    known = names.words.get("sectors", {})
    parts = {folded(_YEAR_IN.sub("", part)) for part in (text, *_PARTS.split(text))}
    found = {known[part] for part in parts if part in known}
    return found.pop() if len(found) == 1 else ""


def part_of_year(text: str) -> bool:
    """Whether a title speaks of a part of a year: a quarter, a half, some months.

    Examples
    --------
    >>> part_of_year("2023年前三季度地区生产总值"), part_of_year("2023年1—6月"), part_of_year("2023年地区生产总值")
    (True, True, False)
    """
    return bool(_PART_OF_YEAR.search(unicodedata.normalize("NFKC", unmarked(text))))


def prices_said(text: str) -> dict[str, str]:
    """Return base and basket of prices that a title or a heading names.

    Examples
    --------
    >>> prices_said("居民消费价格分类指数（上年=100）")
    {'base': 'previous_year', 'basket': 'consumer'}
    """
    whole = folded(text)
    told: dict[str, str] = {}
    for name, words in (("base", _BASES), ("basket", _BASKETS)):
        found = [key for key, said in words.items() if any(folded(word) in whole for word in said)]
        if len(found) == 1:
            told[name] = found[0]
    return told
