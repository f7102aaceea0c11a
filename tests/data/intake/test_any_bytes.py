"""Whatever stands in a file: faults in words, never a traceback; a draft of what was detected reads the same."""

from __future__ import annotations

import csv
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest
from workbooks import MIGRATION, in_both, migration, moves

from ronghe.data.intake.checkup import check
from ronghe.data.intake.mapping import as_mapping, read_mapping

WORDS = (
    "", "上海", "江苏", "2020", "2020年", "人数（人）", "年份", "单位：亿元", "合计", "全国", "—", "1e5", "１２", "12%",
    "地区", "地区生产总值（亿元）", "全部", "来源地＼现住地", "注：", "其中：", None, 3.5, 2020, -1, "吉林市", "鼓楼区",
    "\x00",
    "a" * 300, "310000", "3月", "2023-13-45", "=1+1", "1,23", "迁移", True, "nan", "1e400", "①", "{x}", "%s",
)  # fmt: skip
TABLES = (None, None, "migration", "panel", "trade", "prices", "tasks", "zoning", "projects", "distances")


@pytest.mark.parametrize("seed", range(60))
def test_a_workbook_with_changed_bytes(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    with zipfile.ZipFile(moves(tmp_path / "a.xlsx")) as whole, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as changed:
        for name in whole.namelist():
            data = bytearray(whole.read(name))
            for _ in range(rng.choice([0, 0, 0, 1, 4, 30])):
                data[rng.randrange(len(data))] = rng.randrange(32, 127)
            changed.writestr(name, bytes(data))
    report = check(tmp_path / "b.xlsx", table=rng.choice([None, "migration"]))
    assert all(in_both(fault) for fault in report.errors)


@pytest.mark.parametrize("seed", range(150))
def test_a_sheet_of_any_words(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    width = rng.randrange(1, 8)
    rows: list[list[Any]] = [[rng.choice(WORDS) for _ in range(width)] for _ in range(rng.randrange(1, 9))]
    if rng.random() < 0.6:
        rows = [list(MIGRATION), *migration()]
    for _ in range(rng.randrange(8)):
        row = rng.choice(rows)
        row[rng.randrange(len(row))] = rng.choice(WORDS)
    with (tmp_path / "c.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    first = check(tmp_path / "c.csv", table=rng.choice(TABLES))
    assert all(in_both(fault) for fault in first.errors)
    if first.reads:
        (tmp_path / "map.toml").write_text(as_mapping(read.taken for read in first.reads), encoding="utf-8")
        again = check(tmp_path / "c.csv", maps=read_mapping(tmp_path / "map.toml"))
        assert again.reads[0].columns == first.reads[0].columns
