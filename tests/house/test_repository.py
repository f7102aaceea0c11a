"""What must hold of the files themselves: no addresses of registries, no machine paths, closed layers."""

from __future__ import annotations

import inspect
import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

import ronghe
from shared import REPOSITORY

# The forbidden words are put together here, so that this file does not hold them itself.
REGISTRIES = (
    "py" + "pi.org",
    "pythonhos" + "ted",
    "npm" + "js",
    "npm" + "mirror",
    "deb.deb" + "ian",
    "tuna.tsing" + "hua",
)
MACHINE = re.compile(r"(?<![\w.])/(?:" + "|".join(("wo" + "rk", "ro" + "ot", "ho" + "me", "t" + "mp")) + r")/")
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".csv",
    ".txt",
    ".json",
    ".yaml",
    ".yml",
    ".cff",
    ".html",
    ".css",
    ".sh",
    ".jinja",
    ".j2",
    "",
}


def tracked() -> list[Path]:
    """Return the files that git holds or would take, or all files of the tree where there is no git."""
    if shutil.which("git") and (REPOSITORY / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
        return [REPOSITORY / name for name in listed.split("\0") if name and (REPOSITORY / name).is_file()]
    skipped = {".venv", "node_modules", "build", "dist", "out", "_build"}
    return [p for p in REPOSITORY.rglob("*") if p.is_file() and not skipped & set(p.relative_to(REPOSITORY).parts)]


FILES = tracked()


def readable(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.suffix in TEXT else ""


def test_no_file_names_a_package_registry() -> None:
    found = [str(p.relative_to(REPOSITORY)) for p in FILES if any(word in readable(p) for word in REGISTRIES)]
    assert not found


def test_no_file_names_a_path_of_a_machine() -> None:
    found = [
        f"{path.relative_to(REPOSITORY)}: {line.strip()[:80]}"
        for path in FILES
        for line in readable(path).splitlines()
        if MACHINE.search(line)
    ]
    assert not found


def test_no_file_is_too_large_for_a_repository() -> None:
    large = {str(p.relative_to(REPOSITORY)): p.stat().st_size for p in FILES if p.stat().st_size > 1_500_000}
    assert not large


def test_the_lock_file_holds_no_address() -> None:
    lock = REPOSITORY / "package-lock.json"
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    assert len(packages) > 1
    assert not [name for name, entry in packages.items() if "resolved" in entry]


def test_constraints_pin_every_dependency_and_hold_no_address() -> None:
    pinned = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8")
    assert "://" not in pinned
    assert all(re.match(r"[a-z0-9.-]+==\S+( ; .+)?$", line) for line in pinned.splitlines())
    names = {line.split("==")[0] for line in pinned.splitlines()}
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    wanted = {re.split(r"[\[<>=~! ]", item)[0] for group in groups for item in group} - {"ronghe"}
    assert wanted <= names, f"run make constraints: {sorted(wanted - names)}"


def test_every_room_has_its_place_in_the_layers() -> None:
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (contract,) = settings["contracts"]
    assert contract["exhaustive"] is True
    placed = re.findall(r"\w+", " ".join([*contract["layers"], *contract.get("exhaustive_ignores", [])]))
    home = REPOSITORY / "src" / "ronghe"
    rooms = {p.name for p in home.iterdir() if p.is_dir() and any(p.glob("*.py"))}
    modules = {p.stem for p in home.glob("*.py")} - {"__init__"}
    assert rooms | modules <= set(placed)
    assert len(placed) == len(set(placed))


@pytest.mark.parametrize("name", ronghe.__all__)
def test_every_public_name_loads_and_has_a_docstring(name: str) -> None:
    value = getattr(ronghe, name)
    text = inspect.getdoc(value)
    assert text
    assert text[0].isupper() or not text[0].isalpha()
    if inspect.isclass(value):
        public = {key: entry for key, entry in vars(value).items() if not key.startswith("_") and callable(entry)}
        assert not [key for key, entry in public.items() if not inspect.getdoc(entry)]


def test_the_check_of_the_whole_refuses_to_run_without_the_shared_data(tmp_path: Path) -> None:
    script = REPOSITORY / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    done = subprocess.run(
        ["bash", str(script)],
        env={"RONGHE_SHARED": str(tmp_path), "CI": "1", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "shared data not present" in done.stderr
