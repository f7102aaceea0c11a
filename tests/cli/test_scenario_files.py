"""``ronghe report`` with a scenario file: where it stands in the line, and what contradicts it."""

import json
import os
import subprocess
import sys

import pytest

LEVER = """
[[lever]]
name = "road"
channel = "transaction"
layer = "hardware"
owner = "transport offices"
relation = "府际"
measure = "days of freight"
source = "survey"
kind = "days"
before = 2.5
after = 1.5
cost_per_day = 0.01
within = "京津冀"
"""
HEAD = '[scenario]\ntitle = "货运提速"\narea = "京津冀"\n'


def report(*words, cwd):
    env = {k: v for k, v in os.environ.items() if k not in ("LC_ALL", "RONGHE_LANG")} | {"LANG": "zh_CN.UTF-8"}
    return subprocess.run(
        [sys.executable, "-m", "ronghe", "report", *words],
        capture_output=True, text=True, encoding="utf-8", env=env, cwd=cwd,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "scenario.toml").write_text(HEAD + LEVER, encoding="utf-8")
    return tmp_path


def test_a_scenario_file_alone_is_enough_and_names_its_own_folder(folder):
    done = report("scenario.toml", "--draws", "20", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    scenario = found["stamp"]["key_scenario"]["en"]
    assert (folder / "out" / f"京津冀-{scenario}" / "report.zh.html").exists()
    assert "方案“货运提速”" in next(s["zh"] for s in found["sentences"] if s["id"] == "H8")
    assert found["stamp"]["key_seed"]["en"] == "0, 20"


def test_it_may_stand_after_its_area_and_choose_the_language(folder):
    text = HEAD + LEVER + '[report]\nlanguage = "en"\nexhibits = ["levers"]\n'
    (folder / "english.toml").write_text(text, encoding="utf-8")
    done = report("北京,天津,河北", "english.toml", "--draws", "20", "--out", "x", "--form", "html", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert 'Scenario "货运提速"' in done.stdout
    page = (folder / "x" / "report.en.html").read_text(encoding="utf-8")
    assert 'id="levers"' in page
    assert 'id="gain-by-member"' not in page


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["none.toml"], 2, "none.toml"),
        (["长三角", "scenario.toml"], 2, "京津冀"),
        (["长三角", "京津冀", "scenario.toml"], 2, "京津冀"),
        (["demo", "scenario.toml"], 2, 'data = "demo"'),
        (["scenario.toml", "--year", "2020"], 2, "2023"),
        (["wrong.toml"], 3, "lever[1].before"),
        (["twice.toml", "--lang", "en"], 3, "line 5"),
    ],
)
def test_what_contradicts_or_is_wrong_is_told_and_nothing_is_written(folder, words, code, told):
    (folder / "wrong.toml").write_text(HEAD + LEVER.replace("2.5", '"2.5"'), encoding="utf-8")
    (folder / "twice.toml").write_text(HEAD + '\narea = "长三角"\n', encoding="utf-8")
    there = sorted(path.name for path in folder.iterdir())
    done = report(*words, cwd=folder)
    assert done.returncode == code
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == there
