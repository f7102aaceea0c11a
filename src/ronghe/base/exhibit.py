"""The exhibit: one figure or table as pure data, which every surface draws in its own form.

``table`` holds every number shown; ``option`` is an ECharts option built from the table by a pure
function. Captions and notes are templates filled from the same cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ronghe.base.provenance import Provenance
from ronghe.base.status import WORDS, Status, weakest
from ronghe.base.text import Text


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an exhibit's table.

    Attributes
    ----------
    key : str
        Name in exports, ASCII.
    title : Text
        Heading.
    unit : Text
        Unit of the numbers, empty for text.
    style : str
        How numbers are printed: ``text``, ``integer``, ``money``, ``percent``, ``number``, ``ratio``; ``code``
        for names made of digits, which are no numbers.
    status : Status, optional
        Where columns differ: the column's own; the exhibit's if left out.
    source : Text
        Where columns differ: what the column comes from; the exhibit's source if empty.
    """

    key: str
    title: Text
    unit: Text = Text("", "")
    style: str = "text"
    status: Status | None = None
    source: Text = Text("", "")


@dataclass(frozen=True, slots=True)
class Table:
    """A tidy table: columns, and rows of numbers, texts or ``None`` for what is missing."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[float | int | str | Text | None, ...], ...]

    def column(self, key: str) -> list[Any]:
        """Return the values of one column."""
        at = [column.key for column in self.columns].index(key)
        return [row[at] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One figure or table with everything needed to draw, cite and refuse it.

    Attributes
    ----------
    id : str
        Stable id, ASCII.
    title : Text
        The finding in one sentence.
    kind : str
        ``chart``, ``tiles``, ``table`` or ``refused``.
    table : Table
        Every number shown.
    options : mapping of language to ECharts option, empty for plain tables.
    notes : tuple of Text
        Unit line, method, what the reader should know.
    status : Status
        The weakest status of what it rests on; printed with the title.
    needs : tuple of str
        Tables that would fill or unlock it.
    beside : Status, optional
        A status that must be told too where the weakest hides it: estimated trade under assumed levers.
    row_statuses : mapping of row to Status
        Rows that are weaker than their columns: a sum of observed figures is computed.
    """

    id: str
    title: Text
    kind: str
    table: Table
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()
    provenance: tuple[Provenance, ...] = ()
    status: Status = "computed"
    needs: tuple[str, ...] = ()
    row_statuses: Mapping[int, Status] = field(default_factory=dict)
    beside: Status | None = None

    @property
    def word(self) -> Text:
        """The word of the status, after the one that must stand beside it."""
        words = [WORDS[status] for status in (self.beside, self.status) if status]
        return Text("、".join(word.zh for word in words), ", ".join(word.en for word in words))

    def status_of(self, column: Column, row: int) -> Status:
        """Return the status of one cell: its column's, or its row's where that is weaker."""
        own = column.status or self.status
        return weakest([own, self.row_statuses.get(row, own)])
