"""The scenario file: one TOML file that holds a whole scenario, read with every fault at once, and written back.

    [scenario]
    title = "长三角：货运与互认"
    area = "长三角"

    [[lever]]
    name = "资质互认"
    channel = "transaction"
    layer = "software"
    kind = "acceptance"
    before = 0.5
    after = 0.9
    retest_share = 0.04
    ...

Writing and reading again gives the same scenario id.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import ValidationError

from ronghe.base.area import Area
from ronghe.base.errors import Fault, ParameterFault, ScenarioFault
from ronghe.base.files import write_whole
from ronghe.base.sector import Sector
from ronghe.base.text import Text, same
from ronghe.data import Dataset, load
from ronghe.simulate.parameters import Parameters
from ronghe.simulate.study.content import CutEntry, LeverEntry, ScenarioFile
from ronghe.simulate.study.conversion import FIELDS, OPTIONAL
from ronghe.simulate.study.faults import ScenarioFileFault, field_faults, read_as, syntax_fault, words
from ronghe.simulate.study.meaning import Meaning, find_sector
from ronghe.simulate.study.schema import CutTable, FileTables, LeverTable
from ronghe.simulate.study.tables import as_tables

STATED = 0.10
"""The cut of a file without a lever or a cut: 10 % inside its area."""


def read_scenario(path: str | os.PathLike[str], *, data: Dataset | None = None) -> ScenarioFile:
    """Read and check a scenario file.

    Parameters
    ----------
    path : str or path
    data : Dataset, optional
        The data set to use; loaded as the file says if left out.

    Raises
    ------
    ScenarioFault
        Where there is no file, or it cannot be read.
    ScenarioFileFault
        With every fault: syntax, unknown keys, values, names.
    """
    file = Path(path)
    raw = _toml(file)
    faults: list[Fault] = []
    tables: FileTables | None = None
    bad: set[tuple[str | int, ...]] = set()
    try:
        tables = FileTables.model_validate(raw)
    except ValidationError as error:
        faults += field_faults(error)
        bad = {tuple(one["loc"]) for one in error.errors(include_url=False)}
    known = _data(raw, bad, faults) if data is None else data
    meaning = Meaning(known, bad)
    meaning.check(raw)
    faults += meaning.faults
    if faults or tables is None:
        raise ScenarioFileFault(file.name, faults)
    return _content(tables, known, file.name)


def _toml(file: Path) -> dict[str, Any]:
    """Return the tables of a file as read."""
    try:
        content = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ScenarioFault(words("no_file", path=file)) from error
    except OSError as error:
        raise ScenarioFault(words("unreadable", path=file, reason=error.strerror or str(error))) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fault = Fault("C101", file.name, words("not_utf8", at=error.start), words("utf8"), words("save_utf8"))
        raise ScenarioFileFault(file.name, [fault]) from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioFileFault(file.name, [syntax_fault(error, text)]) from error


def _data(raw: dict[str, Any], bad: set[tuple[str | int, ...]], faults: list[Fault]) -> Dataset:
    """Return the data set that a file names, or the embedded one with a fault that says why not."""
    head = raw.get("scenario")
    head = head if isinstance(head, dict) else {}
    named = head.get("data", "default") if ("scenario", "data") not in bad else "default"
    year = head.get("base_year") if ("scenario", "base_year") not in bad else None
    if named in ("default", "demo"):
        folder = "demo" if named == "demo" else None
        try:
            return load(folder, year=year)
        except ParameterFault as wrong:
            years = [found.year for found in _sets(folder)]
            listed = Text("、".join(map(str, years)), ", ".join(map(str, years)))
            faults.append(
                Fault("C105", "scenario.base_year", same(str(year)), words("years", years=listed), wrong.text)
            )
            return load(folder)
    at_hand = [found for folder in (None, "demo") for found in _sets(folder)]
    for found in at_hand:
        if found.content_hash.startswith(named.lower()) and year in (None, found.year):
            return found
    known = ", ".join(f"{found.year}: {found.content_hash[:16]}" for found in at_hand)
    faults.append(Fault("C105", "scenario.data", read_as(named), words("hash_of_none"), words("hash_fix", known=known)))
    return load()


def _sets(folder: str | None) -> Iterator[Dataset]:
    """Yield the data sets at hand, newest base year first."""
    newest = load(folder)
    yield newest
    for year in range(newest.year - 1, newest.year - 10, -1):
        try:
            yield load(folder, year=year)
        except ParameterFault:
            continue


def _content(tables: FileTables, data: Dataset, file: str) -> ScenarioFile:
    """Return the content of checked tables: names looked up, defaults filled in."""
    head, solve = tables.scenario, tables.solve
    area = data.area(head.area)
    cuts = tuple(_cut(cut, data, area) for cut in tables.cut)
    levers = tuple(_lever(lever, data) for lever in tables.lever)
    values = tables.parameters.model_dump()
    theta = values.pop("theta")
    return ScenarioFile(
        title=head.title,
        note=head.note or Text("", ""),
        source=head.data.lower(),
        data=data,
        area=area,
        levers=levers,
        cuts=cuts if cuts or levers else (CutEntry(STATED, area, _sectors(None, data)),),
        parameters=Parameters(**values),
        theta=theta,
        tolerance=solve.tolerance,
        seed=solve.seed,
        draws=solve.draws,
        closure=solve.closure,
        language=tables.report.language,
        exhibits=tuple(tables.report.exhibits),
        file=file,
    )


def _cut(cut: CutTable, data: Dataset, area: Area) -> CutEntry:
    return CutEntry(cut.share, area if cut.within is None else data.area(cut.within), _sectors(cut.sectors, data))


def _lever(lever: LeverTable, data: Dataset) -> LeverEntry:
    given = {name: getattr(lever, name) for name in FIELDS[lever.kind] if getattr(lever, name) is not None}
    pairs = tuple((data.region(buyer), data.region(seller)) for buyer, seller in lever.pairs or ())
    return LeverEntry(
        name=lever.name,
        channel=lever.channel,
        layer=lever.layer,
        owner=lever.owner,
        relation=lever.relation,
        measure=lever.measure,
        source=lever.source,
        status=lever.status,
        kind=lever.kind,
        before=lever.before,
        after=lever.after,
        fields={name: given.get(name, OPTIONAL.get(name, 0.0)) for name in FIELDS[lever.kind]},
        within=None if lever.within is None else data.area(lever.within),
        pairs=pairs,
        sectors=_sectors(lever.sectors, data),
    )


def _sectors(names: Sequence[str] | None, data: Dataset) -> tuple[Sector, ...]:
    """Return the sectors named, once each and in the data's order; those that trade if none is named."""
    if names is None:
        traded = {code for code, moves in zip(data.baseline.sectors, data.baseline.traded, strict=True) if moves}
        return tuple(sector for sector in data.sectors if sector.code in traded)
    found = {sector.code for name in names if (sector := find_sector(name, data.sectors)) is not None}
    return tuple(sector for sector in data.sectors if sector.code in found)


def write_scenario(found: ScenarioFile, path: str | os.PathLike[str]) -> Path:
    """Write a scenario file with all its defaults; reading it gives the same scenario id.

    Raises
    ------
    EnvironmentFault
        If the place cannot be written to.
    """
    file = Path(path)
    write_whole(file, tomli_w.dumps(as_tables(found)))
    return file


__all__ = ["ScenarioFile", "read_scenario", "write_scenario"]
