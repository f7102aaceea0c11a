"""Write a report: everything into a folder aside, then one rename. Nothing is left half-written, nothing else lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ronghe.base.canonical import canonical_json, file_hash
from ronghe.base.cell import Cell
from ronghe.base.exhibit import Exhibit
from ronghe.base.files import whole_folder
from ronghe.base.text import LANGS, Lang, Text
from ronghe.report.document import Document
from ronghe.report.html import Drawings, briefing_html, draw, report_html
from ronghe.report.runfolder import PUBLISHED, published, versions, write_run, written_before
from ronghe.report.trace import trace_record
from ronghe.report.workbook import workbook

FORMS = ("html", "briefing", "xlsx")
MARKER = "run/manifest.json"
"""The file by which a folder is known as one that a report was written into."""


def write_document(
    document: Document,
    out: Path,
    *,
    forms: tuple[str, ...] = FORMS,
    tell: Callable[[Text], None] = lambda _said: None,
) -> tuple[Path, ...]:
    """Write a report's forms, figures and run folder into ``out``.

    Parameters
    ----------
    document : Document
    out : Path
        Folder; the files of an earlier report there are replaced, everything else in it stays. Forms of the
        earlier report that are not asked for stay if its results are the same, and are removed if they are not.
    forms : tuple of str
        Any of ``html``, ``briefing``, ``xlsx``. The run folder and the trace of numbers are always written.
    tell : callable
        Is told which files of the earlier report were removed, and which files of others got another name.

    Returns
    -------
    tuple of Path
        What was written, in order.

    Raises
    ------
    EnvironmentFault
        If the folder cannot be written or the disk is full; then nothing is left there.
    """
    drawings = draw(document) if "html" in forms else Drawings({})
    with whole_folder(out, marker=MARKER, ours=written_before, tell=tell) as folder:
        for lang in LANGS:
            if "html" in forms:
                _put(folder / f"report.{lang}.html", report_html(document, drawings, lang))
            if "briefing" in forms:
                _put(folder / f"briefing.{lang}.html", briefing_html(document, lang))
        if "xlsx" in forms:
            (folder / "results.xlsx").write_bytes(workbook(document))
        _figures(folder / "figures", document, drawings)
        tables = {exhibit.id: exhibit.table for exhibit in document.exhibits if exhibit.table.rows}
        _put(folder / "numbers.json", canonical_json(trace_record(document)) + "\n")
        found = record(document)
        _keep_forms(out, folder, canonical_json(found) + "\n")
        more = {"identifies.json": identifies_record(document), PUBLISHED: published(folder)}
        write_run(folder / "run", record=found, tables=tables | dict(document.tables), more=more)
        names = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return tuple(out / name for name in names)


def _keep_forms(out: Path, folder: Path, results: str) -> None:
    """Take over the other forms of an earlier report with the same results, each as it was written."""
    run = out / "run" / "run.json"
    if not run.is_file() or run.read_text(encoding="utf-8") != results:
        return
    for place, wanted in written_before(out).items():
        path, new = out / place, folder / place
        if not place.startswith("run/") and not new.exists() and path.is_file() and file_hash(path) == wanted:
            new.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, new)


def _put(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8", newline="\n")


def _figures(folder: Path, document: Document, drawings: Drawings) -> None:
    if not drawings.svg:
        return
    folder.mkdir()
    for exhibit in document.exhibits:
        for lang in LANGS:
            drawn = drawings.svg.get((exhibit.id, lang))
            if drawn:
                # A figure travels alone, so its name says what it is.
                front = "demonstration-" if document.demonstration else ""
                _put(folder / f"{front}{exhibit.id}.{lang}.svg", drawn)


def record(document: Document) -> dict[str, Any]:
    """Return a report as plain data for ``--json`` and ``run.json``: sentences, cells, exhibits, stamp."""
    return {
        "title": _both(document.title),
        "area": _both(document.area),
        "status": document.status,
        "exit": document.exit_code,
        "demonstration": document.demonstration,
        "sentences": [
            {"id": s.id, "zh": s.text.zh, "en": s.text.en, "status": s.status, "cells": list(s.cells)}
            for s in document.sentences
        ],
        "headline": {key: _cell(cell) for key, cell in document.cells.items()},
        "numbers": [
            {"place": p.place, "lang": p.lang, "cell": p.cell, "text": p.text}
            for s in document.sentences
            for p in s.printed
        ],
        "exhibits": [_exhibit(exhibit) for exhibit in document.exhibits],
        "letters": [letter.table for letter in document.letters],
        "stamp": {key: _both(value) for key, value in document.stamp.items()},
        "versions": versions(),
    }


def identifies_record(document: Document) -> dict[str, Any]:
    """Return what the tables can and cannot tell as plain data, of the data set and of the area, key by key."""
    told: dict[str, Any] = {
        scope: {
            key: {
                "value": found.value,
                "reason": _both(found.reason),
                "rests_on": list(found.rests_on),
                "unlocks": list(found.unlocks),
                "band": found.band,
            }
            for key, found in answers.items()
        }
        for scope, answers in document.identifies.items()
    }
    return told | {"data": document.stamp["key_data"].zh}


def _both(text: Text) -> dict[Lang, str]:
    return {"zh": text.zh, "en": text.en}


def _cell(cell: Cell) -> dict[str, Any]:
    value = _both(cell.value) if isinstance(cell.value, Text) else cell.value
    spread = cell.spread
    return {
        "value": value,
        "style": cell.style,
        "status": cell.status,
        "spread": {"kind": spread.kind, "low": spread.low, "high": spread.high} if spread else None,
        "source": _both(cell.source),
    }


def _exhibit(exhibit: Exhibit) -> dict[str, Any]:
    return {
        "id": exhibit.id,
        "title": _both(exhibit.title),
        "kind": exhibit.kind,
        "status": exhibit.status,
        "beside": exhibit.beside,
        "notes": [_both(note) for note in exhibit.notes],
        "needs": list(exhibit.needs),
        "columns": [
            {"key": c.key, "zh": c.title.zh, "en": c.title.en, "style": c.style, "status": c.status or exhibit.status}
            for c in exhibit.table.columns
        ],
        "row_statuses": {str(row): status for row, status in exhibit.row_statuses.items()},
        "rows": [[_both(v) if isinstance(v, Text) else v for v in row] for row in exhibit.table.rows],
    }
