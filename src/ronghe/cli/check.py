"""``ronghe check``: is what we hold sound, and what is missing?"""

from __future__ import annotations

from pathlib import Path

from ronghe.base.errors import ScenarioFault
from ronghe.cli.common import Session, say
from ronghe.data import CoverageRow, load
from ronghe.report.runfolder import MANIFEST, check_published, check_run


def run(here: Session, *, path: Path | None, coverage: bool, year: int | None) -> int:
    """Check the embedded data, or the report or run folder at ``path``."""
    if path is not None:
        return _run_folder(here, path)
    data = load(year=year)
    if coverage:
        return _coverage(here, data.coverage())
    count = data.table_rows
    if here.as_json:
        here.json({"tables": dict(count), "year": data.year, "hash": data.content_hash, "faults": []})
    else:
        here.out(
            say("ok_data", rows=sum(count.values()), tables=len(count), year=data.year, hash=data.content_hash[:16])
        )
    return 0


def _run_folder(here: Session, path: Path) -> int:
    """Check a run folder, or the folder of a report with everything published in it."""
    whole = not (path / MANIFEST).exists() and (path / "run").is_dir()
    folder = path / "run" if whole else path
    if not (folder.is_dir() and ((folder / MANIFEST).exists() or (folder / "run.json").exists())):
        raise ScenarioFault(say("not_run", path=path))
    published = check_published(path) if whole else {}
    files = check_run(folder)
    if here.as_json:
        here.json({"files": files, "published": published, "faults": []})
    elif whole:
        here.out(say("ok_report", files=len(files), published=len(published)))
    else:
        here.out(say("ok_run", files=len(files)))
    return 0


def _coverage(here: Session, rows: tuple[CoverageRow, ...]) -> int:
    if here.as_json:
        here.json([{"table": row.table, "have": row.have, "state": row.state.en, "note": row.note.en} for row in rows])
        return 0
    for row in rows:
        mark = say("have" if row.have else "missing").of(here.lang)
        note = row.note.of(here.lang)
        here.out(
            f"[{mark}] {row.title.of(here.lang)} ({row.table}): {row.state.of(here.lang)}{' · ' + note if note else ''}"
        )
    return 0
