"""Multi-regional tables among the sheets of a path: found, read, and taken out of the sheets that are left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ronghe.base.errors import UnitFault
from ronghe.base.text import same
from ronghe.base.units import factor
from ronghe.data.intake.cells import Names
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.folding import folded
from ronghe.data.intake.multiregional.building import Told, build
from ronghe.data.intake.multiregional.explicit import explicit_plan
from ronghe.data.intake.multiregional.lines import is_figure, lines_above
from ronghe.data.intake.multiregional.page import Page, block_named, only_unit, page_of
from ronghe.data.intake.multiregional.places import Regions, own_codes
from ronghe.data.intake.multiregional.placing import plan_of
from ronghe.data.intake.multiregional.plan import Plan
from ronghe.data.intake.multiregional.ranges import read_range, sheet_of
from ronghe.data.intake.multiregional.stated import NOTHING, GridMap
from ronghe.data.intake.register import commonest_level
from ronghe.data.intake.sheet import Sheet
from ronghe.data.multiregional import MultiRegional


@dataclass(frozen=True, slots=True, eq=False)
class Grids:
    """Multi-regional tables of a path.

    Attributes
    ----------
    tables : tuple of MultiRegional
        Those whose every figure could be read.
    cells : mapping of sheet's title to int
        Regions times sectors of each sheet that belongs to a table.
    taken : tuple of GridMap
        What each was taken for, as a mapping would state it.
    """

    tables: tuple[MultiRegional, ...]
    cells: Mapping[str, int]
    taken: tuple[GridMap, ...]


def read_grids(
    sheets: Sequence[Sheet], maps: Sequence[GridMap], names: Names, found: Findings, hashes: Mapping[str, str]
) -> Grids:
    """Read the multi-regional tables among some sheets.

    Parameters
    ----------
    names : Names
        The register, the working level and the known sectors.
    hashes : mapping of file to SHA-256
    """
    reader = _Reader(names, found, hashes)
    for one in maps:
        there = [sheet for sheet in sheets if one.fits(sheet)]
        if not there:
            found.add("E107_sheet", one.file, read=quoted(one.file), known=same(", ".join(s.title for s in sheets[:8])))
        elif one.blocks:
            reader.explicit(one, there)
    groups: dict[str, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        if sheet.title not in reader.cells:
            # Text files of one block each lie beside one another.
            groups[sheet.file if sheet.name or not block_named(sheet) else ""].append(sheet)
    for group in groups.values():
        stated = next((one for one in maps if not one.blocks and any(one.fits(sheet) for sheet in group)), NOTHING)
        reader.labelled(stated, group)
    return Grids(tuple(reader.tables), reader.cells, tuple(reader.taken))


class _Reader:
    """Tables as they are found."""

    def __init__(self, names: Names, found: Findings, hashes: Mapping[str, str]) -> None:
        self.names, self.found, self.hashes = names, found, hashes
        self.tables: list[MultiRegional] = []
        self.cells: dict[str, int] = {}
        self.taken: list[GridMap] = []

    def explicit(self, stated: GridMap, sheets: Sequence[Sheet]) -> None:
        """Read a table whose blocks are stated."""
        for text in stated.blocks.values():
            read = read_range(text, whole=True)
            sheet = None if read is None else sheet_of(read, sheets)
            if sheet is not None:
                self.cells[sheet.title] = 0
        before = len(self.found.errors)
        labels = stated.regions if isinstance(stated.regions, tuple) else ()
        plan = explicit_plan(stated, sheets, self._places(labels, stated), self.found)
        if plan is not None:
            self._build(plan, stated, stated.year, "", sound=len(self.found.errors) == before)

    def labelled(self, stated: GridMap, sheets: Sequence[Sheet]) -> None:
        """Read the table of some sheets by their labels, if there is one."""
        texts = _words(sheets, stated.separator)
        if stated is NOTHING and not any(one in self.names.places for one in texts):
            return
        listed = stated.regions if isinstance(stated.regions, tuple) else ()
        places = self._places(listed or texts, stated, own=bool(listed))
        keys = {folded(label): key for label, key in stated.sector_keys.items()}
        key: Callable[[str], str] = lambda label: keys.get(folded(label), folded(label))  # noqa: E731
        above = {sheet.title: lines_above(sheet, places.code, stated.separator) for sheet in sheets}
        if stated is NOTHING and all(one.regions is None for one in above.values()):
            return
        made = [page_of(s, places.code, key, separator=stated.separator, above=above[s.title]) for s in sheets]
        pages = [page for page in made if page is not None]
        squares = _mains(pages)
        if stated.file and not squares:
            self.found.add("E111_grid", stated.file)
            self.cells |= dict.fromkeys((sheet.title for sheet in sheets), 0)
        for main in squares:
            # Where several sheets hold a table each, none lends blocks to another.
            beside = [page for page in pages if page is not main and _belongs(page)] if len(squares) == 1 else []
            self._labelled(main, [main, *beside], stated, places)

    def _labelled(self, main: Page, pages: Sequence[Page], stated: GridMap, places: Regions) -> None:
        before = len(self.found.errors)
        units = {page.sheet.title: self._unit(page, stated) for page in pages}
        plan = plan_of(main, pages, units, places, self.found, stated.employment_unit)
        years = [year for page in pages if (year := page.year) is not None]
        valuation = next((page.valuation for page in pages if page.valuation), "")
        self._build(plan, stated, stated.year or (years[0] if years else None), valuation,
                    sound=len(self.found.errors) == before)  # fmt: skip

    def _places(self, labels: Sequence[str], stated: GridMap, *, own: bool = True) -> Regions:
        level = self.names.level or commonest_level(labels)
        names = replace(self.names, level=level)
        codes = own_codes(stated.region_codes, labels, names) if own or stated.region_codes else {}
        return Regions(names, codes)

    def _unit(self, page: Page, stated: GridMap) -> str:
        """Return the unit of a sheet, that of the mapping where it states none; two that disagree are told."""
        told = only_unit(page, self.found)
        given, target = (stated.employment_unit, "人") if page.block == "employment" else (stated.unit, "万元")
        unit = told or given
        try:
            if unit and factor(unit, target) != factor(given or unit, target):
                self.found.add("E207_units", page.units[told], first=same(told), second=same(given))
        except UnitFault as fault:
            self.found.add("E208_dimension", page.units.get(unit, page.sheet.title), read=quoted(unit), why=fault.text)
            return target
        return unit

    def _build(self, plan: Plan, stated: GridMap, year: int | None, valuation: str, *, sound: bool) -> None:
        for sheet in plan.sheets:
            self.cells[sheet.title] = len(plan.pairs)
            _hidden(sheet, self.found)
        told = Told(year, valuation, stated, self.hashes, self.names.words.get("sectors", {}))
        table = build(plan, told, self.found, sound=sound)
        unit = next((part.unit for block, part in plan.parts.items() if block == "intermediate"), "")
        taken = replace(stated, file=stated.file or _only([one.file for one in plan.sheets]), year=year, unit=unit)
        if table is not None:
            self.tables.append(table)
            taken = replace(taken, import_treatment=table.import_treatment,
                            valuation=table.valuation)  # fmt: skip
        self.taken.append(taken)


def _only(files: Sequence[str]) -> str:
    return files[0] if len(set(files)) == 1 else ""


def _mains(pages: Sequence[Page]) -> list[Page]:
    """Return the sheets that hold a table each, or the flows of one; matrices of coefficients beside them are none."""
    squares = [page for page in pages if page.square]
    whole = [page for page in squares if page.columns.at("final") or page.columns.at("output")]
    named = [page for page in squares if page.block == "intermediate"]
    return whole or named or squares


def _belongs(page: Page) -> bool:
    """Whether a sheet beside the main one holds a block of its table."""
    return bool(page.block) or any(
        side.at(kind) for side in (page.rows, page.columns) for kind in ("final", "component", "output", "exports")
    )


def _words(sheets: Sequence[Sheet], separator: str) -> list[str]:
    """Return the texts of the first rows of some sheets that may be names of regions."""
    texts: dict[str, None] = {}
    for sheet in sheets:
        for row in sheet.rows[:12]:
            for cell in row:
                if isinstance(cell, str) and len(cell) < 40 and cell.strip() and not is_figure(cell):
                    texts[cell.partition(separator)[0].strip() if separator else cell.strip()] = None
    return list(texts)


def _hidden(sheet: Sheet, found: Findings) -> None:
    if sheet.hidden or sheet.hidden_rows or sheet.hidden_columns:
        place = sheet.title if sheet.hidden else sheet.place(
            min(sheet.hidden_rows, default=0), min(sheet.hidden_columns, default=0))  # fmt: skip
        found.add("E119_hidden", place, rows=len(sheet.hidden_rows), columns=len(sheet.hidden_columns))
