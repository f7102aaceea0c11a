"""The door of the room: ``load()`` gives the embedded default, ``load("demo")`` the demonstration."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from ronghe.base.errors import DataFault, ParameterFault
from ronghe.base.text import Text
from ronghe.data.dataset import Dataset
from ronghe.data.demonstration import demonstration
from ronghe.data.embedded import embedded, known_year
from ronghe.data.facts import FACTS, Facts, read_facts
from ronghe.data.seals import broken_seals

DEMO = "demo"


def load(path: str | os.PathLike[str] | None = None, *, year: int | None = None, facts: Path | None = None) -> Dataset:
    """Return a checked data set.

    Parameters
    ----------
    path : str or path, optional
        None for the embedded default, ``"demo"`` for the demonstration.
    year : int, optional
        Base year: 2023 (default), 2020 or 2019; on the demonstration 3 (default), 2 or 1.
    facts : Path, optional
        Another copy of the folder of embedded tables.

    Raises
    ------
    DataFault
        With every fault of every table.
    ParameterFault
        For a year there is not, or a folder of one's own, which cannot be read yet.
    """
    folder = FACTS if facts is None else Path(facts)
    if path is None:
        chosen = known_year(year)
        return embedded(_read(folder) if facts is None else read_facts(folder), chosen)
    if str(path) == DEMO:
        faults = broken_seals(folder, DEMO) if facts is None else []
        if faults:
            raise DataFault(faults)
        return demonstration(folder / DEMO, year)
    raise ParameterFault(
        Text(
            f"尚不能读取自己的数据文件夹（{path}）。可用内置数据（不写路径），或演示数据（demo）。",
            f"Folders of one's own cannot be read yet ({path}). "
            "Use the embedded data (no path), or the demonstration (demo).",
        )
    )


@cache
def _read(folder: Path) -> Facts:
    """Read the embedded tables once a process, and see that they are the ones that were shipped."""
    found = read_facts(folder)
    faults = broken_seals(folder)
    if faults:
        raise DataFault(faults)
    return found
