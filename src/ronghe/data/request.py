"""数据需求函: the ready letter for a table that is missing, with a template to fill in.

Everything but the address comes from the schema; offices come from ``requests.csv`` and are recalled until one
confirms. The program sends nothing. What is not known stays a blank in brackets.
"""

from __future__ import annotations

import csv
import html
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from ronghe.base.area import Area
from ronghe.base.canonical import canonical_json, content_hash
from ronghe.base.errors import ParameterFault, UnknownTerm
from ronghe.base.files import whole_folder
from ronghe.base.region import Region, nearest
from ronghe.base.text import Text, joined, same
from ronghe.data.dataset import Dataset
from ronghe.data.identifies import Identification, keys
from ronghe.data.load import load
from ronghe.data.schema import Schema, schema, tables

BLANK = Text("（　　　　　　）", "(            )")
BASIS = Text(
    "《政务数据共享条例》（2025年）、《中华人民共和国统计法》（2024年修正）关于保密的规定（凭记忆，待核）",
    "Regulation on the sharing of government data (2025); Statistics Law (2024) on confidentiality "
    "(recalled, to be checked)",
)
LIMITS = Text(
    "只需合计数，不含个人信息；不足三个单位的单元格请合并；仅用于本项测算，按约定期限保存。",
    "Totals only, no personal data; please merge cells with fewer than three units; "
    "used for this computation alone and kept for the time agreed.",
)
ZH = """关于商请提供{table}的函
{office}：
  为测算{area}{purpose}，商请提供{table}。
  一、口径：{definition}。年份：{years}。地区：{regions}。分类：{classes}。单位：{unit}。公开来源：{published}。
  二、请填附件模板（{template}），或按原表提供并注明口径；没有该数据或口径不同的，请告知现有口径。
  三、用途：{unlocks}。依据：{basis}。{limits}
  附件：{template}
                                            {blank}
                                            （　　　　年　　月　　日）
（联系人：{gap}，电话：{gap}）
"""
EN = """Request for {table}
To: {office}
  To compute {purpose} of {area}, please provide: {table}.
  1. Definition: {definition}. Years: {years}. Regions: {regions}. Classes: {classes}. Unit: {unit}. \
Published source: {published}.
  2. Please fill in the attached template ({template}), or send the table as it is with its definitions; if there are \
none or they differ, please tell us what there is.
  3. Use: {unlocks}. Basis: {basis}. {limits}
  Attached: {template}
                                            {blank}
                                            (date)
(Contact: {gap}, telephone: {gap})
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
    years : tuple of int
    offices : tuple of Office
        Empty where no office is known; the address then stays blank.
    unlocks : tuple of str
        Keys of identification that the table helps to open.
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
            "regions": [region.code for region in self.regions],
            "years": list(self.years),
            "offices": [
                {"zh": one.name.zh, "en": one.name.en, "level": one.level, "access": one.access, "status": one.status}
                for one in self.offices
            ],
            "unlocks": list(self.unlocks),
            "template": self.template,
            "schema": {"columns": [field.name for field in found.fields], "sha256": schema_hash(found)},
            "text": {"zh": self.text.zh, "en": self.text.en},
        }

    def write(self, folder: Path) -> Path:
        """Write letter (text and HTML, zh and en), template and ``request.json`` into ``folder/table``.

        Raises
        ------
        EnvironmentFault
            If the place cannot be written to; nothing half-written is left.
        """
        # openpyxl takes long to import, and only a letter that is written needs it.
        from ronghe.data.template import write_template

        target = Path(folder) / self.table
        with whole_folder(target, marker="request.json") as aside:
            for lang, wording in (("zh", self.text.zh), ("en", self.text.en)):
                (aside / f"letter.{lang}.txt").write_text(wording, encoding="utf-8")
                page = _PAGE.format(lang=lang, title=html.escape(wording.splitlines()[0]), body=html.escape(wording))
                (aside / f"letter.{lang}.html").write_text(page, encoding="utf-8")
            (aside / "request.json").write_text(canonical_json(self.record()) + "\n", encoding="utf-8")
            write_template(
                aside / self.template, schema(self.table), members=self.regions, choices=self.choices, years=self.years
            )
        return target


MENTIONED = 3
"""Keys named in the first sentence; all of them stand under use."""

_PAGE = """<!doctype html>
<html lang="{lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style>body{{margin:2rem auto;max-width:46rem;padding:0 1rem;font:1rem/1.8 FangSong,STFangsong,serif}}
pre{{white-space:pre-wrap;font:inherit}}</style><pre>{body}</pre></html>
"""


def request(
    table: str, *, area: str | Sequence[str] | Area, year: int | None = None, data: Dataset | None = None
) -> Letter:
    """Return the letter that asks for a table of an area.

    Raises
    ------
    UnknownTerm, UnknownArea
        With the nearest names.
    ParameterFault
        For a table of which nothing is missing.

    Examples
    --------
    >>> request("trade", area="长三角").title.zh
    '关于商请提供区域间贸易的函'
    """
    here = load(year=year) if data is None else data
    found = schema(_named(table))
    wanted = here.area(area)
    _refuse_complete(found, wanted, here)
    opened = _opened(found.table, here, wanted)
    offices = tuple(one for name, one in _offices() if name == found.table)
    regions = tuple(here.region(code) for code in wanted.regions if found.table != "facts" or not here.has(code))
    years = (here.year if year is None else year,)
    title = Text(f"关于商请提供{found.title.zh}的函", f"Request for {found.title.en}")
    text = _wording(found, wanted, regions, years, offices, opened)
    codes = tuple(one.key for one in opened)
    return Letter(found.table, title, text, wanted, regions, years, offices, codes, here.known_regions)


def missing_tables(data: Dataset, area: Area) -> tuple[str, ...]:
    """Return the tables of which something is missing for an area, those that unlock most first."""
    absent = any(not data.has(code) for code in area.regions)
    names = [row.table for row in data.coverage() if not row.complete and (row.table != "facts" or absent)]
    found = dict.fromkeys(schema(name).table for name in names)
    return tuple(sorted(found, key=lambda name: -len(_opened(name, data, area))))


def _named(table: str) -> str:
    """Return a table's key for its key or its Chinese or English name."""
    for key, (title, _) in tables().items():
        if table in (title.zh, title.en):
            return key
    return table


def _refuse_complete(found: Schema, area: Area, data: Dataset) -> None:
    if data.status == "demonstration":
        zh, en = "演示数据是虚构的，没有可商请的单位。", "The demonstration is invented; there is no office to ask."
        raise ParameterFault(Text(zh, en))
    asked = {name for name, _ in _offices()} | {schema(row.table).table for row in data.coverage()}
    if found.table not in asked and found.table not in ("panel", "facts"):
        inner = [name for name in asked if name in tables()]
        if found.table in ("regions", "areas", "membership", "indicators", "sectors", "commodities", "sources"):
            raise _complete(found, area)
        raise UnknownTerm(Text("可商请的表", "table to request"), found.table, nearest(found.table, inner))
    states = [row for row in data.coverage() if schema(row.table).table == found.table]
    absent = any(not data.has(code) for code in area.regions)
    done = bool(states) and all(row.complete for row in states)
    if done or (found.table in ("facts", "panel") and not absent):
        raise _complete(found, area)


def _complete(found: Schema, area: Area) -> ParameterFault:
    return ParameterFault(
        Text(
            f"{area.short.zh}的“{found.title.zh}”没有缺失，无须去函。",
            f"Nothing is missing in {found.title.en} of {area.short.en}; no letter is needed.",
        )
    )


def _opened(table: str, data: Dataset, area: Area) -> list[Identification]:
    """Return the closed keys that the table helps to open."""
    names = {key for key, row in keys().items() if table in {schema(name).table for name in row["unlocks"].split()}}
    answers = [data.identification(key, area=area) for key in keys() if key in names]
    return [one for one in answers if not one.value]


def _wording(
    found: Schema,
    area: Area,
    regions: Sequence[Region],
    years: Sequence[int],
    offices: Sequence[Office],
    opened: Sequence[Identification],
) -> Text:
    served = joined([one.title for one in opened])
    first = joined([one.title for one in opened[:MENTIONED]])
    more = Text("等", " and more") if len(opened) > MENTIONED else Text("", "")
    none = Text("区域融合指标", "the indicators of integration")
    purpose, served = (first + more, served) if opened else (none, none)
    units = list(dict.fromkeys(field.unit for field in found.fields if field.unit))
    columns = joined([field.title for field in found.fields if field.name not in ("status", "source")])
    published = joined([one.published for one in offices if one.published.zh])
    parts = {
        "table": found.title,
        "office": joined([one.name for one in offices]) if offices else BLANK,
        "area": area.short,
        "purpose": Text("的" + purpose.zh, purpose.en),
        "definition": found.definition + Text("；列：", "; columns: ") + columns,
        "years": same("、".join(map(str, years))),
        "regions": joined([region.name for region in regions]),
        "classes": _classes(found),
        "unit": same("、".join(units)) if units else Text("见模板", "see the template"),
        "published": published if published.zh else Text("未见", "none known"),
        "template": same(template_name(found.table)),
        "unlocks": served,
        "basis": BASIS,
        "limits": LIMITS,
        "blank": BLANK,
        "gap": Text("　" * 6, "_" * 12),
    }
    return Text(ZH, EN).format(**parts)


def _classes(found: Schema) -> Text:
    """Return the classes that the table is asked by."""
    named = [field.title for field in found.fields if field.type in ("sector", "choice") and field.key]
    return joined(named) if named else Text("无", "none")


def template_name(table: str) -> str:
    """Return the name of a table's template."""
    return f"{table}_template.xlsx"


def schema_hash(found: Schema) -> str:
    """Return the SHA-256 of a schema, by which a filled-in template is recognised."""
    return content_hash([[field.name, field.type, field.unit, field.required, field.choices] for field in found.fields])


@cache
def _offices() -> tuple[tuple[str, Office], ...]:
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
