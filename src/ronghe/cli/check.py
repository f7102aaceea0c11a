"""``ronghe check``: is what we hold sound, and what is missing?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ronghe.base.errors import DataFault, Fault, ParameterFault
from ronghe.base.files import write_whole
from ronghe.base.text import LANGS
from ronghe.cli.common import Session, say

if TYPE_CHECKING:
    from ronghe.data.intake.reports import CheckReport

RUNS, SAVED = ("manifest.json", "run.json"), "dataset.json"
"""Files by which a run folder and a saved data set are known."""


def run(
    here: Session,
    *,
    path: Path | None,
    coverage: bool,
    year: int | None,
    table: str | None = None,
    level: str | None = None,
    mapping: Path | None = None,
    report: Path | None = None,
    write_map: Path | None = None,
    allow_missing: bool = False,
    area: str | None = None,
    refuse: Sequence[str] = (),
) -> int:
    """Check the embedded data, a report or run folder, or an office's own tables at ``path``."""
    if area is not None and not coverage:
        raise ParameterFault(say("area_of_coverage"))
    if coverage:
        return _coverage(here, path, mapping, level, area, year=year, allow_missing=allow_missing,
                         refuse=refuse)  # fmt: skip
    if path is not None:
        if not path.exists():
            raise ParameterFault(say("no_path", path=path))
        if _is_run(path):
            from ronghe.cli.runcheck import run as check_folder

            return check_folder(here, path)
        if (path / SAVED).is_file():
            from ronghe.cli.load import run as load_set

            return load_set(here, path=path, mapping=None, level=None, allow_missing=False, year=year, out=None)
        return _tables(
            here, path, table=table, level=level, mapping=mapping, report=report, write_map=write_map,
            allow_missing=allow_missing, refuse=refuse,
        )  # fmt: skip
    from ronghe.data import load

    data = load(year=year)
    count = data.table_rows
    if here.as_json:
        here.json({"tables": dict(count), "year": data.year, "hash": data.content_hash, "faults": []})
    else:
        here.out(
            say("ok_data", rows=sum(count.values()), tables=len(count), year=data.year, hash=data.content_hash[:16])
        )
    return 0


def _coverage(
    here: Session, path: Path | None, mapping: Path | None, level: str | None, area: str | None, *,
    year: int | None, allow_missing: bool, refuse: Sequence[str],
) -> int:  # fmt: skip
    """Show what the embedded data, or tables of one's own over them, have and lack."""
    from ronghe.cli.coverage import run as show
    from ronghe.cli.load import opened
    from ronghe.data import load

    if path is None:
        data = load(year=year)
    else:
        data = opened(path, mapping=mapping, level=level, allow_missing=allow_missing, year=year,
                      refuse=refuse)  # fmt: skip
    return show(here, data, None if area is None else data.area(area))


def _is_run(path: Path) -> bool:
    return any((path / name).exists() for name in RUNS) or (path / "run").is_dir()


def _tables(
    here: Session,
    path: Path,
    *,
    table: str | None,
    level: str | None,
    mapping: Path | None,
    report: Path | None,
    write_map: Path | None,
    allow_missing: bool,
    refuse: Sequence[str],
) -> int:
    """Check an office's own tables: every fault of every sheet in one run."""
    from ronghe.data.intake import apart
    from ronghe.data.intake.checkup import check
    from ronghe.data.intake.findings import shortened
    from ronghe.data.intake.mapping import MAPPING, as_mapping, read_mapping
    from ronghe.data.intake.register import LEVELS
    from ronghe.data.intake.reports import as_text
    from ronghe.data.schema import schema

    if level is not None and level not in LEVELS:
        raise ParameterFault(say("bad_level", read=level, known=", ".join(LEVELS)))
    for target in (report, write_map):
        held = (path, mapping, path / MAPPING)
        if target is not None and any(_same_file(target, one) for one in held if one is not None):
            raise ParameterFault(say("own_target", path=target))
    wanted = None if table is None else schema(table).table
    maps = () if mapping is None else read_mapping(mapping)
    found = check(path, table=wanted, level=level, allow_missing=allow_missing, maps=maps, refuse=refuse,
                  allowance=apart.STANDARD)  # fmt: skip
    beyond = _beyond(found) if found.ok else ()
    found = replace(found, faults=(*found.faults, *beyond))
    if report is not None:
        from ronghe.data.intake.marked import write_marked

        write_marked(path, found.faults, report, lang=here.lang)
        here.err(say("written", place=report))
    if write_map is not None:
        write_whole(write_map, as_mapping(found.taken, (s.place for s in found.sheets if not s.table)))
        here.err(say("written", place=write_map))
    if here.as_json:
        here.json({"path": found.path, "ok": found.ok,
                   "sheets": [{"place": s.place, "table": s.table, "rows": s.rows} for s in found.sheets],
                   "faults": [_record(fault) for fault in found.faults]})  # fmt: skip
        return 0 if found.ok else DataFault.exit_code
    for one in found.sheets:
        title = schema(one.table).title.of(here.lang) if one.table else say("no_table").of(here.lang)
        here.out(say("sheet_read", place=one.place, title=title, rows=one.rows))
    for fault, more in shortened(found.faults):
        here.out(fault.text.of(here.lang) + (say("and_more", count=more).of(here.lang) if more else ""))
    here.out(as_text(found))
    if beyond:
        here.out(say("at_load", count=len(beyond)))
    return 0 if found.ok else DataFault.exit_code


def _beyond(found: CheckReport) -> tuple[Fault, ...]:
    """Return what would stop sound tables from being put together into a data set."""
    from ronghe.data.facts import read_facts
    from ronghe.data.own.door import beyond_sheets

    return beyond_sheets(found, read_facts())


def _same_file(target: Path, source: Path) -> bool:
    """Whether writing ``target`` would replace ``source`` or a file of that folder."""
    from ronghe.data.intake.gate import kind_of

    placed, held = target.resolve(), source.resolve()
    return placed == held or (target.exists() and held.is_dir() and held in placed.parents and bool(kind_of(placed)))


def _record(fault: Fault) -> dict[str, str]:
    texts = {"read": fault.read, "expected": fault.expected, "remedy": fault.remedy}
    worded = {f"{name}_{lang}": text.of(lang) for name, text in texts.items() for lang in LANGS}
    return {"code": fault.code, "severity": fault.severity, "place": fault.place, **worded}
