"""The files that a path holds: each has passed the gate, and what was unpacked for it is taken away again."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path

from ronghe.base.text import Text
from ronghe.data.intake.findings import Findings
from ronghe.data.intake.gate import Limits, kind_of, may_enter


class opened:
    """The files below a path: itself, those of a folder, or those of a zip unpacked into a folder of its own."""

    def __init__(self, path: Path, found: Findings, limits: Limits) -> None:
        self.path, self.found, self.limits = path, found, limits
        self.folder: str | None = None

    def __enter__(self) -> list[Path]:
        if self.path.is_dir():
            listed = sorted(p for p in self.path.rglob("*") if p.is_file() and not p.name.startswith((".", "~$")))
            return [p for p in listed if kind_of(p) and may_enter(p, self.found, limits=self.limits)]
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
        inside = sorted(p for p in Path(self.folder).rglob("*") if p.is_file() and kind_of(p))
        return [p for p in inside if may_enter(p, self.found, limits=self.limits)]

    def __exit__(self, *_: object) -> None:
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
