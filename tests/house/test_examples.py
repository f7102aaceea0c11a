"""The Python examples of the documentation run as they stand and say what the text beside them says."""

from __future__ import annotations

import contextlib
import io
import re

import pytest

from shared import REPOSITORY, shared

ZH = REPOSITORY / "docs" / "zh"
# An example, and what it prints where that stands right below it.
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```)?", re.MULTILINE | re.DOTALL)
EXAMPLES = [
    (path.relative_to(ZH).as_posix(), at, code, printed)
    for path in sorted(ZH.rglob("*.md"))
    for at, (code, printed) in enumerate(BLOCK.findall(path.read_text(encoding="utf-8")))
]
NUMBER = re.compile(r"-?\d+\.?\d*(?:e[+-]\d+)?")
# What an example prints, where the page states it. Both languages carry the same code (test_docs).
SAID = {
    ("guide/share.md", 0): r"0\.16666667 0\.16666667 0\.66666667",
    ("guide/data.md", 0): r"^False\n",
    (
        "guide/published-economy.md",
        0,
    ): r"Mexico: published measure 1\.31 %, exact real income 0\.007 %, real wage 1\.72 %",
}
# Pages whose examples need data that the package does not carry.
NEEDS = {"guide/published-economy.md": "caliendo_parro_2015"}


def plain(text: str) -> tuple[list[str], list[float]]:
    """Return the words and the numbers of what is printed: -0. is 0., and spaces do not count."""
    return NUMBER.sub(" ", text).split(), [float(number) for number in NUMBER.findall(text)]


@pytest.mark.parametrize(
    ("page", "at", "code", "printed"), EXAMPLES, ids=[f"{page}:{at}" for page, at, _, _ in EXAMPLES]
)
def test_an_example_runs_and_prints_what_the_page_says(
    page: str, at: int, code: str, printed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if page in NEEDS:
        monkeypatch.setenv("RONGHE_SHARED", str(shared(NEEDS[page]).parents[1]))
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, f"{page}, example {at + 1}", "exec"), {"__name__": "example"})
    assert out.getvalue().strip()
    assert re.search(SAID.get((page, at), r"\S"), out.getvalue())
    if printed:
        assert plain(out.getvalue()) == plain(printed)


@pytest.mark.parametrize("page", sorted({page for page, _, _, printed in EXAMPLES if printed}))
def test_both_languages_show_the_same_output(page: str) -> None:
    other = (ZH.parent / "en" / page).read_text(encoding="utf-8")
    assert BLOCK.findall(other) == [(code, printed) for name, _, code, printed in EXAMPLES if name == page]
