"""The report as one self-contained HTML file: no script, no request, strict content policy.

Charts are SVG made here: ECharts charts stand as images, the tile chart inline so that tiles take
focus. Where the drawing parts are missing the page still holds every table.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from ronghe.base.exhibit import Column, Exhibit, Table
from ronghe.base.i18n import catalogue
from ronghe.base.status import WORDS
from ronghe.base.tables import titled
from ronghe.base.text import LANGS, Lang, Text
from ronghe.report.briefing import briefing
from ronghe.report.charts import figure_size
from ronghe.report.document import Document
from ronghe.report.numbers import Scale, num, scale, within
from ronghe.report.svg import can_render, render_svg, with_dark
from ronghe.report.tilemap import Outline, tile_map

_POLICY = "default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, slots=True)
class Drawings:
    """The drawn figures of a report, by exhibit id and language: SVG text."""

    svg: Mapping[tuple[str, Lang], str]

    def image(self, exhibit: Exhibit, lang: Lang) -> str:
        """Return the figure as a data address for an ``img``; empty where there is none."""
        drawn = self.svg.get((exhibit.id, lang), "")
        return "data:image/svg+xml;base64," + base64.b64encode(with_dark(drawn).encode()).decode() if drawn else ""


def draw(document: Document) -> Drawings:
    """Draw every exhibit once a language; without the drawing parts only the tile chart is drawn."""
    drawn: dict[tuple[str, Lang], str] = {}
    charts = can_render()
    for exhibit in document.exhibits:
        for lang in LANGS:
            if exhibit.kind == "tiles":
                drawn[exhibit.id, lang] = _tiles(document, exhibit, lang)
            elif exhibit.options and charts:
                option = exhibit.options[lang]
                drawn[exhibit.id, lang] = render_svg(option, *figure_size(dict(option)), title=exhibit.title.of(lang))
    return Drawings(drawn)


def _tiles(document: Document, exhibit: Exhibit, lang: Lang) -> str:
    meta = exhibit.options[lang]
    return tile_map(
        dict(zip(exhibit.table.column("code"), exhibit.table.column("value"), strict=True)),
        lang,
        measure=exhibit.title,
        status=exhibit.status,
        outlines=(Outline(document.area, tuple(meta["members"])),),
        ranked=bool(meta["ranked"]),
        mark=exhibit.id,
    )


@cache
def _templates() -> Environment:
    folder = files("ronghe.report").joinpath("templates")

    def read(name: str) -> str:
        return folder.joinpath(name).read_text(encoding="utf-8")

    return Environment(
        loader=FunctionLoader(read),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def report_html(document: Document, drawings: Drawings, lang: Lang) -> str:
    """Return the whole report in one language."""
    return _render(
        "report.html",
        document,
        lang,
        drawings=drawings,
        charts=can_render(),
        titles=_titles(document),
        letters={letter.table for letter in document.letters},
    )


def _titles(document: Document) -> dict[str, Text]:
    """Return the titles of the letters, and for tables without a letter their name and key."""
    needed = {table for exhibit in document.exhibits for table in exhibit.needs}
    return {table: titled(table) for table in needed} | {letter.table: letter.title for letter in document.letters}


def briefing_html(document: Document, lang: Lang) -> str:
    """Return the one-page briefing in one language."""
    return _render("briefing.html", document, lang, page=briefing(document, lang))


def _render(template: str, document: Document, lang: Lang, **more: Any) -> str:
    style = files("ronghe.report").joinpath("templates", template.replace(".html", ".css")).read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        _templates()
        .get_template(template)
        .render(
            document=document,
            lang=lang,
            other="en" if lang == "zh" else "zh",
            t=lambda text: text.of(lang),
            w={key: text.of(lang) for key, text in catalogue("report").items()},
            word=lambda status: WORDS[status].of(lang),
            printed=lambda table: printed_table(table, lang),
            style=Markup(style),
            policy=_POLICY.format(digest=digest),
            **more,
        )
    )


@dataclass(frozen=True, slots=True)
class Printed:
    """A table as it is printed: headings with units, rows of strings."""

    heads: tuple[tuple[str, str, bool], ...]
    rows: tuple[tuple[str, ...], ...]


def printed_table(table: Table, lang: Lang) -> Printed:
    """Print a table: one unit a family of columns, stated in each heading; numbers carry none."""
    heads, columns = [], []
    scales = _scales(table, lang)
    for column in table.columns:
        values = table.column(column.key)
        chosen = scales[column.key]
        unit = chosen.unit if column.style in _SCALED else column.unit.of(lang)
        # Where columns differ in how they came about, each says so.
        word = WORDS[column.status].of(lang) if column.status else ""
        told = " · ".join(part for part in (unit, word) if part)
        heads.append((column.title.of(lang), told, column.style not in ("text", "code")))
        columns.append([_shown(value, column, chosen, lang) for value in values])
    return Printed(tuple(heads), tuple(zip(*columns, strict=True)))


def _scales(table: Table, lang: Lang) -> dict[str, Scale]:
    """Choose the unit of each family of columns by the middle value of all of them, the places by each column's own.

    So small rows keep their digits, and the two ends of a band never differ in their unit.
    """
    families = _families(table)
    found: dict[str, Scale] = {}
    for column in table.columns:
        own = _middle(table.column(column.key))
        if column.style not in ("money", "people", "yuan"):
            found[column.key] = scale(own, column.style, lang, digits=3)
            continue
        family = [key for key, name in families.items() if name == families[column.key]]
        shared = scale(_middle([value for key in family for value in table.column(key)]), column.style, lang, digits=4)
        found[column.key] = within(shared, own[0], column.style) if own and len(family) > 1 else shared
    return found


_MEMBER = re.compile(r"_(low|high|now|then|\d{4})$")
_READINGS = ("before", "shapley", "nucleolus", "core")


def _families(table: Table) -> dict[str, str]:
    """Name the family of each column of money or people: one quantity with its band, its years, its readings."""
    found: dict[str, str] = {}
    last = ""
    for column in table.columns:
        if column.style not in ("money", "people", "yuan"):
            continue
        stem = _MEMBER.sub("", column.key)
        name = last if column.key in ("low", "high") else "reading" if stem in _READINGS else stem
        last = name or column.key
        found[column.key] = f"{last} {column.style}"
    return found


def _middle(values: list[Any]) -> list[float]:
    """Return the middle of the sizes of what is not zero; nothing where all is."""
    sizes = sorted(abs(float(v)) for v in values if isinstance(v, (int, float)) and v)
    return sizes[(len(sizes) - 1) // 2 : len(sizes) // 2 + 1][:1] if sizes else []


_SCALED = ("money", "people", "yuan", "number", "percent", "change", "points")


def _shown(value: float | int | str | Text | None, column: Column, chosen: Scale, lang: Lang) -> str:
    if isinstance(value, (str, Text)):
        return value if isinstance(value, str) else value.of(lang)
    if column.style == "change":
        # A small loss still shows its minus.
        return chosen.clear_text(chosen.of(value), sign=True).removesuffix("%")
    if column.style in _SCALED:
        return chosen.text(value).removesuffix("%")
    return num(value, column.style, lang, unit=False)
