"""Pages made from figures of the program itself: assumed parameters, and the validation of the estimate."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import cast

from ronghe.base.status import WORDS as STATUS_WORDS
from ronghe.base.status import Status
from ronghe.data import load
from ronghe.simulate.parameters import NOTES

FACTS = Path(__file__).resolve().parents[1] / "src" / "ronghe" / "data" / "facts"
GENERATED = {
    "zh": "<!-- 本页由 scripts/make_docs.py 生成。 -->\n",
    "en": "<!-- This page is written by scripts/make_docs.py. -->\n",
}
WORDS = {
    "verified": {"zh": "已核实", "en": "verified"},
    "recalled": {"zh": "记忆，待核实", "en": "recalled, to be confirmed"},
}


def parameters(lang: str) -> str:
    """Return every assumed number: of behaviour (room simulate) and of the estimated baseline (room data)."""
    words = {
        "zh": ("参数", "不来自统计表的每个数字，连同它的情景带、状态和来历。", "行为参数", "估算底数的参数"),
        "en": (
            "Parameters",
            "Every number that no table contains, with its scenario band, status and origin.",
            "Behaviour",
            "The estimated baseline",
        ),
    }[lang]
    behaviour = [
        [
            getattr(note.name, lang),
            f"{note.default:g}",
            band(note.low, note.high, lang),
            status_word(note.mark, lang),
            getattr(note.source, lang),
        ]
        for note in NOTES
    ]
    estimate = tomllib.loads((FACTS / "parameters.toml").read_text(encoding="utf-8"))
    baseline = [
        [
            entry[lang],
            f"{entry['value']:g}",
            band(entry["low"], entry["high"], lang) if "low" in entry else "",
            status_word(entry["status"], lang),
            entry[f"source_{lang}"],
        ]
        for entry in estimate.values()
    ]
    heads = {
        "zh": ["参数", "取值", "情景带", "状态", "来历"],
        "en": ["Parameter", "Value", "Scenario band", "Status", "Origin"],
    }[lang]
    title, intro, first, second = words
    return (
        f"{GENERATED[lang]}\n# {title}\n\n{intro}\n\n## {first}\n\n{table(heads, behaviour)}\n\n"
        f"## {second}\n\n{table(heads, baseline)}"
    )


def validation(lang: str) -> str:
    """Return how the estimated trade compares with the observed shares of 2007, for every base year."""
    title, intro, heads = {
        "zh": (
            "估算贸易的检验",
            "把估算的省际贸易与 2007 年的实际份额对照。“只看规模”一列不用距离。",
            ["统计量", "估算", "只看规模", "所指地区"],
        ),
        "en": (
            "Validation of the estimated trade",
            "The estimated trade between provinces beside the observed shares of 2007. "
            "The column of size uses no distance.",
            ["Statistic", "Estimate", "Size only", "Region named"],
        ),
    }[lang]
    parts = [f"{GENERATED[lang]}\n# {title}\n\n{intro}"]
    for year in (2023, 2020, 2019):
        data = load(year=year)
        found = data.validation()
        rows = [
            [
                row.name.zh if lang == "zh" else row.name.en,
                f"{row.value:.3f}",
                "" if row.size_only is None else f"{row.size_only:.3f}",
                data.region(row.region).name.of("zh" if lang == "zh" else "en") if row.region else "",
            ]
            for row in found.rows
        ]
        reading = found.reading.zh if lang == "zh" else found.reading.en
        parts.append(f"## {year}\n\n{table(heads, rows)}")
    return "\n\n".join([parts[0], reading, *parts[1:]])


def band(low: float, high: float, lang: str) -> str:
    """Return a band in words."""
    return f"{low:g} {'到' if lang == 'zh' else 'to'} {high:g}"


def status_word(status: str, lang: str) -> str:
    """Return the word of a status, or of the mark of a source."""
    if status in WORDS:
        return WORDS[status][lang]
    text = STATUS_WORDS[cast(Status, status)]
    return text.zh if lang == "zh" else text.en


def table(heads: list[str], rows: Iterable[list[str]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(one_line(cell).replace("|", "\\|") or "—" for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def one_line(text: str) -> str:
    """Return text without line breaks."""
    return " ".join(text.split())
