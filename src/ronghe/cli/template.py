"""``ronghe template``: the workbook of a table, ready to be filled in."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from ronghe.base.errors import EnvironmentFault
from ronghe.cli.common import Session, say
from ronghe.data import load
from ronghe.data.schema import schema


def run(here: Session, *, table: str, area: str | None, out: Path | None, year: int | None) -> int:
    """Write the template of one table, with a row for every region of an area where one is named."""
    from ronghe.data.template import write_template

    data, wanted = load(year=year), schema(table)
    regions = [region for region in data.known_regions if data.has(region.code)]
    members = [] if area is None else [data.region(code) for code in data.area(area).regions]
    target = out or Path(f"{wanted.table}.xlsx")
    if target.is_dir():
        target = target / f"{wanted.table}.xlsx"
    try:
        handle, aside = tempfile.mkstemp(suffix=".xlsx", dir=target.parent)
    except OSError as error:
        raise EnvironmentFault(say("no_place", place=target, why=error.strerror or "")) from error
    os.close(handle)
    try:
        write_template(Path(aside), wanted, members=members, choices=regions, years=[data.year])
        os.replace(aside, target)
    finally:
        Path(aside).unlink(missing_ok=True)
    if here.as_json:
        here.json({"table": wanted.table, "written": str(target)})
    here.err(say("written", place=target))
    return 0
