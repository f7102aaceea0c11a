"""The command that builds a composite indicator."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

META = """code,zh,en,type,direction,weight,parent
all,总指数,Index,aggregate,,,
a,甲,A,indicator,1,1,all
b,乙,B,indicator,-1,3,all
"""
DATA = "unit,a,b\nX,1,9\nY,2,8\nZ,4,\n"
RECIPE = """
title_zh = "试算指数"
title_en = "A trial index"
[data]
file = "data.csv"
[metadata]
file = "meta.csv"
[[stage]]
do = "normalise"
from = "data"
[[stage]]
do = "aggregate"
from = "normalise"
"""


def ronghe(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ronghe", "measure", *words], capture_output=True, text=True, encoding="utf-8"
    )


def written(folder: Path, **changed: str) -> str:
    for name, text in {"data.csv": DATA, "meta.csv": META, "index.toml": RECIPE, **changed}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return str(folder / "index.toml")


def test_ranks_bounds_and_notes_in_both_languages(tmp_path: Path) -> None:
    recipe = written(tmp_path)
    zh, en = ronghe(recipe, "--lang", "zh"), ronghe(recipe, "--lang", "en")
    assert (zh.returncode, en.returncode) == (0, 0)
    assert "1个单元数据不足" in zh.stdout
    assert "too little data for a score: 1" in en.stdout
    assert "权重之和为 4" in zh.stdout
    assert "sum to 4" in en.stdout
    best = 100 / 12 + 75.0
    told = json.loads(ronghe(recipe, "--json").stdout)
    assert [(one["unit"], one["score"], one["low"], one["high"]) for one in told["units"]] == [
        ("X", 0.0, 0.0, 0.0), ("Y", best, best, best), ("Z", None, 25.0, 100.0)]  # fmt: skip


def test_scores_are_written_whole(tmp_path: Path) -> None:
    recipe = written(tmp_path)
    assert ronghe(recipe, "--out", str(tmp_path / "scores.csv")).returncode == 0
    with (tmp_path / "scores.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 9
    assert [row["rank"] for row in rows if row["code"] == "all"] == ["2.0", "1.0", ""]
    assert ronghe(recipe, "--out", str(tmp_path / "scores.xlsx")).returncode == 2


def test_faults_have_their_exit_codes(tmp_path: Path) -> None:
    assert ronghe(str(tmp_path / "nothing.toml")).returncode == 2
    assert ronghe(written(tmp_path, **{"meta.csv": META.replace("1,all", "1,al")})).returncode == 2
    wrong = ronghe(written(tmp_path, **{"meta.csv": META, "data.csv": DATA.replace("X,1", "X,one")}), "--lang", "en")
    assert wrong.returncode == 3
    assert "data.csv!line 2, column B" in wrong.stderr
    assert "Traceback" not in wrong.stderr
