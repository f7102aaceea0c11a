"""The gate: what a file is, and whether it may be opened at all. Looked at before anything is parsed.

An archive is judged by its directory and again while it is unpacked, for declared sizes may lie. Nothing is executed:
macros and links are told and left alone.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from ronghe.base.text import Text, same
from ronghe.data.intake.findings import Findings

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What a door takes in.

    Attributes
    ----------
    file, unpacked : int
        Bytes of a file as it stands, and of all its members unpacked.
    cells : int
        Cells that a sheet may declare.
    ratio : int
        Unpacked over packed bytes; counts above ``small`` bytes unpacked.
    members : int
        Parts of an archive.
    """

    file: int
    unpacked: int
    cells: int
    ratio: int = 30
    small: int = 20 * MB
    members: int = 1_000


PUBLIC = Limits(file=10 * MB, unpacked=50 * MB, cells=200_000)
ANALYST = Limits(file=64 * MB, unpacked=400 * MB, cells=4_000_000)

SUFFIXES = {
    ".csv": "text", ".tsv": "text", ".txt": "text", ".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls",
    ".parquet": "parquet", ".zip": "zip", ".mat": "mat",
}  # fmt: skip
"""Endings that are read, and what must be in the file."""

_SAID = {
    "text": Text("文本", "text"),
    "xlsx": Text("XLSX 工作簿", "an XLSX workbook"),
    "xls": Text("XLS 工作簿", "an XLS workbook"),
    "zip": Text("ZIP 压缩包", "a ZIP archive"),
    "parquet": Text("Parquet 文件", "a Parquet file"),
    "mat": Text("MATLAB 5 数组文件", "arrays of MATLAB 5"),
}
_ZIP, _OLE, _PARQUET, _GZIP = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1", b"\x1f\x8b"
_MAT = b"MATLAB 5"
_ENTITY = re.compile(rb"<!\s*(ENTITY|DOCTYPE)", re.IGNORECASE)
_DIMENSION = re.compile(rb'<dimension[^>]*ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_CHUNK = 1 << 16


def kind_of(path: Path) -> str:
    """Return what the name of a file says it is: text, xlsx, xls, parquet or zip; empty where it is not read."""
    return SUFFIXES.get(path.suffix.lower(), "")


def may_enter(path: Path, found: Findings, *, limits: Limits = ANALYST) -> bool:
    """Say whether a file may be parsed; why not, and what should be known of it, is added to ``found``."""
    name, wanted = path.name, kind_of(path)
    if not wanted:
        found.add("E101_ending", name, suffix=path.suffix or "—", known=same(", ".join(SUFFIXES)))
        return False
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        found.add("E101_open", name, why=error.strerror)
        return False
    if size == 0:
        found.add("E105_nothing", name)
        return False
    if size > limits.file:
        found.add("E103_size", name, size=f"{size / MB:.1f}", most=limits.file // MB)
        return False
    if not _magic(wanted, head):
        found.add("E101_magic", name, kind=_SAID[wanted], head=head[:4].hex(" "), suffix=path.suffix)
        return False
    if wanted in ("xlsx", "zip"):
        return _archive(path, found, limits, book=wanted == "xlsx")
    return wanted != "xls" or _compound(path, found)


def _magic(wanted: str, head: bytes) -> bool:
    if wanted == "xlsx":
        # An encrypted workbook is a compound file under the ending of a plain one; that is told apart later.
        return head.startswith((_ZIP, _OLE))
    begins = {"zip": _ZIP, "xls": _OLE, "parquet": _PARQUET, "mat": _MAT}.get(wanted)
    return head.startswith(begins) if begins else not head.startswith((_ZIP, _OLE, _PARQUET, _GZIP, _MAT))


def _compound(path: Path, found: Findings) -> bool:
    """Judge a compound file: encrypted as a whole or not, with macros or not; a password is met when it is read."""
    data = path.read_bytes()
    if _ENCRYPTED in data:
        found.add("E102_password", path.name)
        return False
    if _MACROS in data:
        found.add("E106_macro", path.name, what="VBA")
    return True


def _archive(path: Path, found: Findings, limits: Limits, *, book: bool) -> bool:
    """Judge a zip archive by its directory, then by unpacking it without keeping anything."""
    with path.open("rb") as file:
        if file.read(8).startswith(_OLE):
            return _compound(path, found) and _broken(path, found, "OLE")
    try:
        with zipfile.ZipFile(path) as archive:
            return (
                _directory(path, archive, found, limits, book=book)
                and _unpacked(path, archive, found, limits)
                and (not book or _workbook(path, archive, found, limits))
            )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        return _broken(path, found, error)


def _broken(path: Path, found: Findings, why: object) -> bool:
    found.add("E101_broken", path.name, why=why)
    return False


def _directory(path: Path, archive: zipfile.ZipFile, found: Findings, limits: Limits, *, book: bool) -> bool:
    members = archive.infolist()
    packed, unpacked = path.stat().st_size, sum(member.file_size for member in members)
    if len(members) > limits.members:
        found.add("E103_members", path.name, count=len(members), most=limits.members)
        return False
    if any(member.flag_bits & 1 for member in members):
        found.add("E102_password", path.name)
        return False
    if _too_much(path, unpacked, packed, found, limits):
        return False
    for member in members:
        parts = Path(member.filename.replace("\\", "/")).parts
        nested = not book and kind_of(Path(member.filename)) == "zip"
        if nested or ".." in parts or member.filename.startswith(("/", "\\")) or ":" in member.filename:
            found.add("E101_inside", f"{path.name}!{shown(member.filename)}")
            return False
    return True


def _too_much(path: Path, unpacked: int, packed: int, found: Findings, limits: Limits) -> bool:
    if unpacked > limits.small and unpacked > limits.ratio * packed:
        found.add("E109_ratio", path.name, ratio=f"{unpacked / packed:.0f}", most=limits.ratio)
        return True
    if unpacked > limits.unpacked:
        found.add("E103_unpacked", path.name, size=unpacked // MB, most=limits.unpacked // MB)
        return True
    return False


def _unpacked(path: Path, archive: zipfile.ZipFile, found: Findings, limits: Limits) -> bool:
    """Count bytes while unpacking, and look for entity declarations in every part."""
    packed, total = path.stat().st_size, 0
    for member in archive.infolist():
        with archive.open(member) as part:
            tail = b""
            while chunk := part.read(_CHUNK):
                total += len(chunk)
                if _too_much(path, total, packed, found, limits):
                    return False
                if member.filename.endswith((".xml", ".rels")) and _ENTITY.search(tail + chunk):
                    found.add("E101_entity", f"{path.name}!{shown(member.filename)}")
                    return False
                tail = chunk[-16:]
    return True


def _workbook(path: Path, archive: zipfile.ZipFile, found: Findings, limits: Limits) -> bool:
    names = archive.namelist()
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        found.add("E101_no_workbook", path.name)
        return False
    foreign = {name for name in names if "vbaProject" in name or name.startswith("xl/externalLinks/externalLink")}
    if foreign:
        found.add("E106_macro", path.name, what=", ".join(sorted(shown(name.rsplit("/", 1)[-1]) for name in foreign)))
    for name in names:
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            with archive.open(name) as part:
                declared = _DIMENSION.search(part.read(4096))
            if declared and _cells(declared) > limits.cells:
                place = f"{path.name}!{shown(name)}"
                found.add("E103_cells", place, count=f"{_cells(declared):,}", most=f"{limits.cells:,}")
                return False
    return True


def _cells(declared: re.Match[bytes]) -> int:
    first, top, last, bottom = declared.groups()
    return (_column(last) - _column(first) + 1) * (int(bottom) - int(top) + 1)


def _column(letters: bytes) -> int:
    total = 0
    for letter in letters:
        total = 26 * total + letter - 64
    return total


def shown(name: str) -> str:
    """Return a name for display: printable, and short."""
    return "".join(c if c.isprintable() else "?" for c in name)[:80]
