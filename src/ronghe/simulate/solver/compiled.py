"""How the kernels are compiled: once, kept beside the package or in the user's cache, else in memory only.

What is called from Python is kept as a function of its own (``FLAGS``). Of what only other kernels call, the parts
that stand in one place are put there before types are inferred (``PART``): compiled by themselves they would be
linked and optimised again by each caller. What is called from several places is compiled once (``TOOL``). The
kernels copy in loops: assigning to a slice drags in text formatting for its error message, seconds of it.

Numba knows a kept function by the text of the file it stands in, not of those it calls: after a change run
``scripts/seal_kernels.py``, which writes what the others hold into each file.
"""

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
    "no_cfunc_wrapper": True,
}
"""Of the fast-math flags only these two are on, so that a NaN arrives as a NaN."""

TOOL: dict[str, Any] = FLAGS | {"cache": False, "no_cpython_wrapper": True}
PART: dict[str, Any] = TOOL | {"inline": "always"}
