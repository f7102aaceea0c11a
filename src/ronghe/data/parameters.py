"""The parameters of the estimate, one file, nothing hidden in code.

A number that the estimate needs and the file lacks is a fault at load, and so is a number without its status or
its source.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from ronghe.base.errors import Fault
from ronghe.base.status import Status
from ronghe.base.text import Text

NEEDED: Mapping[str, bool] = {
    "distance_elasticity": True,
    "trade_elasticity": True,
    "home_agriculture": True,
    "home_industry": True,
    "home_services": True,
    "home_local": True,
    "home_cap": False,
    "home_cap_local": False,
    "home_shock": False,
    "openness_shock": False,
    "draws": False,
    "transfer_cap": False,
    "government_share": False,
    "government_most": False,
    "government_most_services": False,
    "local_least": False,
    "row_home_share": False,
    "fit_tolerance": False,
    "own_distance": False,
    "sample_2000": False,
    "sample_2010": True,
    "sample_2020": False,
    "openness_east": False,
    "openness_central": False,
    "openness_west": False,
    "openness_northeast": False,
    "migration_population": False,
    "migration_income": False,
    "migration_distance": False,
    "migration_stay": False,
}
"""Every parameter, and whether it must carry a band."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number that is assumed or taken from outside the tables.

    Attributes
    ----------
    name : str
    value : float
    low, high : float
        Scenario band; equal to the value where none is drawn.
    status : Status
    title : Text
        What it is.
    source : Text
        Where the number is from.
    banded : bool
        Whether a scenario band is drawn over it.
    """

    name: str
    value: float
    low: float
    high: float
    status: Status
    title: Text
    source: Text
    banded: bool = False


def read_parameters(path: Path, faults: list[Fault]) -> dict[str, Parameter]:
    """Read the file; faults are appended, never raised."""
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        whole = Text("完整的参数文件", "a whole file of parameters")
        faults.append(Fault("E101", path.name, Text(f"无法解读（{error}）", f"unreadable ({error})"), whole, _REMEDY))
        return {}
    found: dict[str, Parameter] = {}
    for name, band in NEEDED.items():
        row, place = read.get(name), f"{path.name}!{name}"
        if not isinstance(row, dict):
            none = Text("没有该参数", "no such parameter")
            faults.append(Fault("E108", place, none, _whole(band), _REMEDY))
            continue
        wrong = _wrong(row, band)
        faults += [Fault(code, f"{place}.{part}", read, wanted, _REMEDY) for code, part, read, wanted in wrong]
        if not wrong:
            value = float(row["value"])
            low, high = float(row.get("low", value)), float(row.get("high", value))
            title, source = Text(row["zh"], row["en"]), Text(row["source_zh"], row["source_en"])
            found[name] = Parameter(name, value, low, high, row["status"], title, source, band)
    return found


_REMEDY = Text("请恢复随程序附带的参数文件。", "Restore the parameter file that came with the program.")
_WORDS = ("unit", "zh", "en", "source_zh", "source_en")
_Wrong = tuple[str, str, Text, Text]


def _whole(band: bool) -> Text:
    """Return what an entry holds."""
    return Text(
        "数值、单位、性质、说明和出处" + ("、上下限" if band else ""),
        "value, unit, status, zh, en, source_zh, source_en" + (", low, high" if band else ""),
    )


def _wrong(row: Mapping[str, Any], band: bool) -> list[_Wrong]:
    """Return every part of one entry that is missing or cannot be: code, part, what was read, what was expected."""
    faults: list[_Wrong] = []
    numbers = ("value", "low", "high") if band else ("value",)
    for part in numbers:
        read = row.get(part)
        if isinstance(read, bool) or not isinstance(read, (int, float)) or not math.isfinite(read):
            faults.append((_code(read), part, _read(read), Text("有限的数", "a finite number")))
    for part in _WORDS:
        read = row.get(part)
        if not isinstance(read, str) or not read.strip():
            faults.append((_code(read), part, _read(read), Text("文字", "words")))
    if row.get("status") not in get_args(Status):
        wanted = ", ".join(get_args(Status))
        faults.append((_code(row.get("status")), "status", _read(row.get("status")), Text(wanted, wanted)))
    if band and not faults and not row["low"] <= row["value"] <= row["high"]:
        ends = f"{row['low']} … {row['high']}"
        faults.append(("E221", "value", _read(row["value"]), Text(f"在 {ends} 之内", f"within {ends}")))
    return faults


def _code(read: object) -> str:
    return "E108" if read is None or read == "" else "E221"


def _read(read: object) -> Text:
    return Text("没有", "nothing") if read is None or read == "" else Text(f"{read}", f"{read}")
