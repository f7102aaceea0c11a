"""What is taken out of cells to read them: noted once a kind with the first cell, or refused at each."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from workbooks import at, book, codes, in_both, looked, moves

from ronghe.base.errors import DataFault, ParameterFault
from ronghe.data import load
from ronghe.data.intake.apart import STANDARD
from ronghe.data.intake.checkup import check
from ronghe.data.intake.mapping import SheetMap
from ronghe.data.intake.reports import CheckReport

HEAD = ("地区", "年份", "指标", "数值", "单位", "性质", "数据来源")
ODD = ("北　京", "天津①", "河 北*", "廣東", "内蒙", "１４００００")


def sheet(path: Path) -> Path:
    """Write a table of facts whose names are set in many ways."""
    rows = [[name, 2023, "地区生产总值", 1000.0 + at, "亿元", "user", "own"] for at, name in enumerate(ODD)]
    rows[1][1], rows[2][2], rows[3][3] = "２０２３年", "地区生產总值", "1,003"
    return book(path / "f.xlsx", [HEAD, *rows], sheet="facts")


def told(report: CheckReport, code: str) -> dict[str, str]:
    """Cell and what was read of one code, by the kind that the remedy names."""
    faults = [fault for fault in report.faults if fault.code == code]
    return {f"{fault.place.rpartition('!')[2]} {fault.remedy.en.split('--refuse ')[1].split()[0].rstrip(',')}":
            fault.read.zh for fault in faults}  # fmt: skip


def test_every_kind_is_noted_with_its_first_cell_and_count(tmp_path: Path) -> None:
    report = check(sheet(tmp_path), allow_missing=True)
    assert codes(report) == []
    assert told(report, "N002") == {
        "A2 spaces": "“北　京”等2格含空格", "A3 marks": "“天津①”等2格含脚注记号",
        "A5 traditional": "“廣東”等1格含繁体字",
        "A7 width": "“１４００００”等1格含全角字符", "B3 width": "“２０２３年”等1格含全角字符",
        "C4 traditional": "“地区生產总值”等1格含繁体字", "D5 grouping": "“1,003”等1格含千分位逗号",
    }  # fmt: skip
    assert all(in_both(fault) for fault in report.faults)


@pytest.mark.parametrize(
    ("refuse", "cells"),
    [(("spaces",), ["A2", "A4"]), (("marks", "width"), ["A3", "B3", "A4", "A7"]), (("grouping",), ["D5"]),
     (("all",), ["A2", "A3", "B3", "A4", "A4", "C4", "A5", "D5", "A7"])],
)  # fmt: skip
def test_a_refused_repair_is_a_fault_at_each_cell(tmp_path: Path, refuse: tuple[str, ...], cells: list[str]) -> None:
    for allowance in (None, STANDARD):
        report = check(sheet(tmp_path), allow_missing=True, refuse=refuse, allowance=allowance)
        assert at(report, "E220") == cells
        assert {fault.code for fault in report.errors} == {"E220"}
    with pytest.raises(DataFault) as raised:
        load(sheet(tmp_path), allow_missing=True, refuse=refuse)
    assert [fault.code for fault in raised.value.faults] == ["E220"] * len(cells)


def test_what_is_as_it_should_be_is_not_noted(tmp_path: Path) -> None:
    rows = [
        [name, 2023, "地区生产总值", 5.0, "亿元", "user", "own"]
        for name in ("Inner Mongolia", "上海 Shanghai", "110000")
    ]
    report = check(book(tmp_path / "f.xlsx", [HEAD, *rows], sheet="facts"), allow_missing=True, refuse=("all",))
    assert report.faults == ()


def test_names_in_a_wide_sheet_count_once(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["来源地＼现住地", "上　海", "江　苏", "浙江"]]
    rows += [[name, 1.0, 2.0, 3.0] for name in ("上　海", "江苏", "浙江")]
    path = book(tmp_path / "m.xlsx", [["2020年"], ["单位：人"], *rows], sheet="migration")
    stated = [SheetMap(fixed={"group": "all", "definition": "last residence"})]
    report = check(path, maps=stated)
    assert {fault.place.rpartition("!")[2]: fault.read.zh for fault in report.faults} == {
        "A4": "“上　海”等1格含空格", "B3": "“上　海”等2格含空格",
    }  # fmt: skip


def test_a_kind_that_there_is_not_is_told(tmp_path: Path) -> None:
    with pytest.raises(ParameterFault, match="spaces"):
        looked(moves(tmp_path / "t.xlsx"), refuse=("colours",))


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "ronghe", *words], capture_output=True, text=True, encoding="utf-8",
                          env=dict(os.environ) | {"LC_ALL": "en_US.UTF-8"})  # fmt: skip


def test_the_commands_refuse_too(tmp_path: Path) -> None:
    path = str(sheet(tmp_path))
    for verb in ("check", "load"):
        done = run(verb, path, "--allow-missing", "--refuse", "spaces", "--refuse", "marks")
        assert done.returncode == 3, done.stderr
        assert "E220 f.xlsx!facts!A2" in done.stdout + done.stderr
        assert run(verb, path, "--refuse", "colours").returncode == ParameterFault.exit_code


def test_the_vintage_is_told_before_loading(tmp_path: Path) -> None:
    rows = [["上海", 2023, "地区生产总值", 47_000.0, "亿元", "user", "own"]]
    path = str(book(tmp_path / "f.xlsx", [HEAD, *rows], sheet="facts"))
    checked = run("check", path, "--allow-missing", "--lang", "en")
    assert checked.returncode == 0
    assert "E506" in checked.stdout
    assert "only when loaded over the embedded data" in checked.stdout
    assert run("load", path, "--allow-missing").returncode == 3
