"""Worked pages of the guide: what their example has in hand after it ran, and what the text beside it says."""

from __future__ import annotations

import contextlib
import io
import re
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from shared import REPOSITORY

BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def text(page: str, lang: str) -> str:
    return (REPOSITORY / "docs" / lang / "guide" / f"{page}.md").read_text(encoding="utf-8")


@cache
def ran(page: str) -> SimpleNamespace:
    """Return the names of a page's first example after it ran."""
    names: dict[str, object] = {"__name__": "example"}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(BLOCK.findall(text(page, "en"))[0], page, "exec"), names)
    return SimpleNamespace(**names)


def said(page: str, *numbers: float, digits: int = 4) -> None:
    """Hold that the words of a page, in both languages, state these numbers to so many digits."""
    for lang in ("zh", "en"):
        words = FENCE.sub("", text(page, lang))
        for number in numbers:
            printed = f"{abs(number):.{digits}f}"
            assert re.search(rf"(?<![\d.]){re.escape(printed)}(?!\d)", words), f"{printed} is not in {lang}/{page}"


# Both routes stop at 1e-10 of their answers, which are below 200.
CLOSE = 1e-7
COLUMNS = ("household", "services", "payable")


def agree(found: Any, after: dict[str, Any]) -> None:
    """Hold that a gain's three columns are those of the model in levels."""
    for name in COLUMNS:
        np.testing.assert_allclose(getattr(found, name), after[name], atol=CLOSE, err_msg=name)


def barriers(world: Any) -> Any:
    """Entry into A becomes a tenth cheaper for B, in the first sector."""
    changed = np.ones_like(world.shares)
    changed[0, 0, 1] = 0.9
    return changed


def on_industry(world: Any, *values: float, at_rest: float = 1.0) -> Any:
    """Return an array by sector and region with the values in the first sector, by region."""
    made = np.full_like(world.output, at_rest)
    made[0, : len(values)] = values
    return made
