"""Finding areas: by code, by any of their exact names, or as a list of regions.

Nothing is guessed. A list with unknown or repeated members is told whole, with the nearest known names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from ronghe.base.area import Area, Coverage, Member
from ronghe.base.errors import RongheError, UnknownArea, UnknownRegion
from ronghe.base.region import Region, nearest, normalised
from ronghe.base.text import Text, joined
from ronghe.data.read import Rows

_SEPARATORS = re.compile(r"[,，、;；|+]+")
_BELOW = ("市", "县", "区", "旗", "盟", "州")
_PROVINCES = Text(
    "本程序按省级地区计算，没有市、县、区的核算数据。",
    "The program computes by province and has no accounts of cities and counties.",
)
SHORT_LIST = 6
ALIKE = 0.6
"""Share of characters in common above which a name of a county may be a misspelt province."""


class AreaMembersFault(UnknownRegion):
    """A list of regions with faults: unknown names, the same region twice, or nothing in it."""

    def __init__(self, text: Text, read: str, nearest: Sequence[str]) -> None:
        RongheError.__init__(self, text)
        self.read = read
        self.nearest = tuple(nearest)


@dataclass(frozen=True)
class Places:
    """The regions and areas of a data set, and every exact name of each.

    Attributes
    ----------
    regions : tuple of Region
        Every region a name can mean.
    areas : tuple of Area
    region_names, area_names : mapping
        Normalised name to code.
    shown : tuple of str
        Names worth suggesting.
    below : mapping
        Normalised name of a city or county to the code of its province; empty where regions are invented.
    """

    regions: tuple[Region, ...]
    areas: tuple[Area, ...]
    region_names: Mapping[str, str]
    area_names: Mapping[str, str]
    shown: tuple[str, ...]
    below: Mapping[str, str] = field(default_factory=dict)

    def region(self, name: str) -> Region:
        """Return the region with exactly this name.

        Raises
        ------
        UnknownRegion
            With the nearest known names.
        """
        code = self.region_names.get(normalised(str(name)))
        if code is None:
            raise self._unknown(str(name))
        return next(region for region in self.regions if region.code == code)

    def area(self, wanted: str | Sequence[str] | Area) -> Area:
        """Return an area: a known one by any name, or a list of regions.

        Raises
        ------
        UnknownArea
            For a name that is neither an area nor a list of regions.
        AreaMembersFault
            For a list with unknown or repeated regions, all at once.
        """
        if isinstance(wanted, Area):
            return wanted
        if not isinstance(wanted, str):
            return self._own([str(name) for name in wanted])
        code = self.area_names.get(normalised(wanted))
        if code is not None:
            return next(area for area in self.areas if area.code == code)
        names = [name.strip() for name in _SEPARATORS.split(wanted) if name.strip()]
        if not names:
            raise AreaMembersFault(self._nothing(), wanted, ())
        if len(names) > 1 or _SEPARATORS.search(wanted):
            return self._own(names)
        spaced = wanted.split()
        for split in ([wanted], spaced, list("".join(spaced))):
            if split and all(normalised(name) in self.region_names for name in split):
                return self._own(split)
        near, more = self._about(wanted, areas=True)
        raise UnknownArea(Text("区域", "area"), wanted, near, more)

    def _own(self, names: Sequence[str]) -> Area:
        """Return an own area of these regions, in the order given."""
        codes = [self.region_names.get(normalised(name)) for name in names]
        faults = [
            self._unknown(name).text for name, code in zip(names, codes, strict=True) if code is None
        ] + self._repeated(names, codes)
        if not names:
            faults.append(Text("区域至少要有一个地区。", "An area needs at least one region."))
        if faults:
            zh, en = "；".join(one.zh for one in faults), " ".join(one.en for one in faults)
            near = [
                n
                for name, code in zip(names, codes, strict=True)
                if code is None
                for n in self._about(name, areas=False)[0]
            ]
            raise AreaMembersFault(Text(zh, en), ", ".join(names), near)
        members = [next(region for region in self.regions if region.code == code) for code in codes]
        return Area(
            code="own-" + "-".join(region.code for region in members),
            name=joined([region.name for region in members]),
            short=_short(members),
            kind="own",
            members=tuple(Member(region.code) for region in members),
        )

    def _repeated(self, names: Sequence[str], codes: Sequence[str | None]) -> list[Text]:
        faults = []
        for code in dict.fromkeys(codes):
            same = [name for name, found in zip(names, codes, strict=True) if found == code]
            if code is not None and len(same) > 1:
                zh, en = "、".join(same), ", ".join(same)
                faults.append(Text(f"“{zh}”是同一地区，只能列一次", f'"{en}" are one region; list it once.'))
        return faults

    def _unknown(self, name: str) -> UnknownRegion:
        return UnknownRegion(Text("地区", "region"), name, *self._about(name, areas=False))

    def _nothing(self) -> Text:
        """Say that no area was named, and how one is."""
        area = next((one.short for one in self.areas if one.kind == "strategy" and not one.partial), None)
        area = area or (self.areas[0].short if self.areas else Text("全国", "China"))
        pair = [one.abbr_zh or one.short_zh for one in self.regions[:2]]
        listed, english = ",".join(pair), ", ".join(one.name_en for one in self.regions[:2])
        return Text(
            f"没有写区域。可以写区域名（如 {area.zh}），或以逗号分隔的地区（如 {listed}）。",
            f"No area was named. Write the name of one ({area.en}), or regions separated by commas ({english}).",
        )

    def _about(self, name: str, *, areas: bool) -> tuple[list[str], Text]:
        """Return the nearest names, and what is known of a place below the province."""
        near, wanted = self._near(name, areas=areas), normalised(name)
        code = self.below.get(wanted)
        if code is not None:
            province = self.region(code)
            return [], Text(
                f"它属于{province.short_zh}；{_PROVINCES.zh}可以写{province.short_zh}。",
                f"It belongs to {province.name_en}. {_PROVINCES.en} Write {province.name_en}.",
            )
        if self.below and len(wanted) > 2 and wanted.endswith(_BELOW):
            # 昆山市 is no misspelt 山东: only names that share most of their characters are suggested.
            return [n for n in near if SequenceMatcher(None, wanted, normalised(n)).ratio() > ALIKE], _PROVINCES
        return near, Text("", "")

    def _near(self, name: str, *, areas: bool) -> list[str]:
        known = self.shown if areas else [n for region in self.regions for n in region.names if n]
        return nearest(name, known)


def _short(members: Sequence[Region]) -> Text:
    """Return the name of an own area for sentences: 沪苏浙, or the first and the count."""
    if len(members) == 1:
        return members[0].name
    if len(members) > SHORT_LIST or not all(region.abbr_zh for region in members):
        first, count = members[0], len(members)
        return Text(f"{first.short_zh}等{count}地", f"{first.name_en} and {count - 1} more")
    names = [region.name_en for region in members]
    return Text("".join(region.abbr_zh for region in members), ", ".join(names[:-1]) + f" and {names[-1]}")


def read_places(
    regions: tuple[Region, ...], areas: tuple[Area, ...], aliases: Rows | None, cities: Rows | None = None
) -> Places:
    """Gather every exact name of regions and areas, and the province of every city there is a census of."""
    region_names = {normalised(name): region.code for region in regions for name in region.names if name}
    area_names: dict[str, str] = {}
    shown: list[str] = []
    for area in areas:
        for name in (area.code, area.name.zh, area.name.en, area.short.zh, area.short.en):
            if name:
                area_names[normalised(name)] = area.code
                shown.append(name)
    if aliases is not None:
        for alias, code, level in aliases.rows("alias", "code", "level"):
            (area_names if level == "area" else region_names)[normalised(alias)] = code
            if level == "area":
                shown.append(alias)
    shown += [name for region in regions for name in region.names if name]
    below: dict[str, str] = {}
    for name, code in () if cities is None else cities.rows("name_zh", "region"):
        for one in (name, name.removesuffix("市")):
            if normalised(one) not in region_names:
                below[normalised(one)] = code
    return Places(regions, areas, region_names, area_names, tuple(dict.fromkeys(shown)), below)


def read_areas(
    rows: Rows, membership: Rows, order: Sequence[str], blocks: Mapping[str, Sequence[str]]
) -> tuple[Area, ...]:
    """Return the areas of two tables; a member that is a block stands for its units.

    Parameters
    ----------
    order : sequence of str
        Codes of the regions; members follow it.
    blocks : mapping of block to units
        Empty where areas name the regions themselves.
    """
    at = {code: place for place, code in enumerate(order)}
    found: dict[str, list[Member]] = {}
    names = ("area", "region", "from", "coverage", "covered_zh", "covered_en")
    for area, region, since, coverage, zh, en in membership.rows(*names):
        kept: Coverage = coverage
        covered = Text(zh or "", en or zh or "")
        for code in blocks.get(region, (region,)):
            found.setdefault(area, []).append(Member(code, kept, covered, since or ""))
    columns = ("area", "name_zh", "short_zh", "name_en", "short_en", "kind", "document_zh", "document_date", "status")
    return tuple(
        Area(
            code=code,
            name=Text(zh, en),
            short=Text(short, short_en or en),
            kind=kind,
            members=tuple(sorted(found.get(code, ()), key=lambda member: at.get(member.region, len(at)))),
            document=Text(document or "", document or ""),
            date=date or "",
            status=status if status in ("verified", "recalled") else "user",
        )
        for code, zh, short, en, short_en, kind, document, date, status in rows.rows(*columns)
    )
