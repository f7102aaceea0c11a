"""Where the tests find real data that the package does not carry."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("RONGHE_SHARED", REPOSITORY.parent / "shared")) / "data"


def shared(name: str) -> Path:
    """Return the path of a shared file or folder, or skip the test by that name."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"shared data not present: {name}")
    return path
