"""What the values of a scenario file mean together: names are looked up, kinds get their fields, places their area.

Works on the values as read, table by table, leaving out keys that already have a fault, so that every fault of a
file is found in one run. Nothing is guessed: a near name is only suggested.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ronghe.base.area import Area
from ronghe.base.errors import Fault, UnknownName
from ronghe.base.region import Region, normalised
from ronghe.base.sector import Sector
from ronghe.base.text import Text, same
from ronghe.data import Dataset
from ronghe.simulate.changes import ON_REGIONS
from ronghe.simulate.levers import MOST_LEVERS
from ronghe.simulate.study.conversion import EVERY_FIELD, FIELDS, OPTIONAL, RANGES, as_cost
from ronghe.simulate.study.faults import Path, hint, read_as, shown, words
from ronghe.simulate.study.schema import wording

Raw = Mapping[str, Any]


class Meaning:
    """Looks up the names of one file in one data set and keeps every fault.

    Parameters
    ----------
    data : Dataset
    bad : set of path
        Paths that already have a fault; what stands there is left alone.
    """

    def __init__(self, data: Dataset, bad: set[tuple[str | int, ...]]) -> None:
        self.data, self.bad = data, bad
        self.faults: list[Fault] = []
        self.about: Area | None = None

    def add(self, code: str, path: Path, read: Text, expected: Text, remedy: Text) -> None:
        """Keep one fault."""
        self.faults.append(Fault(code, shown(path), read, expected, remedy))

    def check(self, raw: Raw) -> None:
        """Find every fault of the file."""
        head = self.clean(raw.get("scenario"), ("scenario",))
        if "area" in head:
            self.about = self.area(head["area"], ("scenario", "area"), inside=False)
        levers = self.entries(raw, "lever")
        for path, entry in levers:
            self.lever(entry, path)
        for path, entry in self.entries(raw, "cut"):
            self.place(entry, path)
            self.sectors(entry, path)
        self.names(levers)
        count = len(levers) + bool(raw.get("cut"))
        if count > MOST_LEVERS:
            fix = words("most_levers_fix", most=MOST_LEVERS, solves=2**MOST_LEVERS)
            self.add("C106", ("lever",), same(str(count)), words("most_levers", most=MOST_LEVERS), fix)

    def entries(self, raw: Raw, table: str) -> list[tuple[tuple[str | int, ...], Raw]]:
        """Return the entries of a list of tables, without the keys that have a fault."""
        found = raw.get(table)
        listed = found if isinstance(found, list) else []
        return [((table, at), self.clean(entry, (table, at))) for at, entry in enumerate(listed)]

    def clean(self, entry: Any, path: tuple[str | int, ...]) -> Raw:
        """Return a table without the keys that have a fault anywhere in them."""
        if not isinstance(entry, dict):
            return {}
        wrong = {bad[len(path)] for bad in self.bad if bad[: len(path)] == path and len(bad) > len(path)}
        return {key: value for key, value in entry.items() if key not in wrong}

    def lever(self, entry: Raw, path: Path) -> None:
        """Check one lever: where it acts, how it converts, and that it changes something."""
        bad = {str(one[2]) for one in self.bad if tuple(one[:2]) == tuple(path) and len(one) > 2}
        given = [key for key in ("within", "pairs") if key in entry or key in bad]
        if len(given) != 1:
            self.add("C106", path, words("both" if given else "neither"), words("where_one"), words("where_fix"))
        self.place(entry, path)
        if entry.get("channel") in ON_REGIONS:
            self.on_regions(entry, path)
        self.pairs(entry.get("pairs", ()), (*path, "pairs"))
        self.sectors(entry, path)
        if "kind" not in bad:
            self.conversion(entry, path, bad)

    def on_regions(self, entry: Raw, path: Path) -> None:
        """Check a lever of a channel that acts on regions: no pairs, and readings that are rates already."""
        if "pairs" in entry:
            self.add("C106", (*path, "pairs"), read_as(entry["pairs"]), words("acts_on_regions"), words("remove_key"))
        if entry.get("kind", "ad_valorem") != "ad_valorem":
            self.add("C106", (*path, "kind"), read_as(entry["kind"]), same("ad_valorem"), words("remove_key"))

    def conversion(self, entry: Raw, path: Path, bad: set[str]) -> None:
        """Check that a kind has its own keys and no others, and readings in its range."""
        kind = entry.get("kind", "ad_valorem")
        for field in EVERY_FIELD:
            own = field in FIELDS[kind]
            if own and field not in entry and field not in OPTIONAL and field not in bad:
                self.add("C103", (*path, field), words("nothing"), words(f"lever_{field}"), words("add"))
            if not own and field in entry:
                self.add("C106", (*path, field), read_as(entry[field]), words("kind_field", kind=kind),
                         words("remove_key"))  # fmt: skip
        low, high = RANGES[kind]
        readings = {name: float(entry[name]) for name in ("before", "after") if name in entry}
        wrong = {name: value for name, value in readings.items() if not low <= value <= high}
        for name, value in wrong.items():
            several = math.isfinite(high)
            expected = words("within_range" if several else "least_range", low=f"{low:g}", high=f"{high:g}")
            self.add("C104", (*path, name), same(f"{value:g}"), expected, words("correct"))
        if len(readings) == 2 and not wrong:
            self.change(kind, readings, entry, path)

    def change(self, kind: Any, readings: Mapping[str, float], entry: Raw, path: Path) -> None:
        """Check that the cost changes and stays above -1."""
        before, after = readings["before"], readings["after"]
        if before == after:
            self.add("C106", (*path, "after"), same(f"{after:g}"), words("changes_something"), words("no_change"))
        fields = OPTIONAL | {name: float(entry[name]) for name in FIELDS[kind] if name in entry}
        if all(name in fields for name in FIELDS[kind]):
            found = as_cost(kind=kind, before=before, after=after, fields=fields)
            for name, value in (("before", found.before), ("after", found.after)):
                if not found.conversion * value > -1.0:
                    cost = same(f"{found.conversion * value:g}")
                    self.add("C104", (*path, name), cost, words("cost_above"), words("correct"))

    def place(self, entry: Raw, path: Path) -> None:
        """Check ``within``."""
        if "within" in entry:
            self.area(entry["within"], (*path, "within"), inside=True)

    def area(self, wanted: Any, path: Path, *, inside: bool) -> Area | None:
        """Return an area of at least two regions, inside the scenario's where asked."""
        try:
            found = self.data.area(wanted)
        except UnknownName as unknown:
            self.add("C105", path, read_as(wanted), words("scenario_area"), unknown.text)
            return None
        if len(found) < 2:
            self.add("C106", path, read_as(wanted), words("two_regions"), words("correct"))
        if inside:
            self.inside(found.regions, path)
        return found

    def inside(self, codes: Sequence[str], path: Path) -> None:
        """Check that regions are members of the area that the scenario is about."""
        outside = [code for code in codes if self.about is not None and code not in self.about]
        if self.about is not None and outside:
            names = [self.data.region(code).name for code in outside]
            read = Text("、".join(name.zh for name in names), ", ".join(name.en for name in names))
            self.add("C107", path, read, words("inside_area", area=self.about.short), words("inside_fix"))

    def pairs(self, pairs: Sequence[Sequence[str]], path: Path) -> None:
        """Check ordered pairs: known regions, two different ones, each pair once."""
        seen: set[tuple[str, ...]] = set()
        for at, pair in enumerate(pairs):
            found = [self.region(name, (*path, at, side)) for side, name in enumerate(pair)]
            codes = tuple(region.code for region in found if region is not None)
            if len(codes) < 2:
                continue
            if codes[0] == codes[1]:
                self.add("C106", (*path, at), read_as(list(pair)), words("two_different"), words("correct"))
            if codes in seen:
                self.add("C106", (*path, at), read_as(list(pair)), words("pair_once"), words("correct"))
            seen.add(codes)
            self.inside(tuple(dict.fromkeys(codes)), (*path, at))

    def region(self, name: str, path: Path) -> Region | None:
        """Return a region, or keep the fault with the nearest names."""
        try:
            return self.data.region(name)
        except UnknownName as unknown:
            self.add("C105", path, read_as(name), words("lever_pairs"), unknown.text)
            return None

    def sectors(self, entry: Raw, path: Path) -> None:
        """Check the names of sectors."""
        for at, name in enumerate(entry.get("sectors", ())):
            if find_sector(name, self.data.sectors) is None:
                known = [word for sector in self.data.sectors for word in (sector.code, sector.name.zh)]
                self.add("C105", (*path, "sectors", at), read_as(name), words("sector"), hint(name, known))

    def names(self, levers: Sequence[tuple[Path, Raw]]) -> None:
        """Check that levers have names that differ."""
        seen: set[str] = set()
        for path, entry in levers:
            if "name" in entry:
                name = wording(entry["name"]).zh
                if name in seen:
                    self.add("C106", (*path, "name"), read_as(name), words("name_once"), words("correct"))
                seen.add(name)


def find_sector(name: str, sectors: Sequence[Sector]) -> Sector | None:
    """Return the sector of a code or name."""
    wanted = normalised(name)
    for sector in sectors:
        if wanted in {normalised(word) for word in (sector.code, sector.name.zh, sector.name.en)}:
            return sector
    return None
