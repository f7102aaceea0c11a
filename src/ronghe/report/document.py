"""The report as one object, before any form: sentences, sections of exhibits, letters, provenance.

HTML, briefing, workbook, terminal and JSON all draw this same object; none of them computes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ronghe.base.cell import Cell
from ronghe.base.exhibit import Exhibit, Table
from ronghe.base.status import Status
from ronghe.base.text import Text
from ronghe.data import Identification
from ronghe.report.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its title and its exhibits in order."""

    id: str
    title: Text
    exhibits: tuple[Exhibit, ...]
    lead: Text = Text("", "")


@dataclass(frozen=True, slots=True)
class LetterText:
    """A ready request letter: the table it asks for and its wording."""

    table: str
    title: Text
    body: Text


@dataclass(frozen=True, slots=True)
class Document:
    """Everything a report says.

    Attributes
    ----------
    title, area : Text
        Heading and the area's short name.
    sentences : tuple of Sentence
        The first screen, in order.
    sections : tuple of Section
        The exhibits.
    letters : tuple of LetterText
        Request letters for what is missing.
    cells : mapping of str to Cell
        Every figure that a sentence may print.
    status : Status
        Weakest status of the whole.
    stamp : mapping of str to Text
        Base year, data hash, scenario hash, versions: the footer's facts.
    exit_code : int
        0, or 1 where nothing could be computed inside the area or a solve did not converge.
    demonstration : bool
        Whether all of it is synthetic.
    tables : mapping of str to Table
        Full tables behind exhibits that show a part, for the run folder.
    identifies : mapping of scope to mapping of key to Identification
        What the tables can tell: ``dataset`` and ``area``.
    """

    title: Text
    area: Text
    code: str
    sentences: tuple[Sentence, ...]
    sections: tuple[Section, ...]
    letters: tuple[LetterText, ...]
    cells: Mapping[str, Cell]
    status: Status
    stamp: Mapping[str, Text]
    exit_code: int = 0
    demonstration: bool = False
    tables: Mapping[str, Table] = field(default_factory=dict)
    identifies: Mapping[str, Mapping[str, Identification]] = field(default_factory=dict)

    @property
    def exhibits(self) -> tuple[Exhibit, ...]:
        """All exhibits in order."""
        return tuple(exhibit for section in self.sections for exhibit in section.exhibits)

    def sentence(self, id: str) -> Sentence | None:
        """Return the sentence with this id, or ``None`` where the run has none."""
        return next((sentence for sentence in self.sentences if sentence.id == id), None)
