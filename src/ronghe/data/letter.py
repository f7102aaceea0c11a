"""A ready letter for a missing table, its offices, and the folder it is written into.

Offices come from ``requests.csv`` and are recalled until one confirms. The program sends nothing.
"""

from __future__ import annotations

import csv
import html
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from ronghe.base.area import Area
from ronghe.base.canonical import canonical_json, content_hash, file_hash
from ronghe.base.files import whole_folder
from ronghe.base.region import Region
from ronghe.base.text import Text
from ronghe.data.letter_docx import write_docx
from ronghe.data.schema import Schema, schema

Scope = Literal["area", "nation"]

RECORD = "request.json"
_PAGE = """<!doctype html>
<html lang="{lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style>body{{margin:2rem auto;max-width:46rem;padding:0 1rem;font:1rem/1.8 FangSong,STFangsong,serif}}
pre{{white-space:pre-wrap;font:inherit}}</style><pre>{body}</pre></html>
"""


@dataclass(frozen=True, slots=True)
class Office:
    """One office that normally holds a table; ``recalled`` until it confirms."""

    name: Text
    level: str
    published: Text
    access: str
    status: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A ready letter with its template.

    Attributes
    ----------
    table : str
    title, text : Text
        Heading and wording.
    area : Area
    regions : tuple of Region
        Regions that are asked for.
    scope : {"area", "nation"}
        Whether the members are enough, or every region of the country is needed: it follows from the keys that
        the table is to open.
    partners : tuple of Region
        Further ends of pairs that are asked for: abroad, where the table has it as a region.
    years : tuple of int
    offices : tuple of Office
        Empty where no office is known; the address then stays blank.
    unlocks : tuple of str
        Keys of identification that the table helps to open.
    asked, served : Text
        Definition, years, regions, classes and unit in words; and what the table is for.
    """

    table: str
    title: Text
    text: Text
    area: Area
    regions: tuple[Region, ...]
    years: tuple[int, ...]
    offices: tuple[Office, ...]
    unlocks: tuple[str, ...]
    choices: tuple[Region, ...]
    scope: Scope = "area"
    partners: tuple[Region, ...] = ()
    indicators: Mapping[str, str] = field(default_factory=dict)
    asked: Text = Text("", "")
    served: Text = Text("", "")

    @property
    def body(self) -> Text:
        """The wording, as ``text``."""
        return self.text

    @property
    def template(self) -> str:
        """Name of the template's file."""
        return template_name(self.table)

    def record(self) -> dict[str, Any]:
        """Return the letter as plain data."""
        found = schema(self.table)
        return {
            "table": self.table,
            "title": {"zh": self.title.zh, "en": self.title.en},
            "area": self.area.code,
            "scope": self.scope,
            "regions": [region.code for region in self.regions],
            "partners": [region.code for region in self.partners],
            "years": list(self.years),
            "offices": [
                {"zh": one.name.zh, "en": one.name.en, "level": one.level, "access": one.access, "status": one.status}
                for one in self.offices
            ],
            "unlocks": list(self.unlocks),
            "template": self.template,
            "schema": {"columns": [one.name for one in found.fields], "sha256": schema_hash(found)},
            "text": {"zh": self.text.zh, "en": self.text.en},
        }

    def write(self, folder: Path, *, tell: Callable[[Text], None] = lambda _said: None) -> Path:
        """Write letter (text, HTML and DOCX, zh and en), template and ``request.json`` into ``folder/table``.

        What an earlier call wrote there is replaced; a template that was filled in since, or a file of somebody
        else's, stays, under another name where its own is needed. ``tell`` is told which.

        Raises
        ------
        EnvironmentFault
            If the place cannot be written to; nothing half-written is left.
        """
        # openpyxl takes long to import, and only a letter that is written needs it.
        from ronghe.data.template import write_template

        target = Path(folder) / self.table
        with whole_folder(target, marker=RECORD, ours=written_before, tell=tell) as aside:
            write_wording(aside, self.text)
            write_template(
                aside / self.template,
                schema(self.table),
                members=self.regions,
                choices=(*self.choices, *self.partners),
                years=self.years,
                around=(*self.regions, *self.partners) if self.scope == "nation" else None,
                indicators=self.indicators,
            )
            written = {path.name: file_hash(path) for path in sorted(aside.iterdir())}
            record = self.record() | {"files": written}
            (aside / RECORD).write_text(canonical_json(record) + "\n", encoding="utf-8")
        return target


def write_wording(folder: Path, text: Text) -> None:
    """Write the wording of a letter as text, HTML and DOCX, zh and en."""
    for lang, wording in (("zh", text.zh), ("en", text.en)):
        (folder / f"letter.{lang}.txt").write_text(wording, encoding="utf-8")
        page = _PAGE.format(lang=lang, title=html.escape(wording.splitlines()[0]), body=html.escape(wording))
        (folder / f"letter.{lang}.html").write_text(page, encoding="utf-8")
        write_docx(folder / f"letter.{lang}.docx", wording)


def written_before(folder: Path) -> dict[str, str]:
    """Return what an earlier letter wrote into its folder: SHA-256 by name."""
    path = folder / RECORD
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))["files"]
        return {str(name): str(held) for name, held in listed.items()} | {RECORD: file_hash(path)}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def template_name(table: str) -> str:
    """Return the name of a table's template."""
    return f"{table}_template.xlsx"


def schema_hash(found: Schema) -> str:
    """Return the SHA-256 of a schema, by which a filled-in template is recognised."""
    return content_hash([[one.name, one.type, one.unit, one.required, one.choices] for one in found.fields])


@cache
def offices_listed() -> tuple[tuple[str, Office], ...]:
    """Return each office with the table it normally holds."""
    text = files("ronghe.data").joinpath("requests.csv").read_text(encoding="utf-8")
    return tuple(
        (
            row["table"],
            Office(
                Text(row["office_zh"], row["office_en"]),
                row["level"],
                Text(row["published_zh"], row["published_en"]),
                row["access"],
                row["status"],
            ),
        )
        for row in csv.DictReader(text.splitlines())
    )
