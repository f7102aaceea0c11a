"""The parameters of the estimate, one file, nothing hidden in code.

A number that the estimate needs and the file lacks is a fault at load.
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
        What it is and where from.
    """

    name: str
    value: float
    low: float
    high: float
    status: Status
    title: Text


def read_parameters(path: Path, faults: list[Fault]) -> dict[str, Parameter]:
    """Read the file; faults are appended, never raised."""
    remedy = Text("请恢复随程序附带的参数文件。", "Restore the parameter file that came with the program.")
    whole = Text("完整的参数文件", "a whole file of parameters")
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        faults.append(Fault("E101", path.name, Text(f"无法解读（{error}）", f"unreadable ({error})"), whole, remedy))
        return {}
    found: dict[str, Parameter] = {}
    for name, band in NEEDED.items():
        row = read.get(name)
        wanted = Text(
            "数值、性质和说明" + ("、上下限" if band else ""), "value, status, zh, en" + (", band" if band else "")
        )
        if row is None:
            none = Text("没有该参数", "no such parameter")
            faults.append(Fault("E108", f"{path.name}!{name}", none, wanted, remedy))
        elif not _whole(row, band):
            faults.append(Fault("E221", f"{path.name}!{name}", Text(f"{row}", f"{row}"), wanted, remedy))
        else:
            value = float(row["value"])
            low, high = float(row.get("low", value)), float(row.get("high", value))
            found[name] = Parameter(name, value, low, high, row["status"], Text(row["zh"], row["en"]))
    return found


def _whole(row: Any, band: bool) -> bool:
    """Whether one entry has all its parts and its value within its band."""
    numbers = ("value", "low", "high") if band else ("value",)
    if not isinstance(row, dict) or row.get("status") not in get_args(Status):
        return False
    if not all(isinstance(row.get(part), (int, float)) and not isinstance(row[part], bool) for part in numbers):
        return False
    if not all(math.isfinite(row[part]) for part in numbers):
        return False
    texts = all(isinstance(row.get(part), str) and row[part] for part in ("zh", "en"))
    return texts and (not band or row["low"] <= row["value"] <= row["high"])
