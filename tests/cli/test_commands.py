"""The command line as a script meets it: output, language, exit codes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ronghe.report.runfolder import MANIFEST

RONGHE = str(Path(sys.executable).parent / "ronghe")


def ronghe(*words, lang="zh_CN.UTF-8", cwd=None):
    env = {k: v for k, v in os.environ.items() if k not in ("LC_ALL", "RONGHE_LANG")} | {"LANG": lang}
    return subprocess.run(
        [sys.executable, "-m", "ronghe", *words], capture_output=True, text=True, encoding="utf-8", env=env, cwd=cwd
    )


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli")
    done = ronghe("report", "京津冀", "--draws", "20", "--out", str(folder / "京津冀"), "--quiet")
    return folder / "京津冀", done


def test_the_main_job_prints_the_headline_and_writes_the_report(written):
    folder, done = written
    assert done.returncode == 0
    assert "京津冀" in done.stdout
    assert "情景带" in done.stdout
    assert str(folder) in done.stderr
    assert (folder / "report.zh.html").exists()
    assert "Traceback" not in done.stderr


def test_its_run_folder_passes_the_check(written):
    done = ronghe("check", str(written[0]), "--json")
    assert done.returncode == 0
    assert {"run.json", "identifies.json", "published.json"} <= set(json.loads(done.stdout)["files"])
    assert {"report.zh.html", "results.xlsx"} <= set(json.loads(done.stdout)["published"])


def test_a_damaged_run_folder_names_file_and_row(written, tmp_path):
    import shutil

    shutil.copytree(written[0] / "run", tmp_path / "run")
    path = tmp_path / "run" / "coalition_worth.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[4] = lines[4].replace("2", "3", 1)
    path.write_text("".join(lines), encoding="utf-8")
    done = ronghe("check", str(tmp_path / "run"), lang="en_US.UTF-8")
    assert done.returncode == 3
    assert "coalition_worth.csv!line 5" in done.stderr
    (tmp_path / "run" / MANIFEST).write_text("{")
    assert ronghe("check", str(tmp_path / "run")).returncode == 3


def _changed(path):
    if path.suffix == ".xlsx":
        path.write_bytes(path.read_bytes() + b"0")
    else:
        path.write_text(path.read_text(encoding="utf-8").replace("1", "2", 1), encoding="utf-8")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_published_file_is_checked_and_named(written, tmp_path, lang):
    import shutil

    folder = Path(shutil.copytree(written[0], tmp_path / "copy"))
    assert ronghe("check", str(folder)).returncode == 0
    changed = ["report.zh.html", "briefing.en.html", "results.xlsx", "numbers.json", "figures/gain-curve.zh.svg"]
    for name in changed:
        _changed(folder / name)
    (folder / "report.en.html").unlink()
    done = ronghe("check", str(folder), "--lang", lang)
    assert done.returncode == 3
    assert all(name in done.stderr for name in (*changed, "report.en.html"))
    assert ronghe("check", str(folder / "run")).returncode == 0
    (folder / "run" / "published.json").unlink()
    assert "published.json" in ronghe("check", str(folder)).stderr


def test_json_holds_both_languages_and_nothing_else_on_stdout(tmp_path):
    done = ronghe("report", "大湾区", "--json", "--out", str(tmp_path / "x"))
    assert done.returncode == 1
    record = json.loads(done.stdout)
    assert record["exit"] == 1
    assert {s["id"] for s in record["sentences"]} >= {"H1", "H4", "H7", "H14"}
    assert all(s["zh"] and s["en"] for s in record["sentences"])


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["report", "长三脚"], 2, "长三角"),
        (["report", "沪,江苏省,蘇州"], 2, "蘇州"),
        (["report", "沪,上海"], 2, "上海"),
        (["report", "沪,沪"], 2, "只能列一次"),
        (["report", "沪 沪", "--lang", "en"], 2, "list it once"),
        (["report", ""], 2, "没有写区域"),
        (["report", " ,，", "--lang", "en"], 2, "No area was named"),
        (["report", "昆山市"], 2, "没有市、县、区的核算数据"),
        (["report", "苏州"], 2, "江苏"),
        (["report", "浦东新区", "--lang", "en"], 2, "no accounts of cities"),
        (["report", "沪,苏州市", "--lang", "en"], 2, "Jiangsu"),
        (["report", "abc"], 2, "abc"),
        (["report", "港"], 1, "香港没有载入数据"),
        (["report", "港,澳", "--lang", "en"], 1, "Hong Kong and Macao have no data"),
        (["report", "长三角", "京津冀"], 2, "京津冀"),
        (["report", "demo"], 2, "示范甲"),
        (["report", "长三角", "--form", "pdf"], 2, "html"),
        (["report", "长三角", "--year", "2021"], 2, "2023"),
        (["report", "长三角", "--lang", "fr"], 2, "fr"),
        (["check", "nowhere"], 2, "nowhere"),
        (["explain", "核任"], 2, "核仁"),
        (["request", "trades", "--area", "长三角"], 2, "trade"),
        (["request", "--area", "长三角"], 2, "--all"),
        (["request", "trade", "--all"], 2, "--all"),
        (["fly"], 2, "fly"),
    ],
)
def test_wrong_use_is_told_in_words(words, code, told, tmp_path):
    done = ronghe(*words, cwd=tmp_path)
    assert done.returncode == code
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told_and_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    done = ronghe("report", "大湾区", "--out", str(tmp_path))
    assert done.returncode == 4
    assert "--out" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_messages_follow_the_reader():
    assert "Did you mean" in ronghe("report", "Yangtse", lang="en_US.UTF-8").stderr
    assert "您是否要找" in ronghe("report", "Yangtse", lang="zh_CN.UTF-8").stderr
    assert "Did you mean" in ronghe("report", "Yangtse", "--lang", "en").stderr
    assert "The main job" in ronghe("--help", lang="en_US.UTF-8").stdout
    assert "主任务" in ronghe("--help", lang="C").stdout


def test_explain_gives_the_term_in_both_languages():
    done = ronghe("explain", "情景带", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["en"] == "scenario band"


def test_request_writes_letter_and_template(tmp_path):
    done = ronghe("request", "trade", "--area", "长三角", "--out", str(tmp_path))
    assert done.returncode == 0
    assert "关于商请提供" in done.stdout
    names = {p.name for p in tmp_path.rglob("*") if p.is_file()}
    assert {"letter.zh.txt", "letter.en.txt", "trade_template.xlsx", "request.json"} <= names


def test_doctor_solves_and_finds_this_machine_sound():
    done = ronghe("doctor", "--json")
    found = {check["key"]: check for check in json.loads(done.stdout)}
    assert found["solve"]["light"] == "green"
    assert "converged" in found["solve"]["en"]
    assert done.returncode == (4 if any(c["light"] == "red" for c in found.values()) else 0)


def test_the_embedded_data_pass_their_own_check():
    done = ronghe("check", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["faults"] == []


def test_the_shell_completes_verbs():
    asked = {"_RONGHE_COMPLETE": "complete_bash", "COMP_WORDS": "ronghe re", "COMP_CWORD": "1"}
    done = subprocess.run([RONGHE], capture_output=True, text=True, env=os.environ | asked)
    assert set(done.stdout.split()) == {"report", "request"}


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("after", [2.0, 3.5, 5.0])
def test_an_interrupt_leaves_nothing_half_written(tmp_path, sent, after):
    words = [sys.executable, "-m", "ronghe", "report", "长三角", "--draws", "2000", "--out", str(tmp_path / "out")]
    # A shell starts what runs in its background deaf to interrupts, and the child would inherit that.
    run = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    time.sleep(after)
    run.send_signal(sent)
    _, told = run.communicate(timeout=60)
    assert run.returncode not in (0, 1)
    assert list(tmp_path.iterdir()) == []
    if run.returncode == 130:
        assert "Traceback" not in told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_an_output_that_is_full_is_told_and_is_no_traceback():
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ronghe", "explain", "核仁", "--lang", "en"],
            stdout=full, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
    assert done.returncode == 4
    assert "disk or device is full" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_has_enough_ends_it_quietly():
    code = f"{sys.executable} -m ronghe explain 核仁 | true"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", code], stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_a_parameter_is_explained_by_its_key_or_its_letter():
    for word in ("theta", "θ"):
        assert "trade elasticity" in ronghe("explain", word, "--lang", "en").stdout
    assert "1.5" in ronghe("explain", "kappa").stdout
    for word in ("成本降低的理解", "revaluation of transfers", "贸易条件", "楔子"):
        assert ronghe("explain", word).returncode == 0
