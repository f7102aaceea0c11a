"""Where a table or a number comes from, down to file, sheet and cell."""

from __future__ import annotations

from dataclasses import dataclass

from ronghe.base.status import Status
from ronghe.base.text import Text, same


@dataclass(frozen=True, slots=True)
class Source:
    """One published source.

    Attributes
    ----------
    key : str
        Short key used by the tables, e.g. ``"nbs-query"``.
    title, publisher : Text
        As it should be cited.
    vintage : str
        Which edition of the figures, e.g. ``"nbs-2024-revision"``.
    licence : str
        Licence, or ``"facts"`` for official figures rearranged in our own schema.
    redistributable : bool
        Whether the figures may leave this machine in an export.
    """

    key: str
    title: Text
    publisher: Text
    vintage: str = ""
    licence: str = ""
    redistributable: bool = True
    accessed: str = ""
    note: Text = Text("", "")


@dataclass(frozen=True, slots=True)
class Provenance:
    """How one value or table came about.

    Attributes
    ----------
    status : Status
        Observed, computed, estimated, assumed, user, demonstration.
    sources : tuple of Source
        What it rests on.
    place : str
        ``file!sheet!cell`` for a single value, the file for a table.
    how : Text
        The arithmetic or the method, empty for a value as published.
    sha256 : str
        Hash of the file it was read from.
    """

    status: Status
    sources: tuple[Source, ...] = ()
    place: str = ""
    how: Text = Text("", "")
    sha256: str = ""

    @property
    def text(self) -> Text:
        """One line that answers "where from"."""
        titles = Text(
            "；".join(source.title.zh for source in self.sources),
            "; ".join(source.title.en for source in self.sources),
        )
        parts = [part for part in (titles, same(self.place), self.how) if part.zh]
        return Text("，".join(part.zh for part in parts), ", ".join(part.en for part in parts))
