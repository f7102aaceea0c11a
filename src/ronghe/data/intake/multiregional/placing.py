"""Blocks of a labelled table: rows and columns of every sheet brought into one order by their labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ronghe.base.text import Text, same
from ronghe.base.units import parse
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.multiregional.figures import Part
from ronghe.data.intake.multiregional.page import ONE_LINE, Page, with_region
from ronghe.data.intake.multiregional.places import Regions
from ronghe.data.intake.multiregional.plan import Pair, Plan, Total, named
from ronghe.data.intake.multiregional.words import Label
from ronghe.data.multiregional import CATEGORIES, COMPONENTS


def plan_of(
    main: Page, pages: Sequence[Page], units: Mapping[str, str], places: Regions, found: Findings, persons: str = ""
) -> Plan:
    """Return where the blocks of a labelled table stand.

    Parameters
    ----------
    main : Page
        The sheet whose rows and columns both hold regions and sectors.
    pages : sequence of Page
        All sheets of the table, ``main`` among them.
    units : mapping of sheet to str
        Unit of each sheet, by its title; empty where it is not known.
    persons : str
        Unit of employment where the table does not say it.
    """
    pairs = list(dict.fromkeys((one.region, one.item) for one in main.rows.at("pair").values()))
    regions = tuple(dict.fromkeys(region for region, _ in pairs))
    sectors = tuple(dict.fromkeys(sector for _, sector in pairs))
    plan = Plan(regions, sectors, main.columns.titles | main.rows.titles)
    absent = [pair for pair in plan.pairs if pair not in set(pairs)]
    if absent:
        found.add("E405_product", main.sheet.title, read=named(absent, plan))
    for page in pages:
        plan.sheets.append(page.sheet)
        if len(regions) == 1:
            with_region(page, regions[0])
        _strange(page, places, found)
    _kinds(plan, pages)
    for page in pages:
        _Placing(plan, page, units.get(page.sheet.title, ""), persons, found).place_all()
    return plan


def _strange(page: Page, places: Regions, found: Findings) -> None:
    """Tell regions that are not known, once each, and rows and columns that are nothing known."""
    for across, one in ((False, page.rows), (True, page.columns)):
        seen: set[str] = set()
        for place, text in one.strange.items():
            if text not in seen:
                seen.add(text)
                places.tell(text, _label_place(page, one.line, place, across=across), found)
        for place, label in one.labels.items():
            where = _label_place(page, one.line, place, across=across)
            if label.kind == "unknown" and place not in one.strange:
                found.add("E116_column", where, read=quoted(label.item))
            elif label.kind == "total":
                found.add("N003_total", where, label=quoted(page.text(one, place)))


def _label_place(page: Page, line: int, place: int, *, across: bool) -> str:
    return page.sheet.place(line, place) if across else page.sheet.place(place, line)


def _kinds(plan: Plan, pages: Sequence[Page]) -> None:
    """Take the categories and components that the table has, those of the schema first."""
    for kind, usual in (("final", CATEGORIES), ("component", COMPONENTS)):
        there = dict.fromkeys(
            one.item for page in pages for side in (page.columns, page.rows) for one in side.at(kind).values()
        )
        ordered = (*(key for key in usual if key in there), *sorted(key for key in there if key not in usual))
        if kind == "final":
            plan.categories = ordered or plan.categories
        else:
            plan.components = ordered or ("value_added",)


@dataclass(eq=False)
class _Placing:
    """Blocks of one sheet."""

    plan: Plan
    page: Page
    unit: str
    persons: str
    found: Findings

    def place_all(self) -> None:
        down, across = self._pairs(rows=True), self._pairs(rows=False)
        users = self._final()
        if down and across:
            self._add("intermediate", down, across)
        if down and users:
            self._add("final", down, users)
        if down:
            self._beside(down, rows=True)
        if across:
            self._beside(across, rows=False)
        lone = self.page.rows.at("imports")
        if users and lone:
            row = next(iter(lone))
            cells = [self.page.sheet.cell(row, column) for column in users]
            if any(cell not in (None, "") for cell in cells):
                self._add("final_imports", [row], users)

    def _pairs(self, *, rows: bool) -> list[int]:
        """Return the places of all pairs in the order of the table, empty where the side holds none."""
        side = self.page.rows if rows else self.page.columns
        there = side.at("pair")
        if not there:
            return []
        by_pair: dict[Pair, int] = {}
        for place, label in there.items():
            first = by_pair.setdefault((label.region, label.item), place)
            if first != place:
                self._twice(place, first, label, rows=rows)
        wanted = self.plan.pairs
        known = set(wanted)
        for place, label in there.items():
            if (label.region, label.item) not in known:
                told = named([(label.region, label.item)], self.plan)
                where = _label_place(self.page, side.line, place, across=not rows)
                self.found.add("E405_axis", where, read=told, other=Text("行标签", "the labels of the rows"))
        missing = [pair for pair in wanted if pair not in by_pair]
        if missing:
            text = named(missing, self.plan)
            self.found.add("E405_axis", self.page.sheet.title, read=Text(f"没有 {text.zh}", f"no {text.en}"),
                           other=Text("行标签", "the labels of the rows"))  # fmt: skip
            return []
        return [by_pair[pair] for pair in wanted]

    def _twice(self, place: int, first: int, label: Label, *, rows: bool) -> None:
        side = self.page.rows if rows else self.page.columns
        where, before = (_label_place(self.page, side.line, at, across=not rows) for at in (place, first))
        told = named([(label.region, label.item)], self.plan)
        if rows:
            self.found.add("E401_row", where, key=told, first=same(before.rpartition("!")[2]))
        else:
            self.found.add("E117_heading", where, read=told, first=same(before.rpartition("!")[2]))

    def _final(self) -> list[int]:
        there = {(one.region, one.item): place for place, one in self.page.columns.at("final").items()}
        if not there:
            return []
        wanted = [(region, category) for region in self.plan.regions for category in self.plan.categories]
        missing = [one for one in wanted if one not in there]
        if missing:
            text = named(missing, self.plan)
            self.found.add("E405_axis", self.page.sheet.title, read=Text(f"没有 {text.zh}", f"no {text.en}"),
                           other=Text("各地区最终使用", "the final use of every region"))  # fmt: skip
            return []
        return [there[one] for one in wanted]

    def _beside(self, pairs: list[int], *, rows: bool) -> None:
        """Place what stands beside the pairs: columns to the right of rows, or rows below columns."""
        side = self.page.columns if rows else self.page.rows
        parts = {one.item: place for place, one in side.at("component").items()}
        if parts and set(parts) == set(self.plan.components):
            self._along("value_added", pairs, [parts[key] for key in self.plan.components], rows=rows, flip=True)
        for place, label in side.labels.items():
            if label.kind in (*ONE_LINE, "residual"):
                self._along(self._name(label.kind, rows=rows), pairs, [place], rows=rows, own=label.unit)
            elif label.kind == "total":
                self._total(label, place, pairs, rows=rows)

    def _name(self, kind: str, *, rows: bool) -> str:
        if kind == "imports":
            return "imports_column" if rows else "imports_row"
        if kind == "output" and not rows and self.page.block != "output":
            return "inputs"
        return kind

    def _total(self, label: Label, place: int, pairs: list[int], *, rows: bool) -> None:
        if not label.region and label.item == "value_added" and self.plan.components == ("value_added",):
            self._along("value_added", pairs, [place], rows=rows, flip=True)
        elif not label.region and label.item:
            unit = label.unit or self.unit or "万元"
            part = Part(self.page.sheet, pairs, [place], unit) if rows else Part(
                self.page.sheet, [place], pairs, unit, turned=True)  # fmt: skip
            self.plan.totals.append(Total(label.item, not rows, part))

    def _along(
        self, block: str, pairs: list[int], places: list[int], *, rows: bool, flip: bool = False, own: str = ""
    ) -> None:
        """Add a block along the pairs; ``flip`` where the pairs are its last axes."""
        if rows:
            self._add(block, pairs, places, turned=flip, own=own)
        else:
            self._add(block, places, pairs, turned=not flip, own=own)

    def _add(
        self, block: str, rows: Sequence[int], columns: Sequence[int], *, turned: bool = False, own: str = ""
    ) -> None:
        sheet = self.page.sheet
        target = "人" if block == "employment" else "万元"
        unit = own or (self.unit if target == "万元" or self.page.block == "employment" else self.persons)
        if not unit:
            if not any(one.code == "E206" and one.place == sheet.title for one in self.found):
                self.found.add("E206_no_unit", sheet.title, wanted=same(target), read=quoted(sheet.name or block))
            unit = target
        elif own and self.unit and target == "万元" and not _alike(own, self.unit):
            self.found.add("E207_units", sheet.place(rows[0], columns[0]), first=same(own), second=same(self.unit))
        if block in self.plan.parts:
            first = self.plan.parts[block].place(0)
            self.found.add("E117_heading", sheet.place(rows[0], columns[0]), read=same(block), first=same(first))
            return
        self.plan.parts[block] = Part(sheet, rows, columns, unit, turned)


def _alike(one: str, other: str) -> bool:
    first, second = parse(one), parse(other)
    return first.dimension == second.dimension and first.factor == second.factor
