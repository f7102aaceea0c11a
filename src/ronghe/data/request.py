"""数据需求函: the ready letter for a table that is missing, with a template to fill in.

Everything but the address comes from the schema; offices come from ``requests.csv`` and are recalled until one
confirms. The program sends nothing. What is not known stays a blank in brackets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ronghe.base.area import Area
from ronghe.base.errors import ParameterFault, UnknownTerm
from ronghe.base.region import REST_OF_WORLD, Region, nearest
from ronghe.base.text import Text, joined, same
from ronghe.data.annex import access_of, columns_of, units_of
from ronghe.data.dataset import Dataset
from ronghe.data.embedded import NEEDED
from ronghe.data.identifies import Identification, keys, nationwide, why_nationwide
from ronghe.data.letter import Letter, Office, Scope, offices_listed, template_name
from ronghe.data.load import load
from ronghe.data.office_letter import OfficeLetter, by_office
from ronghe.data.schema import Schema, schema, tables

BLANK = Text("（　　　　　　）", "(            )")
GAP = Text("　" * 6, "_" * 12)
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
  一、{asked}
  二、请填附件模板（{template}），或按原表提供并注明口径；没有该数据或口径不同的，请告知现有口径。
  三、用途：{unlocks}。{why}依据：{basis}。{limits}
  附件：1. {template}；2. 各列说明（附后）
                                            {blank}
                                            （　　　　年　　月　　日）
（联系人：{gap}，电话：{gap}）
附件2　{table}各列说明
{annex}
"""
EN = """Request for {table}
To: {office}
  To compute {purpose} of {area}, please provide: {table}.
  1. {asked}
  2. Please fill in the attached template ({template}), or send the table as it is with its definitions; if there are \
none or they differ, please tell us what there is.
  3. Use: {unlocks}. {why}Basis: {basis}. {limits}
  Attached: 1. {template}; 2. the columns (below)
                                            {blank}
                                            (date)
(Contact: {gap}, telephone: {gap})
Annex 2. Columns of {table}
{annex}
"""
ASKED = Text(
    "口径：{definition}。年份：{years}。地区：{regions}。分类：{classes}。单位：{unit}。公开来源：{published}。取得方式：{access}。",
    "Definition: {definition}. Years: {years}. Regions: {regions}. Classes: {classes}. Unit: {unit}. "
    "Published source: {published}. Form of access: {access}.",
)
TOGETHER = Text(
    """关于商请提供{area}有关数据的函
{office}：
  为测算{area}，商请提供下列各表。{tables}
  请填附件模板，或按原表提供并注明口径；没有该数据或口径不同的，请告知现有口径。
  依据：{basis}。{limits}
  附件：1. {templates}；2. 各列说明（附后）
                                            {blank}
                                            （　　　　年　　月　　日）
（联系人：{gap}，电话：{gap}）
附件2　各列说明{annex}
""",
    """Request for data on {area}
To: {office}
  To compute {area}, please provide these tables.{tables}
  Please fill in the attached templates, or send the tables as they are with their definitions; if there are none or \
they differ, please tell us what there is.
  Basis: {basis}. {limits}
  Attached: 1. {templates}; 2. the columns (below)
                                            {blank}
                                            (date)
(Contact: {gap}, telephone: {gap})
Annex 2. Columns{annex}
""",
)


MENTIONED = 3
"""Keys named in the first sentence; all of them stand under use."""


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
    offices = tuple(one for name, one in offices_listed() if name == found.table)
    asked = _asked(found, opened, wanted, here)
    years = (here.year if year is None else year,)
    parts = _parts(found, wanted, asked, years, offices, opened)
    title = Text(f"关于商请提供{found.title.zh}的函", f"Request for {found.title.en}")
    return Letter(
        table=found.table,
        title=title,
        text=_wording(found, parts),
        asked=ASKED.format(**parts),
        served=parts["unlocks"],
        area=wanted,
        regions=asked.regions,
        years=years,
        offices=offices,
        unlocks=tuple(one.key for one in opened),
        choices=here.known_regions,
        scope=asked.scope,
        partners=asked.partners,
        indicators={key: unit for key, (_, unit) in asked.indicators.items()},
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a letter asks for: regions, how they are put in words, why, and which indicators."""

    scope: Scope
    regions: tuple[Region, ...]
    partners: tuple[Region, ...]
    words: Text
    why: Text
    indicators: Mapping[str, tuple[Text, str]]


def _asked(found: Schema, opened: Sequence[Identification], area: Area, data: Dataset) -> _Asked:
    """Return the regions that the closed keys need of a table: the members, or the whole country."""
    whole = [one for name in _names_of(found) for one in nationwide(name, opened)]
    pairs = len(found.ends) > 1
    if not whole:
        regions = tuple(data.region(code) for code in area.regions if found.table != "facts" or not data.has(code))
        words = joined([region.name for region in regions])
        if pairs:
            words += Text("（彼此之间，以及与其他地区之间）", " (with each other and with other regions)")
        return _Asked("area", regions, (), words, Text("", ""), _indicators(found, data))
    absent = [code for code in area.regions if not data.has(code)]
    regions = tuple(data.region(code) for code in (*data.codes, *absent))
    partners = (REST_OF_WORLD,) if pairs and found.abroad == "partner" else ()
    return _Asked("nation", regions, partners, _nation(found, data, absent), _why(whole), {})


def _nation(found: Schema, data: Dataset, absent: Sequence[str]) -> Text:
    """Say the whole country: every pair, what a region has with itself, and abroad."""
    count, listed = len(data.codes), joined([region.name for region in data.regions])
    words = Text(f"全国{count}个地区（{listed.zh}）", f"all {count} regions of the country ({listed.en})")
    if absent:
        more = joined([data.region(code).name for code in absent])
        words += Text(f"及{more.zh}", f" and {more.en}")
    if len(found.ends) > 1:
        words += Text("两两之间", ", every pair of them")
    if found.home.zh:
        words += Text(f"，并含各地的{found.home.zh}", f", with {found.home.en}")
    if found.abroad == "partner":
        words += Text("；国外作为一个对方（代码 ROW）", "; abroad as one partner (code ROW)")
    elif found.abroad == "block":
        words += Text("；与国外的往来填进口、出口两个分块", "; trade with abroad in the blocks of imports and exports")
    return words


def _why(whole: Sequence[Identification]) -> Text:
    """Say why the members alone are not enough, reason by reason with the keys that share it."""
    reasons: dict[Text, list[Text]] = {}
    for one in dict.fromkeys(whole):
        reasons.setdefault(why_nationwide(one.key), []).append(one.title)
    told = [
        Text(f"判断{joined(titles).zh}，{why.zh}", f"for {joined(titles).en}, {why.en}")
        for why, titles in reasons.items()
    ]
    zh, en = "；".join(one.zh for one in told), "; ".join(one.en for one in told)
    return Text(f"只有本区域的数据不够：{zh}。", f"The area alone is not enough: {en}. ")


def _names_of(found: Schema) -> tuple[str, ...]:
    """Return the names by which keys speak of a table; the blocks of one input-output table share a schema."""
    named = {name for row in keys().values() for name in row["nationwide"].split()}
    return tuple(name for name in sorted(named) if schema(name).table == found.table)


def _indicators(found: Schema, data: Dataset) -> dict[str, tuple[Text, str]]:
    """Return title and unit of the indicators that a letter for facts asks for."""
    if found.table != "facts" or "indicators.csv" not in data.tables:
        return {}
    rows = data.tables["indicators.csv"].rows("indicator", "zh", "en", "unit")
    held = {key: (Text(zh, en), unit) for key, zh, en, unit in rows}
    return {key: held[key] for key in NEEDED}


def missing_tables(data: Dataset, area: Area) -> tuple[str, ...]:
    """Return the tables that an area lacks, those that unlock most first; none that coverage calls there."""
    absent = any(not data.has(code) for code in area.regions)
    lacking = [row.table for row in data.coverage() if not (row.complete or row.have)]
    names = [name for name in lacking if name != "facts" or absent]
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
    asked = {name for name, _ in offices_listed()} | {schema(row.table).table for row in data.coverage()}
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
    answers = [data.identification(key, area=area) for key in keys()]
    return [one for one in answers if not one.value and table in {schema(name).table for name in one.unlocks}]


def by_offices(letters: Sequence[Letter]) -> tuple[OfficeLetter, ...]:
    """Return the letters of several tables as one letter an office."""
    kept = {name: same("{" + name + "}") for name in ("office", "area", "tables", "templates", "annex")}
    blanks = {"basis": BASIS, "limits": LIMITS, "blank": BLANK, "gap": GAP}
    return by_office(letters, TOGETHER.format(**kept, **blanks)) if letters else ()


def _wording(found: Schema, parts: Mapping[str, Text]) -> Text:
    return Text(ZH, EN).format(**parts, asked=ASKED.format(**parts), annex=columns_of(found))


def _parts(
    found: Schema,
    area: Area,
    asked: _Asked,
    years: Sequence[int],
    offices: Sequence[Office],
    opened: Sequence[Identification],
) -> dict[str, Text]:
    served = joined([one.title for one in opened])
    first = joined([one.title for one in opened[:MENTIONED]])
    more = Text("等", " and more") if len(opened) > MENTIONED else Text("", "")
    none = Text("区域融合指标", "the indicators of integration")
    purpose, served = (first + more, served) if opened else (none, none)
    columns = joined([one.title for one in found.fields if one.name not in ("status", "source")])
    published = joined([one.published for one in offices if one.published.zh])
    return {
        "table": found.title,
        "office": joined([one.name for one in offices]) if offices else BLANK,
        "area": area.short,
        "purpose": Text("的" + purpose.zh, purpose.en),
        "definition": found.definition + Text("；列：", "; columns: ") + columns,
        "years": same("、".join(map(str, years))),
        "regions": asked.words,
        "classes": _classes(found, asked),
        "why": asked.why,
        "unit": units_of(found),
        "access": access_of(offices),
        "published": published if published.zh else Text("未见", "none known"),
        "template": same(template_name(found.table)),
        "unlocks": served,
        "basis": BASIS,
        "limits": LIMITS,
        "blank": BLANK,
        "gap": GAP,
    }


def _classes(found: Schema, asked: _Asked) -> Text:
    """Return the classes that the table is asked by."""
    if asked.indicators:
        # Names of sectors hold commas of their own.
        titles = [title for title, _ in asked.indicators.values()]
        zh, en = "；".join(one.zh for one in titles), "; ".join(one.en for one in titles)
        return Text(f"指标（{zh}）", f"indicator ({en})")
    named = [one.title for one in found.fields if one.type in ("sector", "choice") and one.key]
    return joined(named) if named else Text("无", "none")
