"""Data sets that several tests ask for."""

from __future__ import annotations

import csv
import gzip
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from ronghe.data import Dataset, load
from ronghe.data.facts import FACTS


@pytest.fixture(scope="session")
def data() -> Dataset:
    """The embedded default, 2023."""
    return load()


@pytest.fixture(scope="session")
def demo() -> Dataset:
    """The demonstration."""
    return load("demo")


Edit = Callable[[list[list[str]]], list[list[str]]]


def rewrite(path: Path, edit: Edit) -> None:
    """Change the rows of a table, packed or not; row 0 is the header."""
    packed = path.suffix == ".gz"
    text = gzip.decompress(path.read_bytes()).decode() if packed else path.read_text(encoding="utf-8")
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(edit(list(csv.reader(io.StringIO(text)))))
    content = out.getvalue().encode()
    path.write_bytes(gzip.compress(content, mtime=0) if packed else content)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the embedded tables that a test may break."""
    return Path(shutil.copytree(FACTS, tmp_path / "facts"))
