import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ronghe.base.canonical import file_hash
from ronghe.base.errors import EnvironmentFault
from ronghe.base.files import ready_folder, whole_folder, write_whole
from ronghe.base.text import Text

MARK = "run/manifest.json"


TOLD: list[Text] = []


def written(folder: Path) -> dict[str, str]:
    return dict(json.loads((folder / MARK).read_text())) | {MARK: file_hash(folder / MARK)}


def fill(target: Path, text: str, *more: str) -> None:
    TOLD.clear()
    with whole_folder(target, marker=MARK, ours=written, tell=TOLD.append) as folder:
        (folder / "run").mkdir()
        (folder / "page.txt").write_text(text)
        for name in more:
            (folder / name).write_text(text)
        listed = {path.name: file_hash(path) for path in folder.iterdir() if path.is_file()}
        (folder / MARK).write_text(json.dumps(listed))


def test_a_folder_appears_whole_and_an_earlier_run_is_replaced(tmp_path):
    target = tmp_path / "out" / "沪苏"
    fill(target, "one")
    fill(target, "two", "more.txt")
    assert (target / "page.txt").read_text() == "two"
    assert TOLD == []
    fill(target, "three")
    assert sorted(path.name for path in target.iterdir()) == ["page.txt", "run"]
    assert [path.name for path in target.parent.iterdir()] == ["沪苏"]
    (said,) = TOLD
    assert "more.txt" in said.zh
    assert "Removed" in said.en


def test_files_that_the_program_did_not_write_stay(tmp_path):
    target = tmp_path / "out"
    fill(target, "one")
    (target / "annex" / "empty").mkdir(parents=True)
    (target / "annex" / "my.docx").write_text("mine")
    (target / "note.md").write_text("mine too")
    (target / "run" / "seen.txt").write_text("signed")
    (target / "link").symlink_to("note.md")
    (target / "abroad").symlink_to(tmp_path / "elsewhere")
    fill(target, "two")
    assert (target / "page.txt").read_text() == "two"
    assert (target / "annex" / "my.docx").read_text() == "mine"
    assert (target / "annex" / "empty").is_dir()
    assert (target / "note.md").read_text() == "mine too"
    assert (target / "run" / "seen.txt").read_text() == "signed"
    assert (target / "link").readlink() == Path("note.md")
    assert (target / "abroad").is_symlink()
    assert TOLD == []
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_in_the_place_of_a_new_one_is_kept_under_another_name(tmp_path):
    target = tmp_path / "out"
    fill(target, "one")
    for round_, kept in enumerate(("page.kept.txt", "page.kept2.txt")):
        (target / "page.txt").write_text(f"edited {round_}")
        fill(target, "two")
        assert (target / "page.txt").read_text() == "two"
        assert (target / kept).read_text() == f"edited {round_}"
        assert kept in TOLD[0].zh
        assert "Kept under another name" in TOLD[0].en
    (target / "new").write_text("a file")
    with whole_folder(target, marker=MARK, ours=written, tell=TOLD.append) as folder:
        (folder / "new").mkdir()
        (folder / "new" / "page.txt").write_text("a folder")
    assert (target / "new.kept").read_text() == "a file"
    assert (target / "new" / "page.txt").read_text() == "a folder"


@pytest.mark.parametrize("at", [1, 2])
def test_an_interrupt_during_the_exchange_loses_nothing(tmp_path, monkeypatch, at):
    target = tmp_path / "out"
    fill(target, "one")
    (target / "note.md").write_text("mine")
    whole, calls = os.rename, []

    def rename(old, new):
        calls.append(old)
        if len(calls) == at:
            raise KeyboardInterrupt
        whole(old, new)

    monkeypatch.setattr(os, "rename", rename)
    with pytest.raises(KeyboardInterrupt):
        fill(target, "two")
    assert (target / "page.txt").read_text() == "one"
    assert (target / "note.md").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_disk_without_second_names_gets_copies(tmp_path, monkeypatch):
    target = tmp_path / "out"
    fill(target, "one")
    (target / "note.md").write_text("mine")
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError("no links here")))
    fill(target, "two")
    assert (target / "note.md").read_text() == "mine"


def half_way(target: Path) -> None:
    with whole_folder(target, marker=MARK, ours=written) as folder:
        (folder / "page.txt").write_text("half")
        raise RuntimeError


def test_a_failure_half_way_leaves_the_earlier_run_as_it_was(tmp_path):
    target = tmp_path / "out"
    fill(target, "one")
    with pytest.raises(RuntimeError):
        half_way(target)
    assert (target / "page.txt").read_text() == "one"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_with_somebody_elses_files_is_left_alone(tmp_path):
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(EnvironmentFault) as caught:
        fill(tmp_path, "x")
    assert (tmp_path / "thesis.docx").read_text() == "years of work"
    assert "--out" in caught.value.message("zh")
    assert caught.value.exit_code == 4


def test_an_empty_folder_may_be_filled(tmp_path):
    target = tmp_path / "new"
    target.mkdir()
    fill(target, "x")
    assert (target / "page.txt").exists()


def test_a_file_in_the_way_is_told(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("x")
    for target in (blocked, blocked / "below"):
        with pytest.raises(EnvironmentFault) as caught:
            fill(target, "x")
        assert caught.value.exit_code == 4
    assert blocked.read_text() == "x"


def limited() -> None:
    """Let no file grow beyond 50 kB: what a full disk looks like to a program."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))


FOLDER = "with files.whole_folder(place, marker='m', ours=dict) as f: (f / 'b').write_text('x' * 10**6)"
FILE = "files.write_whole(place, 'x' * 10**6)"


@pytest.mark.parametrize("job", [FOLDER, FILE], ids=["folder", "file"])
def test_a_full_disk_leaves_nothing_half_written(tmp_path, job):
    script = f"""
import sys
from pathlib import Path
from ronghe.base import errors, files
place = Path(sys.argv[1])
try:
    {job}
except errors.EnvironmentFault as fault:
    print(fault.message("en"))
"""
    words = [sys.executable, "-c", script, str(tmp_path / "out")]
    done = subprocess.run(words, capture_output=True, text=True, preexec_fn=limited, check=True)
    assert "Nothing half-written" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_place_is_tried_before_long_work_and_left_clean(tmp_path):
    ready_folder(tmp_path / "deep" / "er" / "out", marker=MARK)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("x")
    with pytest.raises(EnvironmentFault):
        ready_folder(tmp_path / "file" / "out", marker=MARK)
    with pytest.raises(EnvironmentFault):
        ready_folder(tmp_path, marker=MARK)


def test_one_file_is_replaced_whole(tmp_path):
    path = tmp_path / "deep" / "page.txt"
    write_whole(path, "one")
    write_whole(path, b"two")
    assert path.read_text() == "two"
    assert [p.name for p in path.parent.iterdir()] == ["page.txt"]
