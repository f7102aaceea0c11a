"""How the kernels are compiled: once, kept beside the package or in the user's cache, else in memory only."""

from __future__ import annotations

from typing import Any

from numba import njit


def kept() -> bool:
    """Whether compiled kernels can be kept: in a read-only installation without a home there is no place."""
    try:
        njit(cache=True)(kept)
    except RuntimeError:
        return False
    return True


FLAGS: dict[str, Any] = {
    "cache": kept(),
    "nogil": True,
    "fastmath": {"reassoc", "contract"},
    "error_model": "numpy",
}
"""Of the fast-math flags only these two are on, so that a NaN arrives as a NaN."""
