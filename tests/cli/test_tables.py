"""Tables of one's own on the command line: checked, marked, drafted, and never written over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROWS = (
    "年份,来源地,现住地,人群,人数（人）,口径\n2020,上海,江苏,全部,{persons},五年前常住地\n"
    "2020,江苏,上海,全部,6,五年前常住地\n"
)


def ronghe(*words: str, lang: str = "zh_CN.UTF-8") -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if k not in ("LC_ALL", "RONGHE_LANG")} | {"LANG": lang}
    return subprocess.run(
        [sys.executable, "-m", "ronghe", *words], capture_output=True, text=True, encoding="utf-8", env=env
    )


def table(path: Path, persons: str = "5") -> Path:
    path.write_text(ROWS.format(persons=persons), encoding="utf-8")
    return path


@pytest.mark.parametrize("lang", ["zh_CN.UTF-8", "en_US.UTF-8"])
def test_a_draft_is_written_and_read_again(tmp_path: Path, lang: str) -> None:
    path, draft = table(tmp_path / "a.csv"), tmp_path / "map.toml"
    first = ronghe("check", str(path), "--allow-missing", "--write-map", str(draft), lang=lang)
    assert first.returncode == 0, first.stderr
    assert '"人数（人）" = "persons"' in draft.read_text(encoding="utf-8")
    again = ronghe("check", str(path), "--allow-missing", "--map", str(draft), "--json", lang=lang)
    assert again.returncode == 0
    assert json.loads(again.stdout)["sheets"][0]["table"] == "migration"


def test_a_fault_is_named_and_exits_with_3(tmp_path: Path) -> None:
    done = ronghe("check", str(table(tmp_path / "a.csv", "五")), "--allow-missing", lang="en_US.UTF-8")
    assert done.returncode == 3
    assert "a.csv!line 2, column 人数（人）" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("head", [b"PK\x03\x04junk", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_file_that_may_not_be_opened_is_not_opened_to_be_marked(tmp_path: Path, head: bytes) -> None:
    (tmp_path / "bad.xlsx").write_bytes(head)
    done = ronghe("check", str(tmp_path / "bad.xlsx"), "--report", str(tmp_path / "marked.xlsx"))
    assert done.returncode == 3
    assert "E101" in done.stdout
    assert "Traceback" not in done.stderr
    assert (tmp_path / "marked.xlsx").exists()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = ronghe("check", str(table(tmp_path / "a.csv")), "--report", str(tmp_path / "file" / "marked.xlsx"))
    assert done.returncode == 4
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("option", ["--report", "--write-map"])
def test_what_is_checked_is_not_written_over(tmp_path: Path, option: str) -> None:
    path = table(tmp_path / "a.csv")
    before = path.read_bytes()
    for checked in (path, tmp_path):
        done = ronghe("check", str(checked), "--allow-missing", option, str(path))
        assert done.returncode == 2
        assert "不会被覆盖" in done.stderr
        assert path.read_bytes() == before
        assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def test_a_multiregional_table_is_checked_and_drafted(tmp_path: Path) -> None:
    path, draft = tmp_path / "2017年.csv", tmp_path / "map.toml"
    heads = ["单位：万元", ",,北京,上海,北京,上海,,", ",,工业,工业,居民消费,居民消费,出口,总产出"]
    body = ["北京,工业,1,2,3,4,5,15", "上海,工业,2,1,3,4,5,15", "进口,,1,1,,,,", "增加值,劳动者报酬,11,11,,,,"]
    path.write_text("\n".join([*heads, *body]), encoding="utf-8")
    first = ronghe("check", str(path), "--write-map", str(draft))
    assert first.returncode == 0, first.stdout + first.stderr
    assert "区域间投入产出表" in first.stdout
    assert "E511" in first.stdout
    text = draft.read_text(encoding="utf-8")
    assert "[[mrio]]" in text
    assert 'import_treatment = "separate"' in text
    draft.write_text(text.replace("[[mrio]]", '[[mrio]]\nmade_by = "survey"'), encoding="utf-8")
    again = ronghe("check", str(path), "--map", str(draft), "--json")
    assert again.returncode == 0, again.stdout + again.stderr
    assert json.loads(again.stdout)["sheets"] == [{"place": "2017年.csv", "table": "io", "rows": 2}]


def test_a_draft_states_the_range_and_the_second_check_reads_the_same(tmp_path: Path) -> None:
    path, draft = tmp_path / "a.csv", tmp_path / "map.toml"
    path.write_text(
        "2023年地区生产总值\n单位：亿元\n地区,地区生产总值\n上海,1\n江苏,2\n注：初步数。\n", encoding="utf-8"
    )
    first = ronghe("check", str(path), "--allow-missing", "--json", "--write-map", str(draft))
    assert first.returncode == 0, first.stderr
    written = draft.read_text(encoding="utf-8")
    assert 'range = "A3:B5"' in written
    assert 'header_rows = "3:3"' in written
    again = ronghe("check", str(path), "--allow-missing", "--map", str(draft), "--json")
    assert json.loads(again.stdout) == json.loads(first.stdout)


def test_what_only_loading_refuses_is_a_note_of_the_check(tmp_path: Path) -> None:
    path = tmp_path / "trade.csv"
    rows = ["year,origin,destination,sector,value,valuation,made_by", "2023,810000,440000,industry,5,basic,register"]
    path.write_text("\n".join(rows), encoding="utf-8")
    done = ronghe("check", str(path), "--allow-missing")
    assert done.returncode == 0, done.stdout
    assert "E507" in done.stdout
    assert "ronghe load" in done.stdout
    refused = ronghe("load", str(path))
    assert refused.returncode == 3
    assert "E507" in refused.stderr


def test_tables_are_loaded_kept_and_asked(tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    rows = ["region,year,indicator,value,unit,status,source", "上海,2023,retail_sales,9999,亿元,observed,年鉴"]
    path.write_text("\n".join(rows), encoding="utf-8")
    kept = tmp_path / "set"
    done = ronghe("load", str(path), "--allow-missing", "--out", str(kept), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["tables"] == {"facts": 1}
    for lang, word in (("zh", "位置：facts.csv!line 2, column value"), ("en", "place: facts.csv!line 2, column value")):
        asked = ronghe("explain", "retail_sales 上海 2023", "--data", str(kept), "--lang", lang)
        assert asked.returncode == 0, asked.stderr
        assert word in asked.stdout
        assert "9999" in asked.stdout
    shown = ronghe("check", str(kept), "--coverage", "--area", "长三角", "--json")
    assert {"tables", "questions", "indicators"} == set(json.loads(shown.stdout))
    assert ronghe("check", str(kept)).returncode == 0
    (kept / "facts.csv").write_text("changed", encoding="utf-8")
    assert ronghe("check", str(kept)).returncode == 3
    assert ronghe("load", str(kept)).returncode == 3
