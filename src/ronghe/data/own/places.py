"""Regions, sectors and areas of one's own tables: from their own lists, the register of places, or their codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ronghe.base.area import Area, Member
from ronghe.base.region import Region, provinces
from ronghe.base.sector import Sector, nine_sectors
from ronghe.base.text import Text, same
from ronghe.data.areas import Places, read_areas, read_places
from ronghe.data.facts import Facts
from ronghe.data.intake.folding import folded
from ronghe.data.intake.register import divisions
from ronghe.data.multiregional import MultiRegional
from ronghe.data.placed import PlacedRows

HOUSING = frozenset(folded(word) for word in ("房地产业", "房地产", "real estate", "real_estate"))
LOCAL = HOUSING | frozenset(folded(word) for word in ("建筑业", "建筑", "construction"))
REAL_ESTATE = "real_estate"
"""The key under which the model knows housing."""


def regions_named(
    codes: Sequence[str], tables: Mapping[str, PlacedRows], titles: Mapping[str, str] = {}
) -> tuple[Region, ...]:
    """Return the regions of these codes with their names: of a list, of the register, or as a table calls them."""
    known = {region.code: region for region in provinces()}
    if "regions" in tables:
        names = ("code", "name_zh", "short_zh", "abbr_zh", "name_en", "tile_row", "tile_column")
        for code, name, short, abbr, english, row, column in tables["regions"].rows(*names):
            tile = None if row is None or column is None else (int(row), int(column))
            known[code] = Region(code, name or code, short or name or code, abbr or "", english or code, tile)
    register = divisions()
    found = []
    for code in codes:
        if code not in known and code in register.by_code:
            place = register.place(code)
            known[code] = Region(code, place.name_zh, place.short_zh, "", place.name_en or code)
        title = titles.get(code, code)
        found.append(known.get(code, Region(code, title, title, "", title)))
    return tuple(found)


def sectors_of(grid: MultiRegional | None, tables: Mapping[str, PlacedRows]) -> tuple[Sector, ...]:
    """Return the sectors: those of the multi-regional table, of a table of sectors, or the nine."""
    listed: dict[str, Sector] = {}
    if "sectors" in tables:
        for code, zh, en, traded in tables["sectors"].rows("sector", "zh", "en", "traded"):
            listed[code] = Sector(code, Text(zh, en), traded is False)
    if grid is None:
        return tuple(listed.values()) or nine_sectors()
    nine = {sector.code: sector for sector in nine_sectors()}
    made = []
    for code in grid.sectors:
        title = grid.sector_titles.get(code, code)
        known = listed.get(code) or nine.get(code)
        names = {folded(title), folded(code)}
        key = REAL_ESTATE if names & HOUSING and REAL_ESTATE not in grid.sectors else code
        made.append(known or Sector(key, same(title), bool(names & LOCAL)))
    return tuple(made)


def city_areas(facts: Facts, codes: Sequence[str]) -> tuple[Area, ...]:
    """Return the strategies by their cities, those of which a city is among the regions.

    Cities without data are members all the same: they are named as missing.
    """
    members: dict[str, list[Member]] = {}
    for area, city, status in facts.tables["city_strategies.csv"].rows("area", "city", "status"):
        if status:
            members.setdefault(area, []).append(Member(city, "full", same(""), ""))
    whole = read_areas(facts.tables["areas.csv"], facts.tables["membership.csv"], facts.complete, {})
    there = set(codes)
    return tuple(
        replace(area, members=tuple(members[area.code]))
        for area in whole
        if there & {member.region for member in members.get(area.code, ())}
    )


def places_of(
    regions: tuple[Region, ...],
    tables: Mapping[str, PlacedRows],
    embedded: Places | None,
    cities: tuple[Area, ...] = (),
) -> Places:
    """Return what can be named: the embedded areas where there are any, and those of one's own tables."""
    areas: tuple[Area, ...] = cities if embedded is None else embedded.areas
    if "areas" in tables and "membership" in tables:
        own = read_areas(tables["areas"], tables["membership"], [region.code for region in regions], {})
        fresh = {area.code for area in own}
        areas = (*(area for area in areas if area.code not in fresh), *own)
    if embedded is not None and embedded.areas == areas and regions == embedded.regions:
        return embedded
    there = {region.code for region in regions}
    beyond = [one.region for area in areas for one in area.members if one.region not in there]
    outside = regions_named(list(dict.fromkeys(beyond)), tables) if embedded is None else ()
    named = (*regions, *outside) if embedded is None else embedded.regions
    made = read_places(named, areas, None)
    if embedded is None:
        return made
    return Places(
        made.regions,
        made.areas,
        {**embedded.region_names, **made.region_names},
        {**embedded.area_names, **made.area_names},
        tuple(dict.fromkeys((*embedded.shown, *made.shown))),
        embedded.below,
    )
