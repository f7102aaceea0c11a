"""Files are written aside and renamed, so that an interrupted run leaves no half of one."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from ronghe.base.canonical import file_hash
from ronghe.base.errors import EnvironmentFault
from ronghe.base.text import Text

_SHOWN = 6

Written = Callable[[Path], Mapping[str, str]]
"""Reads from a folder what an earlier run wrote there: SHA-256 by place."""


@contextmanager
def whole_folder(
    target: Path, *, marker: str, ours: Written, tell: Callable[[Text], None] = lambda _said: None
) -> Iterator[Path]:
    """Give an empty folder to write into; it takes the place of ``target`` only if all went well.

    In a folder made by an earlier run (it holds the file ``marker``) only the files of that run are replaced.
    Everything else is carried over; a file that stands where one is to be written, and is not as the earlier
    run wrote it, is carried over under another name. A folder without the marker is left alone.

    Parameters
    ----------
    ours : callable
        Returns what the earlier run wrote.
    tell : callable
        Is told, afterwards, which files were removed and which were given another name.

    Raises
    ------
    EnvironmentFault
        If the place cannot be written to, or the disk is full.
    """
    target = target.resolve() if target.is_symlink() else target
    _spare(target, marker)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise unwritable(target, error) from error
    try:
        yield aside
        aside.chmod(0o755)
        earlier = ours(target) if (target / marker).is_file() else {}
        told = _carry(target, aside, earlier) if target.is_dir() else []
        _swap(aside, target)
    except OSError as error:
        raise unwritable(target, error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    for said in told:
        tell(said)


def _carry(target: Path, aside: Path, earlier: Mapping[str, str]) -> list[Text]:
    """Put beside the new files everything that an earlier run did not write; say what went and what was renamed."""
    removed: list[str] = []
    renamed: list[str] = []
    for path in sorted(target.rglob("*")):
        place = path.relative_to(target)
        new = aside / place
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()) and not new.is_dir():
                _beside(new).mkdir(parents=True)
            continue
        if _as_written(path, earlier.get(place.as_posix())):
            removed += [] if os.path.lexists(new) else [place.as_posix()]
            continue
        kept = _beside(new)
        renamed += [f"{place.as_posix()} → {kept.name}"] if kept != new else []
        kept.parent.mkdir(parents=True, exist_ok=True)
        _same_file(path, kept)
    removed.sort(key=lambda place: (place.count("/"), place))
    return [*_told_removed(removed), *_told_renamed(renamed)]


def _as_written(path: Path, wanted: str | None) -> bool:
    return wanted is not None and path.is_file() and not path.is_symlink() and file_hash(path) == wanted


def _beside(new: Path) -> Path:
    """Return the place of a file that is kept, under another name where its own, or that of a folder, is taken."""
    for parent in reversed(new.parents):
        if os.path.lexists(parent) and not parent.is_dir():
            return _beside(_renamed(parent) / new.relative_to(parent))
    return _renamed(new) if os.path.lexists(new) else new


def _renamed(path: Path) -> Path:
    named = (path.with_name(f"{path.stem}.kept{'' if n == 1 else n}{path.suffix}") for n in count(1))
    return next(other for other in named if not os.path.lexists(other))


def _same_file(path: Path, kept: Path) -> None:
    """Give a file a second name, or a copy where the disk knows no second names."""
    if path.is_symlink():
        os.symlink(os.readlink(path), kept)
        return
    try:
        os.link(path, kept)
    except OSError:
        shutil.copy2(path, kept)


def _told_removed(places: list[str]) -> list[Text]:
    if not places:
        return []
    return [
        Text(
            f"已移除上一次写出、这一次没有写的文件：{_listed(places, '、', '等{n}个')}。",
            f"Removed, as an earlier run wrote and this one did not write: {_listed(places, ', ', ' and {n} more')}.",
        )
    ]


def _told_renamed(places: list[str]) -> list[Text]:
    if not places:
        return []
    return [
        Text(
            f"下列文件不是本程序所写或写后有改动，已改名保留：{_listed(places, '、', '等{n}个')}。",
            f"Kept under another name, as not written by this program or changed since: "
            f"{_listed(places, ', ', ' and {n} more')}.",
        )
    ]


def _listed(places: list[str], comma: str, more: str) -> str:
    shown = places[:_SHOWN]
    rest = len(places) if more.startswith("等") else len(places) - len(shown)
    return comma.join(shown) + (more.format(n=rest) if len(places) > len(shown) else "")


def ready_folder(target: Path, *, marker: str) -> None:
    """See, before long work, that ``target`` can be written later; nothing is left behind.

    Raises
    ------
    EnvironmentFault
        As :func:`whole_folder` would.
    """
    _spare(target, marker)
    there = next(place for place in (target.parent, *target.parent.parents) if place.exists())
    try:
        os.rmdir(tempfile.mkdtemp(prefix=".ronghe.", dir=there))
    except OSError as error:
        raise unwritable(target, error) from error


def _spare(target: Path, marker: str) -> None:
    """Refuse to replace what an earlier run did not write."""
    try:
        taken = target.exists() and (not target.is_dir() or any(target.iterdir()))
    except OSError as error:
        raise unwritable(target, error) from error
    if taken and not (target / marker).is_file():
        raise EnvironmentFault(
            Text(
                f"{target} 已存在，且不是本程序写的目录；为不丢失其中的文件，没有写入。请用 --out 指定别的目录。",
                f"{target} exists and was not written by this program; to lose nothing in it, nothing was written. "
                "Choose another folder with --out.",
            )
        )


def _swap(aside: Path, target: Path) -> None:
    if not target.exists():
        os.rename(aside, target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old.", dir=target.parent))
    try:
        os.rename(target, old / "was")
        os.rename(aside, target)
    except BaseException:
        # An interrupt between the two leaves the earlier folder in its place.
        if not target.exists() and (old / "was").exists():
            os.rename(old / "was", target)
        raise
    finally:
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)


def write_whole(path: Path, content: str | bytes) -> None:
    """Write one file aside, then rename it into place.

    Raises
    ------
    EnvironmentFault
        If the place cannot be written to, or the disk is full.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        Path(name).unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> EnvironmentFault:
    """Return the fault that names the place, the system's reason and the remedy."""
    reason = error.strerror or str(error)
    return EnvironmentFault(
        Text(
            f"无法写入 {path}：{reason}。没有留下写了一半的文件；请用 --out 指定可写且有空间的目录。",
            f"Cannot write {path}: {reason}. Nothing half-written was left; "
            "choose a folder that can be written to and has space with --out.",
        )
    )
