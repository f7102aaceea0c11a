"""Seals of the embedded files: a table that is well-formed but not the one that was shipped is told too.

``facts/seals.json`` holds the SHA-256 of every embedded file, and twelve bits of the hash of every line of a table,
packed or not, so that a changed, added or removed row is named. The content checks come first: they say more.
One changed line in 4,096 keeps its twelve bits; the file is named all the same.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

from ronghe.base.canonical import canonical_json, file_hash
from ronghe.base.errors import Fault
from ronghe.base.text import Text, same

SEALS = "seals.json"
_LINE = 2
"""Letters of a line's seal, six bits each."""
_REMEDY = Text(
    "表由程序附带；请重新安装，或恢复该文件。",
    "The tables come with the program; install it again or restore the file.",
)


class Seal(TypedDict):
    """The hash of one file, and the seals of its lines in one string where it is a table."""

    sha256: str
    lines: str


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
    read = Text("内容与附带的表不同", "content that differs from the shipped table")
    now, shipped = (_pieces(lines) for lines in (_lines(path), seal["lines"]))
    if not now or now == shipped:
        return name, read
    pairs = enumerate(zip(now, shipped, strict=False), 1)
    first = next((at for at, (a, b) in pairs if a != b), min(len(now), len(shipped)) + 1)
    count = len(now) - len(shipped)
    more = Text(
        f"，比附带的{'多' if count > 0 else '少'}{abs(count)}行",
        f", {abs(count)} line(s) {'more' if count > 0 else 'fewer'}",
    )
    return f"{name}!line {first}", read + more if count else read


def _pieces(lines: str) -> list[str]:
    return [lines[at : at + _LINE] for at in range(0, len(lines), _LINE)]


def _lines(path: Path) -> str:
    """Return the seals of a file's lines, as unpacked; empty where it is no table or does not unpack."""
    if not path.name.endswith((".csv", ".csv.gz", ".toml")):
        return ""
    content = path.read_bytes()
    if path.suffix == ".gz":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error):
            return ""
    return "".join(base64.b64encode(hashlib.sha256(line).digest())[:_LINE].decode() for line in content.splitlines())


def _fault(code: str, place: str, read: Text, seal: Seal) -> Fault:
    return Fault(code, place, read, same(f"sha256 {seal['sha256'][:12]}"), _REMEDY)
