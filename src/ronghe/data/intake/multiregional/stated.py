"""What a mapping states of a multi-regional table: one entry ``[[mrio]]``, every fault of it at once.

[[mrio]]
file = "表.xlsx"
year = 2017
unit = "万元"
made_by = "survey"
import_treatment = "separate"
regions = ["北京", "上海"]        # or "Z!A3:A8", one label a row
sectors = ["农业", "工业", "服务业"]
[mrio.blocks]
intermediate = "Z!B2:G7"         # a sheet and a range; a whole sheet or array without one
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ronghe.base.errors import UnitFault
from ronghe.base.region import nearest
from ronghe.base.text import Text
from ronghe.base.units import factor
from ronghe.data.intake.folding import folded
from ronghe.data.intake.multiregional.ranges import read_range
from ronghe.data.intake.sheet import Sheet
from ronghe.data.schema import schema

BLOCKS = ("intermediate", "final", "exports", "imports", "value_added", "output", "final_imports", "residual",
          "employment")  # fmt: skip
NEEDED = ("intermediate", "final", "exports", "value_added", "output")
CHOICES = {
    "import_treatment": ("separate", "competitive"),
    "valuation": ("basic", "producer", "purchaser", "unknown"),
    "orientation": ("rows sell", "columns sell"),
    "order": ("region", "sector"),
    "blanks": ("missing", "zero"),
}


@dataclass(frozen=True, slots=True)
class GridMap:
    """What is stated of one multi-regional table.

    Attributes
    ----------
    file : str
        The only file where it is left out.
    year : int or None
    unit, employment_unit : str
    made_by, import_treatment, valuation, status, source : str
        Empty where they are left out.
    orientation : str
        ``rows sell`` (to columns) or ``columns sell``.
    order : str
        What labels given apart run over first: all sectors of one ``region``, or all regions of one ``sector``.
    blanks : str
        ``missing``, or ``zero``.
    separator : str
        Between region and sector where one cell holds both.
    regions, sectors : tuple of str, or str
        Labels, or the range where they stand.
    categories, components : tuple of str
    region_codes, sector_keys : mapping of label to code
    blocks : mapping of block to sheet and range
    """

    file: str = ""
    year: int | None = None
    unit: str = ""
    employment_unit: str = ""
    made_by: str = ""
    import_treatment: str = ""
    valuation: str = ""
    status: str = ""
    source: str = ""
    orientation: str = "rows sell"
    order: str = "region"
    blanks: str = "missing"
    separator: str = ""
    regions: tuple[str, ...] | str = ()
    sectors: tuple[str, ...] | str = ()
    categories: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    region_codes: Mapping[str, str] = field(default_factory=dict)
    sector_keys: Mapping[str, str] = field(default_factory=dict)
    blocks: Mapping[str, str] = field(default_factory=dict)

    def fits(self, sheet: Sheet) -> bool:
        """Whether this may speak of a sheet."""
        return not self.file or folded(self.file) == folded(sheet.file)


NOTHING = GridMap()
TEXTS = ("file", "unit", "employment_unit", "made_by", "import_treatment", "valuation", "status", "source",
         "orientation", "order", "blanks", "separator")  # fmt: skip
LISTS = ("regions", "sectors", "categories", "components")
PAIRS = ("region_codes", "sector_keys", "blocks")
KEYS = ("file", "year", *TEXTS[1:], *LISTS, *PAIRS)


def grid_map(entry: Any, number: int, faults: list[Text]) -> GridMap:
    """Return one entry of a mapping; what is wrong with it is added to ``faults``."""
    given: Mapping[str, Any] = entry if isinstance(entry, dict) else {}
    tell = _teller(f"mrio[{number}]", faults)
    for key in given:
        if key not in KEYS:
            near = ", ".join(nearest(key, KEYS)) or ", ".join(KEYS)
            tell(f"：未知的键“{key}”，可用 {near}。", f': unknown key "{key}"; known: {near}.')
    told: dict[str, Any] = {key: _text(key, given, tell) for key in TEXTS if key in given}
    told |= {key: _labels(key, given, tell) for key in LISTS if key in given}
    told |= {key: _pairs(key, given, tell) for key in PAIRS if key in given}
    year = given.get("year")
    if year is not None and (isinstance(year, bool) or not isinstance(year, int) or not 1900 <= year <= 2100):
        tell(".year 应为四位年份。", ".year must be a year.")
    made = GridMap(**told, year=year if isinstance(year, int) and not isinstance(year, bool) else None)
    _choices(made, tell)
    _units(made, tell)
    _blocks(made, tell)
    return made


Teller = Callable[[str, str], None]


def _teller(place: str, faults: list[Text]) -> Teller:
    return lambda zh, en: faults.append(Text(f"{place}{zh}", f"{place}{en}"))


def _text(key: str, given: Mapping[str, Any], tell: Teller) -> str:
    if isinstance(given[key], str):
        return str(given[key])
    tell(f".{key} 应为文字。", f".{key} must be text.")
    return ""


def _labels(key: str, given: Mapping[str, Any], tell: Teller) -> tuple[str, ...] | str:
    value = given[key]
    if isinstance(value, str) and key in ("regions", "sectors"):
        if read_range(value) is None:
            tell(f".{key}：“{value}”不是“表!A1:A9”形式的范围。", f'.{key}: "{value}" is no range such as Sheet!A1:A9.')
        return value
    if isinstance(value, list) and all(isinstance(one, str | int) for one in value):
        labels = tuple(f"{one}" for one in value)
        twice = sorted({one for one in labels if labels.count(one) > 1})
        if twice:
            tell(f".{key}：{'、'.join(twice)} 出现两次。", f".{key}: {', '.join(twice)} twice.")
        return labels
    tell(f".{key} 应为名称的列表。", f".{key} must be a list of labels.")
    return ()


def _pairs(key: str, given: Mapping[str, Any], tell: Teller) -> dict[str, str]:
    value = given[key]
    if isinstance(value, dict) and all(isinstance(one, str) for one in value.values()):
        return dict(value)
    tell(f".{key} 应为“键 = 文字”的表。", f".{key} must be a table of key = text.")
    return {}


def _choices(made: GridMap, tell: Teller) -> None:
    io = schema("io")
    known = {**CHOICES, "made_by": io.field("made_by").choices, "status": io.field("status").choices}
    for key, words in known.items():
        value = getattr(made, key)
        if value and value not in words:
            tell(
                f".{key}：“{value}”不在 {'、'.join(words)} 之中。", f'.{key}: "{value}" is none of {", ".join(words)}.'
            )


def _units(made: GridMap, tell: Teller) -> None:
    for key, target in (("unit", "万元"), ("employment_unit", "人")):
        if value := getattr(made, key):
            try:
                factor(value, target)
            except UnitFault as fault:
                tell(f".{key}：{fault.text.zh}", f".{key}: {fault.text.en}")


def _blocks(made: GridMap, tell: Teller) -> None:
    for block, where in made.blocks.items():
        if block not in BLOCKS:
            near = ", ".join(nearest(block, BLOCKS)) or ", ".join(BLOCKS)
            tell(f".blocks：未知的分块“{block}”，可用 {near}。", f'.blocks: unknown block "{block}"; known: {near}.')
        elif read_range(where, whole=True) is None:
            tell(f".blocks.{block}：“{where}”不是“表!A1:C3”形式的范围。",
                 f'.blocks.{block}: "{where}" is no range such as Sheet!A1:C3.')  # fmt: skip
    if not made.blocks:
        return
    for block in NEEDED:
        if block not in made.blocks:
            tell(f".blocks：缺少分块 {block}。", f".blocks: the block {block} is missing.")
    for key, missing in (("regions", not made.regions), ("sectors", not made.sectors and not made.separator),
                         ("unit", not made.unit), ("year", made.year is None),
                         ("import_treatment", not made.import_treatment)):  # fmt: skip
        if missing:
            tell(f"：写明分块时须写 {key}。", f": where blocks are stated, {key} is needed.")


def as_entry(made: GridMap) -> dict[str, Any]:
    """Return what differs from nothing stated, as an entry of a mapping."""
    told = {key: getattr(made, key) for key in KEYS}
    return {key: list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, Mapping) else value
            for key, value in told.items() if value and value != getattr(NOTHING, key)}  # fmt: skip
