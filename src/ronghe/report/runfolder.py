"""The run folder: everything a run rests on and found, with hashes, so that anyone can check it.

``manifest.json`` holds the SHA-256 of every file and, for tables, a short hash of every line; a
damaged folder is told by file and row. ``published.json`` holds the SHA-256 of every file that was written
beside the run folder: pages, workbook, figures, numbers.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ronghe.base.canonical import canonical_json, file_hash
from ronghe.base.errors import DataFault, Fault
from ronghe.base.exhibit import Table
from ronghe.base.text import LANGS, Text, same

MANIFEST = "manifest.json"
PUBLISHED = "published.json"
_DIFFERS = Text("内容与写入时不同", "content that differs from what was written")
_PACKAGES = ("ronghe", "numpy", "scipy", "numba", "highspy", "quickjs-ng", "pandas", "openpyxl")


def versions() -> dict[str, str]:
    """Return the versions that a result depends on."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "absent"
    return found


def table_csv(table: Table) -> str:
    """Return an exhibit's table as CSV: one heading row of keys, texts in both languages."""
    bilingual = _text_columns(table)
    heads: list[str] = []
    for at, column in enumerate(table.columns):
        heads += [f"{column.key}_{lang}" for lang in LANGS] if at in bilingual else [column.key]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heads)
    for row in table.rows:
        cells: list[object] = []
        for at, value in enumerate(row):
            if at in bilingual:
                text = value if isinstance(value, Text) else same("" if value is None else str(value))
                cells += [text.of(lang) for lang in LANGS]
            else:
                cells.append("" if value is None else repr(value) if isinstance(value, float) else value)
        writer.writerow(cells)
    return out.getvalue()


def _text_columns(table: Table) -> set[int]:
    return {at for at in range(len(table.columns)) if any(isinstance(row[at], Text) for row in table.rows)}


def write_run(
    folder: Path, *, record: Mapping[str, Any], tables: Mapping[str, Table], more: Mapping[str, Any] | None = None
) -> None:
    """Write a run folder: ``run.json``, one CSV per table, further records, and the manifest over all of them.

    Parameters
    ----------
    folder : Path
        An empty folder (the caller renames it into place as a whole).
    record : mapping
        Inputs' hashes, versions, seed, parameters, statuses, results; canonical JSON.
    tables : mapping of name to Table
        What the exhibits show.
    more : mapping of file name to record
        Further records in canonical JSON: ``identifies.json``, ``published.json``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in ({"run.json": record} | dict(more or {})).items():
        (folder / name).write_text(canonical_json(content) + "\n", encoding="utf-8")
    for name, table in tables.items():
        (folder / f"{name}.csv").write_text(table_csv(table), encoding="utf-8")
    listed = sorted(path for path in folder.iterdir() if path.name != MANIFEST)
    manifest = {path.name: {"sha256": file_hash(path), "lines": _line_hashes(path)} for path in listed}
    (folder / MANIFEST).write_text(canonical_json(manifest) + "\n", encoding="utf-8")


def _line_hashes(path: Path) -> list[str]:
    if path.suffix != ".csv":
        return []
    return [hashlib.sha256(line).hexdigest()[:12] for line in path.read_bytes().split(b"\n")]


def check_run(folder: Path) -> dict[str, str]:
    """Compare a run folder with its manifest.

    Returns
    -------
    dict
        File name to SHA-256, when everything is as it was written.

    Raises
    ------
    DataFault
        With every file that is missing, added or changed, and the first changed row of a table.
    """
    manifest = _read_manifest(folder)
    faults: list[Fault] = []
    for name, entry in sorted(manifest.items()):
        path = folder / name
        if not path.is_file():
            faults.append(_fault("E108", name, Text("文件不存在", "no file"), entry["sha256"][:12]))
        elif file_hash(path) != entry["sha256"]:
            faults.append(_fault("E101", _changed_place(path, entry["lines"]), _DIFFERS, entry["sha256"][:12]))
    known = {*manifest, MANIFEST}
    faults += [
        _fault("E116", path.name, Text("清单外的文件", "a file the manifest does not list"), "-")
        for path in sorted(folder.iterdir())
        if path.name not in known
    ]
    if faults:
        raise DataFault(faults)
    return {name: entry["sha256"] for name, entry in manifest.items()}


def published(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a report's folder, the run folder excepted, by its place in it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    places = {path.relative_to(folder).as_posix(): path for path in files}
    return {place: file_hash(path) for place, path in places.items() if not place.startswith("run/")}


def check_published(folder: Path) -> dict[str, str]:
    """Compare everything that a report published with what was written.

    Parameters
    ----------
    folder : Path
        The folder of a report, with its run folder in it.

    Returns
    -------
    dict
        Place to SHA-256, when everything is as it was written; what was put beside it since is not looked at.

    Raises
    ------
    DataFault
        With every file that is missing or changed, in the run folder or beside it.
    """
    faults: list[Fault] = []
    try:
        check_run(folder / "run")
    except DataFault as found:
        faults += found.faults
    listed: dict[str, str] = {}
    if not any(fault.place == PUBLISHED for fault in faults):
        listed = _read_published(folder / "run" / PUBLISHED)
    for place, wanted in sorted(listed.items()):
        path = folder / place
        if not path.is_file():
            faults.append(_fault("E108", place, Text("文件不存在", "no file"), wanted[:12]))
        elif file_hash(path) != wanted:
            faults.append(_fault("E101", place, _DIFFERS, wanted[:12]))
    if faults:
        raise DataFault(faults)
    return listed


def written_before(folder: Path) -> dict[str, str]:
    """Return what an earlier run wrote into a report's folder, by place: its run folder, pages, workbook, figures.

    Where a list is missing or cannot be read nothing is known of it, and nothing counts as written by the program.
    """
    run = folder / "run"
    try:
        listed = {f"run/{name}": entry["sha256"] for name, entry in _read_manifest(run).items()}
        listed[f"run/{MANIFEST}"] = file_hash(run / MANIFEST)
        return listed | _read_published(run / PUBLISHED)
    except (DataFault, OSError, ValueError, AttributeError):
        return {}


def _read_published(path: Path) -> dict[str, str]:
    """Return what was published; the manifest, checked before, holds the hash of the list itself."""
    if not path.is_file():
        return {}
    return {str(place): str(held) for place, held in json.loads(path.read_text(encoding="utf-8")).items()}


def _read_manifest(folder: Path) -> dict[str, dict[str, Any]]:
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        if not manifest or not all(
            isinstance(entry["sha256"], str) and isinstance(entry["lines"], list) for entry in manifest.values()
        ):
            raise ValueError
    except FileNotFoundError:
        raise DataFault([_fault("E108", MANIFEST, Text("没有清单文件", "no manifest"), MANIFEST)]) from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise DataFault([_fault("E101", MANIFEST, Text("无法读取的清单", "an unreadable manifest"), "JSON")]) from None
    return dict(manifest)


def _changed_place(path: Path, lines: list[str]) -> str:
    now = _line_hashes(path)
    if not lines or now == lines:
        return path.name
    at = next((i for i, (a, b) in enumerate(zip(now, lines, strict=False)) if a != b), min(len(now), len(lines)))
    return f"{path.name}!line {at + 1}"


def _fault(code: str, place: str, read: Text, expected: str) -> Fault:
    return Fault(
        code,
        place,
        read,
        same(f"sha256 {expected}") if len(expected) == 12 else same(expected),
        Text("请重新运行 ronghe report 生成该目录。", "Run ronghe report again to write the folder anew."),
    )
