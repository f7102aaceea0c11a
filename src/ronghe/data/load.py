"""The door of the room: the embedded default, the demonstration, or tables of one's own."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from ronghe.base.errors import DataFault
from ronghe.base.text import Text
from ronghe.data.dataset import Dataset
from ronghe.data.demonstration import demonstration
from ronghe.data.embedded import embedded, known_year
from ronghe.data.facts import FACTS, Facts, read_facts
from ronghe.data.seals import broken_seals

if TYPE_CHECKING:
    from ronghe.data.own.door import Choices

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
        Of one's own tables: ``maps`` (what a mapping file states), ``level`` (working level), ``allow_missing``,
        ``refuse`` (repairs that make a cell a fault).

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
    # Reading sheets is loaded when there is one to read.
    from ronghe.data.own.door import load_own
    from ronghe.data.own.saved import is_saved, reopen

    if is_saved(Path(path)):
        return reopen(Path(path), _read(folder) if facts is None else read_facts(folder), year)
    return load_own(Path(path), _read(folder) if facts is None else read_facts(folder), year=year, **choices)


def save(data: Dataset, folder: Path, *, tell: Callable[[Text], None] = lambda _said: None) -> Path:
    """Write a data set of one's own into a folder, from which :func:`load` opens it again to the last bit.

    Raises
    ------
    ParameterFault
        For the embedded data and the demonstration, which hold nothing of one's own.
    EnvironmentFault
        For a folder that cannot be written, or that holds what this program did not write.
    """
    from ronghe.data.own.saved import save as write

    return write(data, Path(folder), tell=tell)


@cache
def _read(folder: Path) -> Facts:
    """Read the embedded tables once a process, and see that they are the ones that were shipped."""
    found = read_facts(folder)
    faults = broken_seals(folder)
    if faults:
        raise DataFault(faults)
    return found
