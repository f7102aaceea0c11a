"""The Python examples of the documentation run as they stand and say what the text beside them says."""

from __future__ import annotations

import contextlib
import io
import re

import pytest

from shared import REPOSITORY, shared

ZH = REPOSITORY / "docs" / "zh"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXAMPLES = [
    (path.relative_to(ZH).as_posix(), at, code)
    for path in sorted(ZH.rglob("*.md"))
    for at, code in enumerate(BLOCK.findall(path.read_text(encoding="utf-8")))
]
# What an example prints, where the page states it. Both languages carry the same code (test_docs).
SAID = {
    ("guide/share.md", 0): r"0\.16666667 0\.16666667 0\.66666667",
    ("guide/data.md", 0): r"^False\n",
    (
        "guide/blocks.md",
        0,
    ): r"long \[1\.8996e\+00 3\.0000e-04\](.|\n)*\[20\.  0\.  0\.\](.|\n)*\[14\.84 .*\[0\.1888 (.|\n)*1\.0368",
    (
        "guide/published-economy.md",
        0,
    ): r"Mexico: published measure 1\.31 %, exact real income 0\.007 %, real wage 1\.72 %",
}
# Pages whose examples need data that the package does not carry.
NEEDS = {"guide/published-economy.md": "caliendo_parro_2015"}


@pytest.mark.parametrize(("page", "at", "code"), EXAMPLES, ids=[f"{page}:{at}" for page, at, _ in EXAMPLES])
def test_an_example_runs_and_prints_what_the_page_says(
    page: str, at: int, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if page in NEEDS:
        monkeypatch.setenv("RONGHE_SHARED", str(shared(NEEDS[page]).parents[1]))
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, f"{page}, example {at + 1}", "exec"), {"__name__": "example"})
    assert out.getvalue().strip()
    assert re.search(SAID.get((page, at), r"\S"), out.getvalue())
