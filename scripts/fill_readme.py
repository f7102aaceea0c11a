"""Put what the demo printed between the marks of both READMEs.

ronghe report 长三角 --out out/长三角
python scripts/fill_readme.py out/长三角
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURE = "docs/images/report-{lang}.png"
ALT = {
    "zh": "报告首屏：要点各句，每个数字带状态和情景带",
    "en": "First screen of the report: the findings in sentences, each figure with its status and scenario band",
}
READMES = {"zh": "README.zh.md", "en": "README.md"}


def section(sentences: list[dict[str, str]], lang: str) -> str:
    """Return the section as Markdown: the sentences as printed, and the picture of the page."""
    printed = "\n".join(sentence[lang] for sentence in sentences)
    return f"\n```text\n{printed}\n```\n\n![{ALT[lang]}]({PICTURE.format(lang=lang)})\n"


def fill(text: str, inside: str) -> str:
    """Return ``text`` with what stands between the marks replaced."""
    return re.sub(r"(<!-- demo: begin -->).*(<!-- demo: end -->)", lambda m: m[1] + inside + m[2], text, flags=re.S)


def main() -> None:
    """Fill both files from the run folder of a written report."""
    parser = argparse.ArgumentParser(description="Fill the README with what the demo printed.")
    parser.add_argument("report", type=Path, help="folder of a written report")
    record = json.loads((parser.parse_args().report / "run" / "run.json").read_text(encoding="utf-8"))
    for lang, name in READMES.items():
        path = ROOT / name
        filled = fill(path.read_text(encoding="utf-8"), section(record["sentences"], lang))
        path.write_text(filled, encoding="utf-8")


if __name__ == "__main__":
    main()
