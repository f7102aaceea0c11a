"""Data sets that several tests ask for."""

from __future__ import annotations

import shutil
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


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the embedded tables that a test may break."""
    return Path(shutil.copytree(FACTS, tmp_path / "facts"))
