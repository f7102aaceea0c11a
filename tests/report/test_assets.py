"""The chart library: pinned, checked, with its licences, and nowhere an address of a registry."""

import hashlib
import json
import re
import subprocess
import sys
import tomllib

import pytest

from ronghe.report.svg import assets, can_render
from shared import REPOSITORY

STATIC = REPOSITORY / "src" / "ronghe" / "report" / "static"
SCRIPT = REPOSITORY / "scripts" / "build_assets.py"
LOCK = json.loads((REPOSITORY / "package-lock.json").read_text(encoding="utf-8"))


def test_the_lock_file_names_no_registry():
    for name in ("package.json", "package-lock.json", ".npmrc"):
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        assert not re.search(r"https?://|\"resolved\"", text), name
    assert "omit-lockfile-registry-resolved=true" in (REPOSITORY / ".npmrc").read_text(encoding="utf-8")


def test_every_locked_package_has_its_checksum():
    assert all("integrity" in entry for name, entry in LOCK["packages"].items() if name)


@pytest.mark.parametrize("asset", assets(), ids=lambda asset: asset["name"])
def test_list_and_lock_agree(asset):
    assert LOCK["packages"][f"node_modules/{asset['name']}"]["version"] == asset["version"]
    asked = json.loads((REPOSITORY / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert asked[asset["name"]] == asset["version"]


@pytest.mark.parametrize("asset", assets(), ids=lambda asset: asset["name"])
def test_the_file_is_the_listed_one_and_its_licences_stand_beside(asset):
    assert hashlib.sha256((STATIC / asset["file"]).read_bytes()).hexdigest() == asset["sha256"]
    assert can_render()
    notices = {notice["file"]: (STATIC / notice["file"]).read_text(encoding="utf-8") for notice in asset["notices"]}
    assert "Apache License" in notices["echarts.LICENSE.txt"]
    assert "Apache Software Foundation" in notices["echarts.NOTICE.txt"]


def test_nothing_is_done_when_all_is_there():
    before = (STATIC / assets()[0]["file"]).stat().st_mtime_ns
    run = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, check=True, env={"PATH": ""})
    assert "present" in run.stdout
    assert (STATIC / assets()[0]["file"]).stat().st_mtime_ns == before


def test_the_wheel_carries_what_git_does_not():
    carried = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert {"src/ronghe/report/static/*.js", "src/ronghe/report/static/*.txt"} <= set(carried["artifacts"])
