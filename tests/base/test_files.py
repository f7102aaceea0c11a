import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ronghe.base.errors import EnvironmentFault
from ronghe.base.files import ready_folder, whole_folder, write_whole

MARK = "run/manifest.json"


def fill(target: Path, text: str) -> None:
    with whole_folder(target, marker=MARK) as folder:
        (folder / "run").mkdir()
        (folder / MARK).write_text("{}")
        (folder / "page.txt").write_text(text)


def test_a_folder_appears_whole_and_an_earlier_run_is_replaced(tmp_path):
    target = tmp_path / "out" / "沪苏"
    fill(target, "one")
    (target / "stale.txt").write_text("old")
    fill(target, "two")
    assert (target / "page.txt").read_text() == "two"
    assert not (target / "stale.txt").exists()
    assert [path.name for path in target.parent.iterdir()] == ["沪苏"]


def half_way(target: Path) -> None:
    with whole_folder(target, marker=MARK) as folder:
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


FOLDER = "with files.whole_folder(place, marker='m') as f: (f / 'b').write_text('x' * 10**6)"
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
