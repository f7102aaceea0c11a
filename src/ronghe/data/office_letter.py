"""One letter for all that an office is asked for: its tables in one list, columns annexed, templates beside.

Offices that stand behind one another in ``requests.csv`` are each written to; what stands in brackets says which of
their tables is meant, and is no part of the address.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ronghe.base.canonical import canonical_json, file_hash
from ronghe.base.files import whole_folder
from ronghe.base.text import Text, same
from ronghe.data.annex import columns_of
from ronghe.data.letter import RECORD, Letter, Office, write_wording, written_before
from ronghe.data.schema import schema

FOLDER = "offices"
_REMARK = re.compile(r"（[^（）]*）|\s*\([^()]*\)")


@dataclass(frozen=True, slots=True)
class OfficeLetter:
    """What one office is asked for.

    Attributes
    ----------
    office : Text
        Empty where no office is known: the address stays blank.
    letters : tuple of Letter
        The letters of its tables, in the order of what they unlock.
    text : Text
    """

    office: Text
    letters: tuple[Letter, ...]
    text: Text

    def write(self, folder: Path, number: int, *, tell: Callable[[Text], None] = lambda _said: None) -> Path:
        """Write the letter into ``folder/offices/<number>``, with the templates that stand beside its tables."""
        target = Path(folder) / FOLDER / f"{number:02d}"
        with whole_folder(target, marker=RECORD, ours=written_before, tell=tell) as aside:
            write_wording(aside, self.text)
            for one in self.letters:
                shutil.copyfile(Path(folder) / one.table / one.template, aside / one.template)
            written = {path.name: file_hash(path) for path in sorted(aside.iterdir())}
            record = {"office": {"zh": self.office.zh, "en": self.office.en},
                      "tables": [one.table for one in self.letters], "files": written}  # fmt: skip
            (aside / RECORD).write_text(canonical_json(record) + "\n", encoding="utf-8")
        return target


def by_office(letters: Sequence[Letter], wording: Text) -> tuple[OfficeLetter, ...]:
    """Return one letter an office, in the order in which the offices come up.

    Parameters
    ----------
    letters : sequence of Letter
        One a table.
    wording : Text
        With places for ``office``, ``area``, ``tables``, ``templates`` and ``annex``.
    """
    groups: dict[Text, list[Letter]] = {}
    for letter in letters:
        for office in dict.fromkeys(name for one in letter.offices for name in addresses(one)) or [Text("", "")]:
            groups.setdefault(office, []).append(letter)
    return tuple(OfficeLetter(office, tuple(held), _text(office, held, wording)) for office, held in groups.items())


def addresses(office: Office) -> tuple[Text, ...]:
    """Return the offices that one row names, each without its remark.

    Examples
    --------
    >>> name = Text("甲局（账目）；乙局", "Office A (accounts); Office B")
    >>> [one.en for one in addresses(Office(name, "provincial", same(""), "office", "recalled"))]
    ['Office A', 'Office B']
    """
    zh, en = (_REMARK.sub("", text) for text in (office.name.zh, office.name.en))
    parts = zh.split("；"), en.split(";")
    if len(parts[0]) != len(parts[1]):
        return (Text(zh.strip(), en.strip()),)
    return tuple(Text(one.strip(), other.strip()) for one, other in zip(*parts, strict=True))


def _text(office: Text, letters: Sequence[Letter], wording: Text) -> Text:
    tables, annex = Text("", ""), Text("", "")
    for at, one in enumerate(letters, 1):
        of = schema(one.table)
        use = Text(f"用途：{one.served.zh}。", f" Use: {one.served.en}.")
        tables += Text(f"\n  {at}. {of.title.zh}。", f"\n  {at}. {of.title.en}. ") + one.asked + use
        annex += Text("\n", "\n") + of.title + Text("\n", "\n") + columns_of(of)
    templates = same("、".join(one.template for one in letters)).zh
    return wording.format(
        office=office if office.zh else Text("（　　　　　　）", "(            )"), area=letters[0].area.short,
        tables=tables, annex=annex, templates=Text(templates, templates.replace("、", ", ")),
    )  # fmt: skip
