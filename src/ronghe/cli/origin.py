"""``ronghe explain`` of a number: from which file, sheet and cell it comes, by whom, under which licence."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ronghe.base.errors import ParameterFault, UnknownName
from ronghe.base.provenance import Provenance
from ronghe.base.region import nearest, normalised
from ronghe.base.status import WORDS
from ronghe.base.text import Text, same
from ronghe.base.units import in_words
from ronghe.cli.common import Session, say
from ronghe.data import Dataset
from ronghe.data.intake import vocabulary

BAND = 100
"""Draws behind the scenario band of one cell."""


@dataclass
class Asked:
    """What the words of a question name."""

    regions: list[str] = field(default_factory=list)
    year: int | None = None
    indicator: str = ""
    sector: str = ""
    trade: bool = False
    unknown: list[str] = field(default_factory=list)


def understood(data: Dataset, term: str) -> Asked:
    """Return what each word of a term names: a year, a region, an indicator, a sector, or trade."""
    titles = {normalised(text): key for key, one in data.figures.titles.items() for text in (key, one.zh, one.en)}
    titles |= {normalised(key): key for key in data.figures.indicators}
    titles = {normalised(word): key for word, key in vocabulary.words()["indicators"].items()} | titles
    sectors = {normalised(word): one.code for one in data.sectors for word in (one.code, one.name.zh, one.name.en)}
    asked = Asked()
    for word in term.split():
        key = normalised(word)
        if key in ("trade", "贸易", "地区间贸易", "区域间贸易"):
            asked.trade = True
        elif key in titles:
            asked.indicator = titles[key]
        elif key in sectors:
            asked.sector = sectors[key]
        elif key.removesuffix("年").isdigit() and len(key.removesuffix("年")) <= 4:
            asked.year = int(key.removesuffix("年"))
        else:
            try:
                asked.regions.append(data.region(word).code)
            except UnknownName:
                asked.unknown.append(word)
    return asked


def is_number(asked: Asked) -> bool:
    """Whether the words ask for one number, not for a term."""
    return bool(asked.regions) and (asked.trade or bool(asked.indicator) or bool(asked.unknown))


def run(here: Session, data: Dataset, asked: Asked) -> int:
    """Tell where one number comes from."""
    title, value, found = _figure(data, asked) if not asked.trade else _cell(data, asked)
    if here.as_json:
        here.json(
            {
                "title": {"zh": title.zh, "en": title.en}, "value": value.zh, "value_en": value.en,
                "status": found.status,
                "place": found.place, "sha256": found.sha256, "how": {"zh": found.how.zh, "en": found.how.en},
                "sources": [
                    {"key": one.key, "title": {"zh": one.title.zh, "en": one.title.en},
                     "publisher": {"zh": one.publisher.zh, "en": one.publisher.en}, "vintage": one.vintage,
                     "licence": one.licence, "accessed": one.accessed}
                    for one in found.sources
                ],
            }
        )  # fmt: skip
        return 0
    here.out(title + Text("：", ": ") + value)
    here.out(say("origin_status", status=WORDS[found.status]))
    for name, told in (
        ("origin_place", found.place),
        ("origin_hash", found.sha256),
        ("origin_how", found.how.of(here.lang)),
    ):
        if told:
            here.out(say(name, told=told))
    for one in found.sources:
        told_of = say("origin_source", title=one.title, publisher=one.publisher, licence=one.licence or "—",
                      vintage=one.vintage or "—")  # fmt: skip
        here.out(told_of + say("origin_through", through=one.accessed) if one.accessed else told_of)
    return 0


def _figure(data: Dataset, asked: Asked) -> tuple[Text, Text, Provenance]:
    if asked.unknown or not asked.indicator:
        names = [*data.figures.indicators, *(one.zh for one in data.figures.titles.values())]
        near = nearest(" ".join(asked.unknown), names)
        raise ParameterFault(say("origin_unknown", read=" ".join(asked.unknown) or "—", near=", ".join(near) or "—"))
    fact = data.fact(asked.indicator, asked.regions[0], asked.year)
    named = data.figures.titles.get(asked.indicator, Text(asked.indicator, asked.indicator))
    region = data.region(asked.regions[0]).name
    title = Text(f"{region.zh}{fact.year}年{named.zh}", f"{named.en}, {region.en}, {fact.year}")
    return title, same(f"{fact.value:.10g} ") + in_words(fact.unit), fact.provenance


def _cell(data: Dataset, asked: Asked) -> tuple[Text, Text, Provenance]:
    sectors = {one.code: one for one in data.sectors}
    if len(asked.regions) != 2 or not asked.sector or asked.unknown:
        raise ParameterFault(say("origin_trade", sectors=", ".join(sectors), read=" ".join(asked.unknown) or "—"))
    seller, buyer = asked.regions
    base = data.baseline
    at = base.sectors.index(asked.sector), base.regions.index(buyer), base.regions.index(seller)
    found = data.trace("trade", year=data.year, origin=seller, destination=buyer, sector=asked.sector)
    names, sector = [data.region(code).name for code in asked.regions], sectors[asked.sector].name
    title = Text(
        f"{data.year}年{names[0].zh}售给{names[1].zh}的{sector.zh}",
        f"{sector.en} sold by {names[0].en} to {names[1].en}, {data.year}",
    )
    shown = same(f"{base.flows[at]:.10g} ") + in_words("亿元")
    if found.status == "estimated":
        low, high = data.flow_bands(BAND)
        band = Text(f"情景带 {low[at]:.4g}至{high[at]:.4g}", f"scenario band {low[at]:.4g} to {high[at]:.4g}")
        found = replace(found, how=found.how + Text("；", "; ") + band)
    return title, shown, found
