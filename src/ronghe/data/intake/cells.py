"""Cells typed by the column of the schema they stand in; what cannot be typed becomes a fault with a place.

Each distinct raw cell is judged once: a column of a million names holds few.
"""

from __future__ import annotations

import csv
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from ronghe.base.errors import UnitFault
from ronghe.base.region import ROW
from ronghe.base.text import Text, same
from ronghe.base.units import currencies_apart, factor, in_words, parse
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.folding import folded, plain
from ronghe.data.intake.headings import is_unit
from ronghe.data.intake.numbers import number
from ronghe.data.intake.register import Register
from ronghe.data.intake.repairs import of_cell, tell_refused, tell_repairs
from ronghe.data.intake.sheet import Cell, Dated
from ronghe.data.schema import Field

_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")
_QUARTER = re.compile(r"(\d{4})年?(?:第?([一二三四1-4])季度|Q([1-4]))", re.IGNORECASE)
ABROAD = frozenset({"row", "国外", "境外", "海外", "abroad", "restoftheworld", "restofworld", "foreign"})
"""Names of the rest of the world, folded."""
_MONTH = re.compile(
    r"(?:1[89]|20)\d{2}(?:年?(?:0?[1-9]|1[0-2])月份?|[-./](?:0?[1-9]|1[0-2])(?:[-./]0?1)?|(?:0[1-9]|1[0-2]))"
)
"""A month; its first day is what spreadsheets make of one."""

_YES, _NO = frozenset({"yes", "是", "true", "1", "有", "y"}), frozenset({"no", "否", "false", "0", "无", "n"})
_LENGTH = 2000


class Refusal(Exception):
    """A cell that cannot be typed: a case of the catalogue, and what it tells."""

    def __init__(self, case: str, **told: object) -> None:
        super().__init__(case)
        self.case, self.told = case, told


@dataclass(frozen=True, slots=True)
class Names:
    """What names in a data set can mean.

    Attributes
    ----------
    places : Register
    level : str or None
        The working level.
    above : mapping of code to name
        Units above the working level of which a part stands in the table, and the name of that part.
    words : mapping of table to mapping of folded name to key
        Sectors, commodities, indicators and the like; a table without words takes any text.
    abroad : bool
        Whether the rest of the world is a region of the table.
    own : bool
        Whether regions have codes of a list of their own, which knows no working level.
    open : bool
        Whether any text may name a region: in the list of regions itself.
    indicators : mapping of indicator to (unit, whether its figures add up)
    kinds : mapping of folded word to column
        Words of the table's own columns of choices and classes, which may stand as headings of a wide sheet.
    time : {"year", "period"}
        What the table calls the time of a row.
    limits : mapping of indicator to (least, greatest value)
    refused : frozenset of str
        Kinds of repairs that make a cell a fault.
    """

    places: Register
    level: str | None
    words: Mapping[str, Mapping[str, str]]
    above: Mapping[str, str] = field(default_factory=dict)
    abroad: bool = False
    own: bool = False
    open: bool = False
    indicators: Mapping[str, tuple[str, bool]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    time: str = "year"
    limits: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()

    def at(self, level: str | None, labels: Iterable[str]) -> Names:
        """Return these names at a working level, knowing which units above it the labels of a table have parts of."""
        above: dict[str, str] = {}
        for label in dict.fromkeys(labels):
            found = self.places.match(label, level) if label.strip() and level else None
            if found is not None and found.outcome == "found":
                above |= dict.fromkeys(self.places.above(found.code), label.strip()) | above
        return replace(self, level=level, above=above)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one column is to hold.

    Attributes
    ----------
    field : Field
    unit : str
        Unit in which the numbers stand; empty where it is that of the schema.
    coded : bool
        Whether a column of regions holds codes.
    """

    field: Field
    unit: str = ""
    coded: bool = False


def typed(cell: Cell, wanted: Wanted, names: Names) -> Any:
    """Return the typed value of a cell, None for an empty one.

    Raises
    ------
    Refusal
        For a cell that cannot be typed.
    """
    if isinstance(cell, str) and "\x00" in cell:
        raise Refusal("E221_control")
    if isinstance(cell, str) and len(cell) > _LENGTH and wanted.field.name != "text":
        raise Refusal("E221_long", count=len(cell), most=_LENGTH)
    if cell is None or (isinstance(cell, str) and not plain(cell)):
        return None
    return _BY_TYPE.get(wanted.field.type, _text)(cell, wanted, names)


def _number(cell: Cell, wanted: Wanted, names: Names) -> float | None:
    field = wanted.field
    if isinstance(cell, bool):
        raise Refusal("E221_bool", read=quoted(cell), wanted=limits(field))
    if isinstance(cell, Dated):
        raise Refusal("E223_date", read=quoted(cell), wanted=limits(field))
    by = Fraction(1)
    if isinstance(cell, str):
        found = number(cell)
        if found.missing:
            return None
        if found.problem == "grouping":
            raise Refusal("E228_grouping", read=quoted(cell))
        if found.value is None or not math.isfinite(found.value):
            raise Refusal("E221_number", read=quoted(cell), wanted=limits(field))
        value = found.value
        own = found.suffix
        if own:
            if not is_unit(own):
                raise Refusal("E221_number", read=quoted(cell), wanted=limits(field))
            if wanted.unit and not (is_unit(wanted.unit) and alike(own, wanted.unit)):
                raise Refusal("E214_suffix", read=quoted(cell), unit=in_words(wanted.unit))
            by = _factor(own, field)
    else:
        value, own = float(cell or 0.0), ""
        if not math.isfinite(value):
            raise Refusal("E221_number", read=quoted(cell), wanted=limits(field))
    if not own and wanted.unit:
        by = _factor(wanted.unit, field)
    if by != 1:
        value = float(Fraction(repr(value)) * by)
    return _within(value, cell, field)


def alike(one: str, other: str) -> bool:
    """Whether two units are one: 万元 and 10 thousand yuan."""
    first, second = parse(one), parse(other)
    return first.dimension == second.dimension and first.factor == second.factor


def _factor(unit: str, field: Field) -> Fraction:
    """Return by what a number is multiplied to stand in the unit of the schema."""
    if not field.unit:
        return Fraction(1) if field.type != "share" else factor(unit, "1")
    return factor(unit, field.unit)


def _within(value: float, cell: Cell, field: Field) -> float:
    if field.least is not None and value < field.least:
        case = "E224_negative" if field.least == 0 and value < 0 else "E225_limits"
        raise Refusal(case, read=quoted(cell), wanted=limits(field))
    if field.most is not None and value > field.most:
        if field.type == "share" and 2 <= value <= 100:
            raise Refusal("E227_percent", read=quoted(cell), wanted=limits(field))
        raise Refusal("E225_limits", read=quoted(cell), wanted=limits(field))
    return value


def _year(cell: Cell, wanted: Wanted, names: Names) -> int:
    text = plain(f"{cell:.15g}" if isinstance(cell, float) else f"{cell}")
    if is_month(text):
        raise Refusal("E407_month", read=quoted(cell))
    digits = text.removesuffix("年").removesuffix("年度")
    if isinstance(cell, Dated) or not (digits.isascii() and digits.isdigit() and 1 <= len(digits) <= 4):
        raise Refusal("E404_year", read=quoted(cell))
    return int(digits)


def is_month(text: str) -> bool:
    """Whether a text is a month or a quarter of a year."""
    return bool(_MONTH.fullmatch(plain(text)) or _QUARTER.fullmatch(plain(text)))


def _date(cell: Cell, wanted: Wanted, names: Names) -> str:
    text = plain(f"{cell:.15g}" if isinstance(cell, float) else f"{cell}")
    found = _DATE.fullmatch(text[:10] if isinstance(cell, Dated) else text)
    if found is None:
        raise Refusal("E223_no_date", read=quoted(cell))
    year, month, day = found.groups()
    if (month and not 1 <= int(month) <= 12) or (day and not 1 <= int(day) <= 31):
        raise Refusal("E223_no_date", read=quoted(cell))
    return "-".join([year, *(f"{int(part):02d}" for part in (month, day) if part)])


def _period(cell: Cell, wanted: Wanted, names: Names) -> str:
    text = plain(f"{cell:.15g}" if isinstance(cell, float) else f"{cell}")
    quarter = _QUARTER.fullmatch(text)
    if quarter:
        at = quarter[2] or quarter[3]
        return f"{quarter[1]}-Q{'一二三四'.find(at) + 1 or at}"
    if isinstance(cell, float) and cell.is_integer() and 1 <= cell <= 9999:
        return f"{int(cell)}"
    found = _DATE.fullmatch(text[:7] if isinstance(cell, Dated) else text)
    if found is None or found[3]:
        if text.isascii() and text.isdigit() and len(text) <= 4:
            return text
        raise Refusal("E407_period", read=quoted(cell))
    return found[1] if found[2] is None else f"{found[1]}-{int(found[2]):02d}"


def _bool(cell: Cell, wanted: Wanted, names: Names) -> bool:
    if isinstance(cell, bool):
        return cell
    text = folded(f"{cell:.15g}" if isinstance(cell, float) else f"{cell}")
    if text in _YES or text in _NO:
        return text in _YES
    raise Refusal("E314_bool", read=quoted(cell))


def _choice(cell: Cell, wanted: Wanted, names: Names) -> str:
    text = folded(f"{cell}")
    for word in wanted.field.choices:
        if text == folded(word) or text in choice_words().get(word, ()):
            return word
    known = [_shown_choice(word) for word in wanted.field.choices]
    listed = Text("、".join(word.zh for word in known), ", ".join(wanted.field.choices))
    raise Refusal("E314_choice", read=quoted(cell), known=listed)


@cache
def choice_words() -> dict[str, tuple[str, ...]]:
    """Return the Chinese words of every choice, folded."""
    text = files("ronghe.data").joinpath("choices.csv").read_text(encoding="utf-8")
    return {
        row["word"]: tuple(folded(word) for word in row["zh"].split(";")) for row in csv.DictReader(text.splitlines())
    }


def _shown_choice(word: str) -> Text:
    words = choice_words().get(word)
    return Text(f"{words[0]}（{word}）", word) if words else same(word)


def _region(cell: Cell, wanted: Wanted, names: Names) -> str:
    text = f"{cell:.15g}" if isinstance(cell, float) else f"{cell}"
    level = names.level
    if names.open:
        return plain(text)
    if names.abroad and folded(text) in ABROAD:
        return ROW
    found = names.places.match(text, level, coded=wanted.coded)
    if found.outcome == "found":
        return found.code
    near = Text("、".join(found.near), ", ".join(found.near))
    told = {"read": quoted(cell), "near": near, "level": level_name(level)}
    if found.outcome == "level" and found.code in names.above:
        raise Refusal("E406_parent", **told | {"child": quoted(names.above[found.code])})
    if found.outcome == "level":
        raise Refusal("E302_level", **told)
    if found.outcome == "ambiguous":
        raise Refusal("E304_ambiguous", **told)
    if found.outcome == "dated":
        raise Refusal("E306_dated", **told)
    raise Refusal("E301_region" if found.near else "E301_no_region", **told)


def level_name(level: str | None) -> Text:
    """Return the name of a level."""
    return {
        "province": Text("省级", "provinces"),
        "prefecture": Text("地级", "prefectures"),
        "county": Text("县级", "counties"),
    }.get(level or "", Text("地区", "regions"))


def _word(table: str, case: str) -> Callable[[Cell, Wanted, Names], str]:
    def find(cell: Cell, wanted: Wanted, names: Names) -> str:
        text = f"{cell:.15g}" if isinstance(cell, float) else f"{cell}"
        known = names.words.get(table)
        if known is None:
            return plain(text)
        key = known.get(folded(text))
        if key is None:
            from ronghe.base.region import nearest

            near = nearest(text, known)
            keys = dict.fromkeys(known[name] for name in near)
            raise Refusal(case, read=quoted(cell), near=Text("、".join(near) or "无", ", ".join(keys) or "none"))
        return key

    return find


_REFERRED = {
    "sectors": _word("sectors", "E311_sector"),
    "commodities": _word("commodities", "E312_commodity"),
    "indicators": _word("indicators", "E313_indicator"),
    "areas": _word("areas", "E301_area"),
    "sources": _word("sources", "E408_source"),
}


DASHES = frozenset({"-", "—", "–", "——", "--", "…", "……", "..", "..."})
"""Signs that a text is not there."""


def _text(cell: Cell, wanted: Wanted, names: Names) -> str | None:
    find = _REFERRED.get(wanted.field.refers_to)
    if find is not None:
        return find(cell, wanted, names)
    text = f"{cell:.15g}" if isinstance(cell, float) else f"{cell}"
    if not wanted.field.required and plain(text) in DASHES:
        return None
    if any(not c.isprintable() and c not in "\n\t\r\u3000" for c in text):
        raise Refusal("E221_control")
    return text.strip()


def limits(field: Field) -> Text:
    """Return what a column wants, in words."""
    kind = {
        "share": Text("份额", "a share"),
        "index": Text("指数", "an index"),
        "year": Text("年份", "a year"),
    }.get(field.type, Text("数字", "a number"))
    bounds = "" if field.least is None else f" ≥ {field.least:.12g}"
    bounds += "" if field.most is None else f" ≤ {field.most:.12g}"
    unit = in_words(field.unit)
    zh, en = (f"（{unit.zh}）", f" ({unit.en})") if field.unit else ("", "")
    return Text(f"{kind.zh}{bounds}{zh}", f"{kind.en}{bounds}{en}")


_BY_TYPE: Mapping[str, Callable[[Cell, Wanted, Names], Any]] = {
    "number": _number,
    "count": _number,
    "share": _number,
    "index": _number,
    "year": _year,
    "date": _date,
    "period": _period,
    "bool": _bool,
    "choice": _choice,
    "region": _region,
    "sector": _word("sectors", "E311_sector"),
    "area": _word("areas", "E301_area"),
    "source": _word("sources", "E408_source"),
}


def typed_column(
    cells: Sequence[Cell], wanted: Wanted, names: Names, found: Findings, place: Callable[[int], str]
) -> list[Any]:
    """Type one column; a cell that cannot be typed becomes None and a fault at its place."""
    if (plain_numbers := _plain_numbers(cells, wanted)) is not None:
        return plain_numbers
    seen: dict[Any, Any] = {}
    values: list[Any] = []
    taken_out: dict[Any, tuple[str, ...]] = {}
    repaired: dict[str, list[int]] = defaultdict(list)
    told_unit, numeric, needed = False, wanted.field.numeric, wanted.field.required
    for at, cell in enumerate(cells):
        # A boolean equals a number, and no text does.
        key = cell if type(cell) is str or type(cell) is float else (type(cell), cell)
        value = seen.get(key, seen)
        if value is seen:
            try:
                value = typed(cell, wanted, names)
            except (Refusal, UnitFault) as refusal:
                value = refusal
            seen[key] = value
            taken_out[key] = () if isinstance(value, Exception) else of_cell(cell, wanted.field)
        if isinstance(value, Refusal):
            found.add(value.case, place(at), **value.told)
            value = None
        elif isinstance(value, UnitFault):
            # The unit of a column is told once, a cell's own at each cell.
            if not (wanted.unit and told_unit):
                tell_unit(found, place(at), cell, wanted.unit, wanted.field.unit, value)
            told_unit, value = True, None
        elif value is None and needed and not _said_missing(cell):
            asked = limits(wanted.field) if numeric else wanted.field.title
            found.add("E221_empty", place(at), wanted=asked)
        elif value is not None and (kinds := taken_out[key]):
            if names.refused.intersection(kinds):
                tell_refused([kind for kind in kinds if kind in names.refused], cell, place(at), found)
                value = None
            for kind in kinds:
                repaired[kind].append(at)
        values.append(value)
    tell_repairs({kind: at for kind, at in repaired.items() if kind not in names.refused}, cells, place, found)
    return values


def _plain_numbers(cells: Sequence[Cell], wanted: Wanted) -> list[Any] | None:
    """Return a column that is all numbers within its limits and in the unit of the schema; None for any other."""
    field = wanted.field
    if field.type not in ("number", "count", "share", "index") or not cells or set(map(type, cells)) != {float}:
        return None
    if wanted.unit and wanted.unit != field.unit:
        return None
    least, most = min(cells), max(cells)  # type: ignore[type-var]
    within = (field.least is None or least >= field.least) and (field.most is None or most <= field.most)  # type: ignore[operator]
    return list(cells) if within and all(map(math.isfinite, cells)) else None  # type: ignore[arg-type]


def tell_unit(found: Findings, place: str, read: Cell, unit: str, wanted: str, why: UnitFault) -> None:
    """Tell a unit that is unknown, or one of another dimension."""
    if unit and not is_unit(unit):
        found.add("E201_unit", place, read=quoted(unit), wanted=in_words(wanted))
    elif is_unit(own := unit or number(f"{read}").suffix) and currencies_apart(own, wanted):
        found.add("E210_currency", place, read=quoted(own), wanted=in_words(wanted))
    else:
        found.add("E208_dimension", place, read=quoted(read), why=why.text)


def _said_missing(cell: Cell) -> bool:
    """Whether a cell says in so many signs that there is no figure."""
    return isinstance(cell, str) and bool(plain(cell)) and bool(number(cell).missing)
