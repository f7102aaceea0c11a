"""Files are written aside and renamed, so that an interrupted run leaves no half of one."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ronghe.base.errors import EnvironmentFault
from ronghe.base.text import Text


@contextmanager
def whole_folder(target: Path, *, marker: str) -> Iterator[Path]:
    """Give an empty folder to write into; it takes the place of ``target`` only if all went well.

    A folder made by an earlier run (it holds the file ``marker``) is replaced as a whole. A folder with
    anything else in it is left alone.

    Raises
    ------
    EnvironmentFault
        If the place cannot be written to, or the disk is full.
    """
    _spare(target, marker)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise unwritable(target, error) from error
    try:
        yield aside
        _swap(aside, target)
    except OSError as error:
        raise unwritable(target, error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


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
    aside.chmod(0o755)
    if target.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old.", dir=target.parent))
        os.rename(target, old / "was")
        try:
            os.rename(aside, target)
        except OSError:
            os.rename(old / "was", target)
            raise
        finally:
            shutil.rmtree(old, ignore_errors=True)
    else:
        os.rename(aside, target)


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
