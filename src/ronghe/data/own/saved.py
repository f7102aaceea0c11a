"""Saved data sets: checked tables as plain files that open again to the last bit, every row with the cell it came from.

A saved set is a folder: ``dataset.json`` (what it is, hashes of everything), one ``TABLE.csv`` a table in the columns
of its schema and one more, ``cell``, and the blocks of a multi-regional table as ``.npy``. The same content gives the
same bytes, in whatever format and order its rows came.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ronghe.base.canonical import canonical_json, content_hash, file_hash
from ronghe.base.errors import DataFault, Fault, ParameterFault, UnknownTerm
from ronghe.base.files import whole_folder
from ronghe.base.text import Text
from ronghe.data.dataset import Dataset
from ronghe.data.facts import Facts
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.multiregional import BLOCKS, MultiRegional
from ronghe.data.own.door import assembled, with_gaps
from ronghe.data.own.gridplaces import places_from, places_record
from ronghe.data.placed import PlacedRows
from ronghe.data.schema import Field, schema

MARKER = "dataset.json"
FORM = 1
LONGEST = 1 << 30
"""Characters of the longest cell."""
CELL = "cell"
LABELS = ("regions", "sectors", "categories", "components")
WORDS = ("year", "import_treatment", "made_by", "valuation", "status", "source")


def save(data: Dataset, folder: Path, *, tell: Callable[[Text], None] = lambda _said: None) -> Path:
    """Write a data set of one's own; the folder is whole or not there.

    Raises
    ------
    ParameterFault
        For the embedded data and the demonstration, which hold nothing of one's own.
    EnvironmentFault
        For a folder that cannot be written, or that holds what this program did not write.
    """
    if not data.own.tables and not data.own.grids:
        raise ParameterFault(
            Text(
                "内置数据和演示数据随程序附带，不需要保存。",
                "The embedded data and the demonstration come with the program.",
            )
        )
    with whole_folder(folder, marker=MARKER, ours=_written, tell=tell) as aside:
        files = {}
        for table, rows in data.own.tables.items():
            name = f"{table}.csv"
            (aside / name).write_bytes(_as_csv(rows).encode())
            files[name] = file_hash(aside / name)
        grids = []
        for grid in data.own.grids:
            for name, array in _blocks(grid).items():
                np.save(aside / name, array, allow_pickle=False)
                files[name] = file_hash(aside / name)
            grids.append(_record(grid))
        record = {
            "form": FORM, "name": data.own.name, "year": data.year,
            "update": data.own.update, "allow_missing": data.own.allow_missing,
            "content_hash": data.content_hash, "files": files,
            "hashes": {table: dict(rows.hashes) for table, rows in data.own.tables.items()}, "grids": grids,
        }  # fmt: skip
        record["seal"] = content_hash(record)
        (aside / MARKER).write_text(canonical_json(record) + "\n", encoding="utf-8")
    return folder


def _written(folder: Path) -> Mapping[str, str]:
    """Return the files of an earlier save and their hashes."""
    try:
        files = json.loads((folder / MARKER).read_text(encoding="utf-8"))["files"]
        return {f"{name}": f"{sha}" for name, sha in files.items()} | {MARKER: file_hash(folder / MARKER)}
    except (OSError, ValueError, KeyError, AttributeError):
        return {}


def _as_csv(rows: PlacedRows) -> str:
    names = [one.name for one in rows.schema.fields]
    order = sorted(range(len(rows)), key=lambda row: [_sortable(rows[name][row]) for name in names])
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow([*names, CELL])
    for row in order:
        writer.writerow([*(_written_cell(rows[name][row]) for name in names), rows.cells[row]])
    return text.getvalue()


def _sortable(value: Any) -> tuple[int, float, str]:
    if value is None:
        return 0, 0.0, ""
    return (1, float(value), "") if isinstance(value, (int, float)) else (2, 0.0, value)


def _written_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return repr(value) if isinstance(value, (int, float)) else str(value)


def _blocks(grid: MultiRegional) -> dict[str, Any]:
    """Return the arrays of a multi-regional table by file."""
    held = {name: getattr(grid, name) for name in BLOCKS}
    return {f"io_{grid.year}_{name}.npy": array for name, array in held.items() if array is not None}


def _record(grid: MultiRegional) -> dict[str, Any]:
    told: dict[str, Any] = {name: list(getattr(grid, name)) for name in LABELS}
    told |= {name: getattr(grid, name) for name in WORDS}
    return told | {
        "titles": dict(grid.sector_titles),
        "region_titles": dict(grid.region_titles), "hashes": dict(grid.hashes), "places": places_record(grid),
    }  # fmt: skip


def is_saved(path: Path) -> bool:
    """Whether a folder is a saved data set."""
    return (path / MARKER).is_file()


def reopen(folder: Path, facts: Facts, year: int | None) -> Dataset:
    """Return a saved data set, as it was to the last bit.

    Parameters
    ----------
    year : int, optional
        Another base year than the one it was saved with.

    Raises
    ------
    DataFault
        Files that are gone or changed, and a set whose embedded data were others (E101).
    """
    found = Findings()
    record = _opened(folder, found)
    for name, sha in record.get("files", {}).items():
        path = folder / name
        if not path.is_file() or file_hash(path) != sha:
            found.add("E101_changed", f"{folder.name}/{name}")
    if found:
        raise DataFault(found)
    try:
        tables = {table: _table(folder, table, hashes) for table, hashes in record["hashes"].items()}
        grids = [_grid(folder, told) for told in record["grids"]]
        data = assembled(tables, grids, facts, record["year"] if year is None else year, record["name"],
                         update=record["update"])  # fmt: skip
        data = with_gaps(data) if record["allow_missing"] else data
    except (KeyError, TypeError, ValueError, AttributeError, UnknownTerm) as error:
        found.add("E101_changed", f"{folder.name}/{MARKER}")
        raise DataFault(found) from error
    if year in (None, record["year"]) and data.content_hash != record["content_hash"]:
        # The files are as they were written: what lies under them is not.
        raise DataFault([_other(folder, record["content_hash"], data.content_hash)])
    return data


def _opened(folder: Path, found: Findings) -> dict[str, Any]:
    try:
        record = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found.add("E101_changed", f"{folder.name}/{MARKER}")
        return {}
    if not isinstance(record, dict) or record.get("form") != FORM:
        shown = record.get("form") if isinstance(record, dict) else record
        found.add("E101_form", f"{folder.name}/{MARKER}", read=quoted(f"{shown}"), form=FORM)
        return {}
    if record.pop("seal", "") != content_hash(record):
        found.add("E101_changed", f"{folder.name}/{MARKER}")
        return {}
    return record


def _other(folder: Path, then: str, now: str) -> Fault:
    found = Findings()
    found.add("E101_other", f"{folder.name}/{MARKER}", then=then[:16], now=now[:16])
    return found[0]


def _table(folder: Path, table: str, hashes: Mapping[str, str]) -> PlacedRows:
    of = schema(table)
    # Texts of policies are longer than the usual limit of a field.
    csv.field_size_limit(LONGEST)
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        header, *body = csv.reader(file)
    cells = dict(zip(header, zip(*body, strict=True) if body else ((),) * len(header), strict=True))
    columns = {one.name: tuple(_read_cell(cell, one) for cell in cells[one.name]) for one in of.fields}
    return PlacedRows(of, table, columns, cells=cells[CELL], hashes=dict(hashes))


def _read_cell(cell: str, field: Field) -> Any:
    if cell == "":
        return None
    if field.type == "year":
        return int(cell)
    if field.numeric:
        return float(cell)
    return cell == "yes" if field.type == "bool" else cell


def _grid(folder: Path, told: Mapping[str, Any]) -> MultiRegional:
    arrays: dict[str, Any] = {}
    for name in BLOCKS:
        path = folder / f"io_{told['year']}_{name}.npy"
        arrays[name] = np.load(path, allow_pickle=False) if path.is_file() else None
    labels: dict[str, Any] = {name: tuple(told[name]) for name in LABELS}
    words: dict[str, Any] = {name: told[name] for name in WORDS}
    return MultiRegional(
        **labels, **words, **arrays, sector_titles=told["titles"], hashes=told["hashes"],
        region_titles=told.get("region_titles", {}),
        place=places_from(told["places"]),
    )  # fmt: skip
