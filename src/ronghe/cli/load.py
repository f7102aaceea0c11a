"""``ronghe load``: tables of one's own as a data set, what it can tell, and a copy of it to keep."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ronghe.base.errors import ParameterFault
from ronghe.base.status import WORDS
from ronghe.base.text import Text, joined
from ronghe.cli.common import Session, say
from ronghe.data import Dataset, Identification, load, save, schema


def run(
    here: Session,
    *,
    path: Path,
    mapping: Path | None,
    level: str | None,
    allow_missing: bool,
    year: int | None,
    out: Path | None,
    update: bool = False,
    refuse: Sequence[str] = (),
) -> int:
    """Load tables, tell what they make and what they identify, and keep them where a folder is named."""
    data = opened(path, mapping=mapping, level=level, allow_missing=allow_missing, year=year,
                  update=update, refuse=refuse)  # fmt: skip
    if out is not None:
        if out.resolve() == path.resolve():
            raise ParameterFault(say("own_target", path=out))
        save(data, out, tell=here.err)
        here.err(say("written", place=out))
    answers = [data.identification(key) for key in data.identifies]
    if here.as_json:
        here.json(_record(data, answers))
        return 0
    here.out(
        say("loaded", name=data.name, year=data.year, regions=len(data.regions), sectors=len(data.sectors),
            status=WORDS[data.status], hash=data.content_hash[:16])
    )  # fmt: skip
    for row in data.coverage():
        if row.table in data.own.tables or (data.own.grids and row.table == "io_intermediate"):
            here.out(Text("  ", "  ") + row.title + Text("：", ": ") + row.state)
    if (data.own.grids or "trade" in data.own.tables) and data.identifies["realised_gain"]:
        for flag in data.baseline.flags:
            here.out(say("flag", flag=flag))
    for note in data.own.notes:
        here.out(say("flag", flag=note))
    told = [one for one in answers if one.value]
    here.out(say("can_tell", what=joined([one.title for one in told])) if told else say("tells_nothing"))
    for one in answers:
        if not one.value:
            tables = joined([schema(name).title for name in one.unlocks])
            here.out(say("cannot_tell" if one.unlocks else "cannot_tell_yet", what=one.title, why=one.reason,
                         tables=tables))  # fmt: skip
    return 0


def opened(
    path: Path, *, mapping: Path | None = None, level: str | None = None, allow_missing: bool = False,
    year: int | None = None,
    update: bool = False, refuse: Sequence[str] = (),
) -> Dataset:  # fmt: skip
    """Return the data set of a path, with what a mapping file and the options say of its tables."""
    from ronghe.data.intake import apart
    from ronghe.data.intake.mapping import read_mapping
    from ronghe.data.intake.register import LEVELS

    if level is not None and level not in LEVELS:
        raise ParameterFault(say("bad_level", read=level, known=", ".join(LEVELS)))
    maps = () if mapping is None else read_mapping(mapping)
    return load(path, year=year, maps=maps, level=level, allow_missing=allow_missing, update=update,
                refuse=refuse, allowance=apart.STANDARD)  # fmt: skip


def _record(data: Dataset, answers: list[Identification]) -> dict[str, object]:
    return {
        "name": {"zh": data.name.zh, "en": data.name.en},
        "year": data.year,
        "regions": list(data.codes),
        "sectors": [sector.code for sector in data.sectors],
        "status": data.status,
        "hash": data.content_hash,
        "tables": {table: len(rows) for table, rows in data.own.tables.items()},
        "identifies": {
            one.key: {"value": one.value, "reason": {"zh": one.reason.zh, "en": one.reason.en},
                      "unlocks": list(one.unlocks)}
            for one in answers
        },
    }  # fmt: skip
