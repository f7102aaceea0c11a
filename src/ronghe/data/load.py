"""The door of the room: the embedded default, the demonstration, or tables of one's own."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Unpack

from ronghe.base.errors import DataFault
from ronghe.data.dataset import Dataset
from ronghe.data.demonstration import demonstration
from ronghe.data.embedded import embedded, known_year
from ronghe.data.facts import FACTS, Facts, read_facts
from ronghe.data.own.door import Choices, load_own
from ronghe.data.own.saved import is_saved, reopen
from ronghe.data.seals import broken_seals

DEMO = "demo"


def load(
    path: str | os.PathLike[str] | None = None,
    *,
    year: int | None = None,
    facts: Path | None = None,
    **choices: Unpack[Choices],
) -> Dataset:
    """Return a checked data set.

    Parameters
    ----------
    path : str or path, optional
        None for the embedded default, ``"demo"`` for the demonstration, else a file, folder or zip of one's own
        tables, or a data set that was saved.
    year : int, optional
        Base year: 2023 (default), 2020 or 2019; on the demonstration 3 (default), 2 or 1; with a table of trade of
        one's own its newest year.
    facts : Path, optional
        Another copy of the folder of embedded tables.
    **choices
        Of one's own tables: ``maps`` (what a mapping file states), ``level`` (working level), ``allow_missing``.

    Raises
    ------
    DataFault
        With every fault of every table.
    ParameterFault
        For a year there is not, or a path there is not.
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
    if is_saved(Path(path)):
        return reopen(Path(path), _read(folder) if facts is None else read_facts(folder), year)
    return load_own(Path(path), _read(folder) if facts is None else read_facts(folder), year=year, **choices)


@cache
def _read(folder: Path) -> Facts:
    """Read the embedded tables once a process, and see that they are the ones that were shipped."""
    found = read_facts(folder)
    faults = broken_seals(folder)
    if faults:
        raise DataFault(faults)
    return found
