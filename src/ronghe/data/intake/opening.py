"""The files that a path holds: each has passed the gate, and what was unpacked for it is taken away again."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path

from ronghe.base.text import Text
from ronghe.data.intake.findings import Findings
from ronghe.data.intake.gate import Limits, kind_of, may_enter

SIGN = "dataset.json"
"""The file by which a saved data set is known; what lies in such a folder is no table of the folder around it."""


def _files(folder: Path) -> list[Path]:
    """Return the files of a folder that may hold tables: none that are hidden, and none of saved sets within."""
    saved = {path.parent for path in folder.rglob(SIGN) if path.parent != folder}
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and kind_of(path)
        and not path.name.startswith((".", "~$"))
        and "__MACOSX" not in path.relative_to(folder).parts
        and not saved & set(path.parents)
    )


class opened:
    """The files below a path: itself, those of a folder, or those of a zip unpacked into a folder of its own."""

    def __init__(self, path: Path, found: Findings, limits: Limits) -> None:
        self.path, self.found, self.limits = path, found, limits
        self.folder: str | None = None

    def __enter__(self) -> list[Path]:
        if self.path.is_dir():
            return [p for p in _files(self.path) if may_enter(p, self.found, limits=self.limits)]
        if not self.path.exists():
            self.found.add("E101_open", self.path.name, why=Text("没有该文件", "no such file"))
            return []
        if not may_enter(self.path, self.found, limits=self.limits):
            return []
        if kind_of(self.path) != "zip":
            return [self.path]
        self.folder = tempfile.mkdtemp()
        with zipfile.ZipFile(self.path) as archive:
            archive.extractall(self.folder)
        return [p for p in _files(Path(self.folder)) if may_enter(p, self.found, limits=self.limits)]

    def __exit__(self, *_: object) -> None:
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
