"""Reports that several tests look at, computed once: few draws, everything else as a user gets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ronghe.data import load
from ronghe.report import Document, build_document, write_document

DRAWS = 20


@pytest.fixture(scope="session")
def delta() -> Document:
    data = load()
    return build_document(data, data.area("长三角"), draws=DRAWS)


@pytest.fixture(scope="session")
def bay() -> Document:
    data = load()
    return build_document(data, data.area("大湾区"), draws=DRAWS)


@pytest.fixture(scope="session")
def invented() -> Document:
    data = load("demo")
    return build_document(data, data.area("示范甲"), draws=DRAWS)


@pytest.fixture(scope="session")
def delta_folder(delta: Document, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports") / "长三角"
    write_document(delta, folder)
    return folder
