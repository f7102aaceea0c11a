"""Write the generated pages of the documentation: command reference, glossary, sources, what works.

    python scripts/make_docs.py            write them
    python scripts/make_docs.py --check    say which differ from their source; exit 1 if any does

The pages are committed, so a reader of the repository sees them, and a test runs ``--check``.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from docs_tables import GENERATED, WORDS, one_line, parameters, table, validation
from ronghe.base.i18n import catalogue
from ronghe.base.text import Lang
from ronghe.data.intake import vocabulary
from ronghe.data.intake.findings import severity_of

REPOSITORY = Path(__file__).resolve().parents[1]
DOCS = REPOSITORY / "docs"
PACKAGE = REPOSITORY / "src" / "ronghe"
LANGS = ("zh", "en")
STATUS = {
    "works": {"zh": "可用", "en": "works"},
    "partly": {"zh": "部分可用", "en": "partly"},
    "not yet": {"zh": "尚未", "en": "not yet"},
}


def main() -> int:
    """Write or compare the pages."""
    parser = argparse.ArgumentParser(description="Write the generated pages of the documentation.")
    parser.add_argument("--check", action="store_true", help="only say which pages differ from their source")
    check = parser.parse_args().check
    made = [(path, text.rstrip() + "\n") for path, text in pages()]
    stale = [(path, text) for path, text in made if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path, text in stale:
        if check:
            print(f"{path.relative_to(REPOSITORY)} differs from its source; run make docs")
        else:
            path.write_text(text, encoding="utf-8")
            print(f"written: {path.relative_to(REPOSITORY)}")
    return 1 if check and stale else 0


def pages() -> Iterator[tuple[Path, str]]:
    """Yield every generated page with its text."""
    for lang in LANGS:
        folder = DOCS / lang
        yield folder / "capabilities.md", capabilities(lang)
        yield folder / "reference" / "commands.md", commands(lang)
        yield folder / "reference" / "glossary.md", glossary(lang)
        yield folder / "reference" / "sources.md", sources(lang)
        yield folder / "reference" / "parameters.md", parameters(lang)
        yield folder / "reference" / "validation.md", validation(lang)
        yield folder / "reference" / "table-checks.md", faults(cast(Lang, lang))
        yield folder / "reference" / "tables.md", schemas(cast(Lang, lang))


def command_help(lang: str, *words: str) -> str:
    """Return the help text of a verb as the program prints it in ``lang``, 100 columns wide, no colour."""
    plain = {"RONGHE_LANG": lang, "COLUMNS": "100", "TERMINAL_WIDTH": "100", "NO_COLOR": "1", "TERM": "dumb"}
    program = Path(sys.executable).with_name("ronghe")
    done = subprocess.run(
        [str(program), *words, "--help"],
        env={**os.environ, **plain},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return "\n".join(line.rstrip() for line in done.stdout.strip("\n").splitlines())


def verbs(help_text: str) -> list[str]:
    """Return the verbs that the top-level help lists under its last heading."""
    listed = help_text.rsplit("\n\n", 1)[-1].splitlines()[1:]
    return [match[1] for line in listed if (match := re.match(r"  (\w[\w-]*)(\s|$)", line))]


def commands(lang: str) -> str:
    """Return the command reference: the help of the program and of each verb."""
    top = command_help(lang)
    title, intro = {
        "zh": (
            "命令",
            "以下是程序自己的帮助。界面语言用 `--lang zh` 或 `--lang en` 选择，"
            "也可以设环境变量 `RONGHE_LANG`。退出码见[退出码](exit-codes.md)。",
        ),
        "en": (
            "Commands",
            "This is the program's own help. Choose the language by `--lang zh` or `--lang en`, "
            "or by the environment variable `RONGHE_LANG`. For exit codes see [Exit codes](exit-codes.md).",
        ),
    }[lang]
    parts = [f"{GENERATED[lang]}\n# {title}\n\n{intro}\n\n{fenced(top)}"]
    parts += [f"## ronghe {verb}\n\n{fenced(command_help(lang, verb))}" for verb in verbs(top)]
    return "\n\n".join(parts)


def fenced(text: str) -> str:
    """Return text as a block that is not coloured."""
    return f"```text\n{text}\n```"


def glossary(lang: str) -> str:
    """Return the glossary: every term with its name in the other language and its definition."""
    title, intro = {
        "zh": ("术语", "每个术语的中英文名称、含义和出处。命令行里用 `ronghe explain 术语` 查同一张表。"),
        "en": (
            "Glossary",
            "Each term in both languages, what it means, and its source. `ronghe explain TERM` reads the same table.",
        ),
    }[lang]
    other = "en" if lang == "zh" else "zh"
    rows = sorted(read_csv(PACKAGE / "base" / "glossary.csv"), key=lambda row: row[lang].casefold())
    entries = [f"{row[lang]} ({row[other]})\n: {definition(row, lang)}" for row in rows]
    return f"{GENERATED[lang]}\n# {title}\n\n{intro}\n\n" + "\n\n".join(entries)


def definition(row: dict[str, str], lang: str) -> str:
    """Return a term's meaning, with its source in brackets where one is given."""
    text = one_line(row[f"definition_{lang}"])
    source = one_line(row.get("source", "") or row.get(f"source_{lang}", ""))
    mark = {"zh": ("（出处：", "）"), "en": (" (Source: ", ")")}[lang]
    return text + (mark[0] + source + mark[1] if source else "")


def sources(lang: str) -> str:
    """Return the page of sources: the table that ships with the embedded facts, and the notice."""
    title, intro, heading = {
        "zh": (
            "数据来源",
            "内置数据的每张表和它的来源。数字是官方统计，按本程序的表式挑选、整理；引用时请注明国家统计局等发布机构。",
            "第三方声明",
        ),
        "en": (
            "Sources",
            "Every embedded table and where it comes from. The figures are official statistics, selected and "
            "rearranged in the program's own schema; please cite the publishing office.",
            "Third-party notices",
        ),
    }[lang]
    rows = read_csv(PACKAGE / "data" / "facts" / "sources.csv")
    notice = (PACKAGE / "data" / "facts" / "NOTICE").read_text(encoding="utf-8").strip()
    return f"{GENERATED[lang]}\n# {title}\n\n{intro}\n\n{source_table(rows, lang)}\n\n## {heading}\n\n{fenced(notice)}"


def source_table(rows: list[dict[str, str]], lang: str) -> str:
    """Return ``sources.csv`` as a table, with the headings of its schema."""
    columns = [f"title_{lang}", f"publisher_{lang}", "vintage", "licence", "status", f"note_{lang}"]
    schema = {row["column"]: row for row in read_csv(PACKAGE / "data" / "schema" / "sources.csv")}
    heads = [schema[column][lang].split("（")[0].split(" (")[0].capitalize() for column in columns]
    return table(heads, ([WORDS.get(row[column], {}).get(lang, row[column]) for column in columns] for row in rows))


def faults(lang: Lang) -> str:
    """Return every code of the checks of tables: title, kind, and each case with what is read and what to do."""
    title, intro, heads, kinds = {
        "zh": (
            "表的检查",
            "`ronghe check` 的每个编号。E 开头的错误使退出码为 3；警告和说明（N 开头）不影响。",
            ["读到", "应为", "办法"],
            {"error": "错误", "warning": "警告", "note": "说明"},
        ),
        "en": (
            "Checks of tables",
            "Every code of `ronghe check`. Errors end with exit code 3; warnings and notes (codes that begin with N) "
            "stop nothing.",
            ["Read", "Expected", "What to do"],
            {"error": "error", "warning": "warning", "note": "note"},
        ),
    }[lang]
    entries = catalogue("faults")
    parts = []
    for code in sorted(key for key in entries if "_" not in key):
        cases = [entries[key].of(lang).split("\n") for key in entries if key.startswith(f"{code}_")]
        head = f"## {code} {entries[code].of(lang)}（{kinds[severity_of(code)]}）"
        head = head if lang == "zh" else head.replace("（", " (").replace("）", ")")
        parts.append(f"{head}\n\n{table(heads, [[one_line(part) for part in case] for case in cases])}")
    return f"{GENERATED[lang]}\n# {title}\n\n{intro}\n\n" + "\n\n".join(parts)


def schemas(lang: Lang) -> str:
    """Return every table that an office brings: what it holds, and each column with type, unit and limits."""
    title, intro, heads, yes, key = {
        "zh": (
            "各张表",
            "办公室可以带来的每张表的各列。模板、检查、函件和本页都由同一份表结构得出；"
            "`ronghe template 表名` 写出待填的表。",
            ["列", "名称", "类型", "单位", "必填", "取值", "例"],
            "是",
            "是，键",
        ),
        "en": (
            "Tables",
            "The columns of every table that an office may bring. Templates, checks, letters and this page are made "
            "from one schema; `ronghe template TABLE` writes a workbook to fill in.",
            ["Column", "Name", "Type", "Unit", "Required", "Values", "Example"],
            "yes",
            "yes, key",
        ),
    }[lang]
    parts = []
    for found in vocabulary.known():
        rows = [
            [
                f"`{one.name}`", one.title.of(lang), one.type, one.unit,
                key if one.key and one.required else yes if one.required else "",
                ", ".join(one.choices) or _limits(one.least, one.most), one.example,
            ]
            for one in found.fields
        ]  # fmt: skip
        head = f"## {found.title.of(lang)} (`{found.table}`)"
        parts.append(f"{head}\n\n{found.definition.of(lang)}\n\n{table(heads, rows)}")
    return f"{GENERATED[lang]}\n# {title}\n\n{intro}\n\n" + "\n\n".join(parts)


def _limits(least: float | None, most: float | None) -> str:
    low = "" if least is None else f"≥ {least:g}"
    high = "" if most is None else f"≤ {most:g}"
    return ", ".join(filter(None, [low, high]))


def capabilities(lang: str) -> str:
    """Return the table of what works, from ``docs/capabilities.toml``."""
    listed = tomllib.loads((DOCS / "capabilities.toml").read_text(encoding="utf-8"))
    rows: list[dict[str, Any]] = listed["row"]
    heads = {
        "zh": ["编号", "文章提出的", "做到什么", "状态", "命令，测试"],
        "en": ["No.", "The article asks for", "What there is", "Status", "Command, test"],
    }[lang]
    body = (
        [
            row["id"],
            row["ask"][lang],
            row.get("have", {}).get(lang, ""),
            f'<span class="word">{STATUS[row["status"]][lang]}</span>',
            "<br>".join(f"`{row[key]}`" for key in ("command", "test") if key in row),
        ]
        for row in rows
    )
    return f"{GENERATED[lang]}\n# {listed['title'][lang]}\n\n{listed['intro'][lang]}\n\n{table(heads, body)}"


def read_csv(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file with headings."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


if __name__ == "__main__":
    sys.exit(main())
