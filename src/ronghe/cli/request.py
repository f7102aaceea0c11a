"""``ronghe request``: the letter and the template for a table that is missing."""

from __future__ import annotations

from pathlib import Path

from ronghe.base.errors import ParameterFault
from ronghe.base.text import joined, same
from ronghe.cli.common import Session, say
from ronghe.cli.load import opened
from ronghe.data import load, missing_tables
from ronghe.data import request as write_letter
from ronghe.data.request import by_offices


def run(
    here: Session,
    *,
    table: str | None,
    area: str,
    every: bool,
    out: Path | None,
    year: int | None,
    data: Path | None = None,
) -> int:
    """Write one letter, or with ``every`` the letters of all tables that the data lack."""
    if table is not None and every:
        raise ParameterFault(say("table_and_all", read=table))
    held = load(year=year) if data is None else opened(data, year=year)
    wanted = held.area(area)
    if table is None and not every:
        missing = missing_tables(held, wanted)
        raise ParameterFault(say("name_table", tables=joined([same(name) for name in missing])))
    tables = missing_tables(held, wanted) if every else (str(table),)
    letters = [write_letter(name, area=area, data=held) for name in tables]
    place = out or Path("requests") / wanted.code
    written = [letter.write(place, tell=here.err) for letter in letters]
    if every:
        written += [one.write(place, at, tell=here.err) for at, one in enumerate(by_offices(letters), 1)]
    if here.as_json:
        here.json([letter.record() for letter in letters])
    elif not every:
        here.out(letters[0].body)
    for folder in written:
        here.err(say("written", place=folder))
    return 0
