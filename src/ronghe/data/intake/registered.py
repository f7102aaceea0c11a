"""Names that one table of a set registers for the others: sources and areas.

Where a set brings its own table of sources, every source that its other tables name stands in it, or among the
embedded ones; a set without such a table may name any.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ronghe.base.region import nearest
from ronghe.base.text import Text
from ronghe.data.intake import vocabulary
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.folding import folded
from ronghe.data.intake.reading import Read

CASES = (("sources", "E408_source"), ("areas", "E301_area"))


def check_registered(reads: Sequence[Read], found: Findings) -> None:
    """Tell sources and areas that a set with tables of them does not register."""
    for table, case in CASES:
        own = [read for read in reads if read.schema.table == table]
        if own:
            shown = [text for read in own for text in _entries(read, table)]
            for read in reads:
                if read.schema.table != table:
                    _tell(read, table, case, shown, found)


def _entries(read: Read, table: str) -> Iterable[str]:
    named = [read.columns[name] for name in vocabulary.NAMED[table] if name in read.columns]
    return (f"{text}" for column in named for text in column if text is not None)


def _tell(read: Read, table: str, case: str, shown: Sequence[str], found: Findings) -> None:
    known = {folded(text) for text in shown} | vocabulary.registered(table)
    for field in read.schema.fields:
        if field.refers_to != table:
            continue
        for row, value in enumerate(read.columns[field.name]):
            if value is not None and folded(f"{value}") not in known:
                near = nearest(f"{value}", shown)
                listed = Text("、".join(near) or "无", ", ".join(near) or "none")
                found.add(case, read.place(row, field.name), read=quoted(value), near=listed)
