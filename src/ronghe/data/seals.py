"""Seals of the embedded files: a table that is well-formed but not the one that was shipped is told too.

``facts/seals.json`` holds the SHA-256 of every embedded file and a short hash of every line of the plain
ones, so that a changed, added or removed row is named. The content checks come first: they say more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

from ronghe.base.canonical import canonical_json, file_hash
from ronghe.base.errors import Fault
from ronghe.base.text import Text, same

SEALS = "seals.json"
_LINE = 8
_REMEDY = Text(
    "表由程序附带；请重新安装，或恢复该文件。",
    "The tables come with the program; install it again or restore the file.",
)


class Seal(TypedDict):
    """The hash of one file, and of its lines where it is plain text."""

    sha256: str
    lines: list[str]


def seals_of(folder: Path) -> dict[str, Seal]:
    """Return the seals of every file below a folder, by its place in it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SEALS)
    return {path.relative_to(folder).as_posix(): Seal(sha256=file_hash(path), lines=_lines(path)) for path in files}


def seals_text(folder: Path) -> str:
    """Return the content of ``seals.json`` for a folder."""
    return canonical_json(seals_of(folder)) + "\n"


def broken_seals(folder: Path, below: str = "") -> list[Fault]:
    """Return a fault for every file that is not as it was shipped, with its first changed line.

    Parameters
    ----------
    folder : Path
        The folder of embedded tables.
    below : str
        Only files whose place begins so, e.g. ``"demo/"``; those at the top if empty.
    """
    seals: Mapping[str, Seal] = json.loads((folder / SEALS).read_text(encoding="utf-8"))
    here = {name: seal for name, seal in seals.items() if name.rpartition("/")[0] == below.rstrip("/")}
    faults = []
    for name, seal in here.items():
        path = folder / name
        if not path.is_file():
            faults.append(_fault("E108", name, Text("没有该文件", "no such file"), seal))
        elif file_hash(path) != seal["sha256"]:
            faults.append(_fault("E101", *_changed(name, path, seal), seal))
    return faults


def _changed(name: str, path: Path, seal: Seal) -> tuple[str, Text]:
    now, shipped = _lines(path), seal["lines"]
    pairs = enumerate(zip(now, shipped, strict=False), 1)
    first = next((at for at, (a, b) in pairs if a != b), min(len(now), len(shipped)) + 1)
    place = f"{name}!line {first}" if shipped else name
    count = len(now) - len(shipped)
    more = Text(
        f"，比附带的{'多' if count > 0 else '少'}{abs(count)}行",
        f", {abs(count)} line(s) {'more' if count > 0 else 'fewer'}",
    )
    read = Text("内容与附带的表不同", "content that differs from the shipped table")
    return place, read + more if shipped and count else read


def _lines(path: Path) -> list[str]:
    if path.suffix not in (".csv", ".toml"):
        return []
    return [hashlib.sha256(line).hexdigest()[:_LINE] for line in path.read_bytes().splitlines()]


def _fault(code: str, place: str, read: Text, seal: Seal) -> Fault:
    return Fault(code, place, read, same(f"sha256 {seal['sha256'][:12]}"), _REMEDY)
