"""What was taken out of a cell to read it, by kind: each is noted, and each can be refused.

Widths, spaces, footnote marks, traditional forms and thousands commas are all that is ever taken out. A name in Latin
letters keeps its spaces, and Chinese brackets and commas are no letters in full width.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence

from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.folding import simplified, unmarked
from ronghe.data.intake.numbers import number
from ronghe.data.intake.sheet import Cell
from ronghe.data.schema import Field

KINDS: Mapping[str, Text] = {
    "marks": Text("脚注记号", "a footnote mark"),
    "width": Text("全角字符", "characters in full width"),
    "spaces": Text("空格", "spaces"),
    "traditional": Text("繁体字", "traditional forms"),
    "grouping": Text("千分位逗号", "thousands commas"),
}
"""Every kind by its key."""

ALL = "all"

_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]")
_GAP = re.compile(r"(?<=[一-鿿\d])\s+(?=[一-鿿\d])")
_FREE = "text"


def refused(kinds: Iterable[str]) -> frozenset[str]:
    """Return the kinds that are refused; ``all`` is every one.

    Raises
    ------
    ParameterFault
        For a kind there is not.
    """
    named = set(kinds)
    unknown = sorted(named - {*KINDS, ALL})
    if unknown:
        near = ", ".join((*KINDS, ALL))
        raise ParameterFault(
            Text(f"没有“{unknown[0]}”这类整理；可用：{near}。", f'There is no repair "{unknown[0]}"; known: {near}.')
        )
    return frozenset(KINDS) if ALL in named else frozenset(named)


def of_name(text: str) -> tuple[str, ...]:
    """Return what is taken out of a name to compare it.

    Examples
    --------
    >>> of_name("北　京"), of_name("天津①"), of_name("廣東"), of_name("Inner Mongolia")
    (('spaces',), ('marks',), ('traditional',), ())
    """
    bare = unmarked(text)
    plain = unicodedata.normalize("NFKC", bare)
    done = {
        "marks": bare != text.strip(),
        "width": bool(_WIDE.search(bare)),
        "spaces": text != text.strip() or bool(_GAP.search(bare)),
        "traditional": simplified(plain) != plain,
    }
    return tuple(kind for kind, was in done.items() if was)


def of_cell(cell: Cell, field: Field) -> tuple[str, ...]:
    """Return what is taken out of a cell of a column; free text stays as it is."""
    if not isinstance(cell, str):
        return ()
    if field.numeric and field.type != "year":
        return tuple(filter(None, number(cell).changed.split("+")))
    return () if field.type == _FREE and not field.refers_to else of_name(cell)


def tell_repairs(
    at: Mapping[str, list[int]], cells: Sequence[Cell], place: Callable[[int], str], found: Findings
) -> None:
    """Note each kind of repair in a column with its first cell and how many there are.

    Parameters
    ----------
    at : mapping of kind to list of int
        Rows of the column, in order.
    """
    for kind, rows in at.items():
        count = len({place(row) for row in rows})
        found.add(f"N002_{kind}", place(rows[0]), read=quoted(cells[rows[0]]), count=count, kind=kind)


def tell_refused(kinds: Iterable[str], cell: Cell, place: str, found: Findings) -> None:
    """Tell a cell that is not read, because what would be taken out of it may not be."""
    for kind in kinds:
        found.add("E220_refused", place, read=quoted(cell), what=KINDS[kind], kind=kind)
