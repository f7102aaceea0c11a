"""The two languages of the documentation say the same; generated pages match their source."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import ronghe
from shared import REPOSITORY

DOCS = REPOSITORY / "docs"
PAGES = sorted(path.relative_to(DOCS / "zh") for path in (DOCS / "zh").rglob("*.md"))
# Words stand beside these figures as digits in one language and as words in the other, or belong to typography.
NUMBER = re.compile(r"(?<![A-Za-z_])\d[\d,]*(?:\.\d+)?(?:e-\d+)?")
FENCE = re.compile(r"^```[^\n]*\n.*?^```", re.MULTILINE | re.DOTALL)


def page(lang: str, name: Path) -> str:
    return (DOCS / lang / name).read_text(encoding="utf-8")


def headings(text: str) -> list[int]:
    return [len(mark) for mark in re.findall(r"^(#+) ", FENCE.sub("", text), re.MULTILINE)]


def blocks(text: str) -> list[str]:
    """Return code blocks; a block of program help or of links between pages is in words and is left out."""
    return [block for block in FENCE.findall(text) if not block.startswith(("```text", "```{toctree}"))]


def numbers(text: str) -> list[str]:
    return sorted(found.rstrip(",") for found in NUMBER.findall(FENCE.sub("", text)))


def test_both_languages_have_the_same_pages() -> None:
    assert PAGES
    assert sorted(path.relative_to(DOCS / "en") for path in (DOCS / "en").rglob("*.md")) == PAGES


@pytest.mark.parametrize("name", PAGES, ids=str)
def test_a_page_has_the_same_headings_and_examples_in_both_languages(name: Path) -> None:
    chinese, english = page("zh", name), page("en", name)
    assert headings(chinese) == headings(english)
    assert blocks(chinese) == blocks(english)


HAND_WRITTEN = [
    n for n in PAGES if n.as_posix() not in {"reference/glossary.md", "reference/sources.md", "reference/parameters.md"}
]


@pytest.mark.parametrize("name", HAND_WRITTEN, ids=str)
def test_a_page_prints_the_same_numbers_in_both_languages(name: Path) -> None:
    assert numbers(page("zh", name)) == numbers(page("en", name))


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_both_readmes_show_the_same_commands_and_they_exist(name: str) -> None:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^make (\w+)", text, re.MULTILINE)) | set(re.findall(r"`make (\w+)`", text))
    assert {"demo", "test"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"make {target} stands in {name}, not in the Makefile"
    assert text.index("make demo") < text.index("make test")
    for path in re.findall(r"\]\((?!http)([^)#]+)\)", text):
        assert (REPOSITORY / path).exists(), f"{name} points to {path}"


def test_the_readmes_carry_the_same_lines_for_those_without_make() -> None:
    shown = []
    for name in ("README.md", "README.zh.md"):
        block = FENCE.findall((REPOSITORY / name).read_text(encoding="utf-8"))[1]
        shown.append([line.split("  #")[0].strip() for line in block.splitlines()])
    assert shown[0] == shown[1]


def test_generated_pages_match_the_program() -> None:
    done = subprocess.run(
        [sys.executable, str(REPOSITORY / "scripts" / "make_docs.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_public_name_stands_in_the_reference(lang: str) -> None:
    text = page(lang, Path("reference/python.md"))
    missing = [name for name in ronghe.__all__ if f"`{name}`" not in text]
    assert not missing
    listed = set(re.findall(r"`([A-Za-z_]+)`", "\n".join(re.findall(r"^\| (`[^|]*)\|", text, re.MULTILINE))))
    arguments = set(inspect.signature(ronghe.Economy.from_flows).parameters)
    known = set(ronghe.__all__) | arguments
    assert listed <= known, f"no public names: {sorted(listed - known)}"
    assert not [name for name in arguments if f"`{name}" not in text and name != "gross"]


ROWS = tomllib.loads((DOCS / "capabilities.toml").read_text(encoding="utf-8"))["row"]


def test_the_table_of_what_works_has_every_row_once() -> None:
    assert [row["id"] for row in ROWS] == [f"M{at:02d}" for at in range(1, 30)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_what_works_names_a_command_and_a_test_that_exist(row: dict[str, str]) -> None:
    if row["status"] == "not yet":
        assert "command" not in row, f"{row['id']} is not built and must not stand in a menu"
        return
    assert row["status"] in {"works", "partly"}
    program, verb, *_ = row["command"].split()
    reference = page("en", Path("reference/commands.md"))
    assert program == "ronghe"
    assert f"## ronghe {verb}\n" in reference
    held = REPOSITORY / row["test"]
    assert held.is_file() or any(held.glob("test_*.py")), f"{row['test']} holds no test"
