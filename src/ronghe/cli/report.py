"""``ronghe report``: the main job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from ronghe.base.area import Area
from ronghe.base.errors import ParameterFault, UnknownName
from ronghe.base.files import ready_folder
from ronghe.base.text import Text
from ronghe.cli.common import Session, say
from ronghe.cli.load import opened
from ronghe.data import Dataset, load
from ronghe.report import FORMS, MARKER, Document, build_document, record, write_document
from ronghe.simulate.study.file import ScenarioFile, read_scenario


def run(
    here: Session,
    *,
    words: Sequence[str],
    out: Path | None,
    form: str,
    year: int | None,
    draws: int,
    seed: int,
    given: frozenset[str] = frozenset(),
) -> int:
    """Compute, write and tell the report on one area.

    Parameters
    ----------
    words : sequence of str
        ``[AREA] [SCENARIO.toml]`` or ``demo [AREA] [SCENARIO.toml]``; a scenario file names its own area.
    given : set of str
        Which of ``draws``, ``seed`` and ``lang`` were written on the command line; those come before the file's.
    """
    forms = _forms(form)
    named, file = _split(words)
    if file is None:
        data, wanted = _data_and_area(named, year)
        study, place = None, wanted.short.zh
    else:
        study = _study(named, file, year).changed(
            draws=draws if "draws" in given else None, seed=seed if "seed" in given else None
        )
        data, wanted, place = study.data, study.area, f"{study.area.short.zh}-{study.id}"
        if study.language is not None and "lang" not in given:
            here = replace(here, lang=study.language)
    folder = out or Path("out") / place
    ready_folder(folder, marker=MARKER)
    document = _with_progress(
        here, lambda step: build_document(data, wanted, draws=draws, seed=seed, study=study, progress=step)
    )
    written = write_document(document, folder, forms=forms, tell=here.err)
    if here.as_json:
        here.json({**record(document), "written": [str(path) for path in written]})
    else:
        for sentence in document.sentences:
            here.out(sentence.text)
    here.err(say("written", place=folder))
    return document.exit_code


def _forms(form: str) -> tuple[str, ...]:
    asked = tuple(part.strip() for part in form.split(",") if part.strip())
    unknown = [part for part in asked if part not in FORMS]
    if unknown or not asked:
        raise ParameterFault(say("bad_form", read=", ".join(unknown) or form, known=", ".join(FORMS)))
    return asked


def _split(words: Sequence[str]) -> tuple[list[str], Path | None]:
    """Return the words that name data and area, and the scenario file, which comes last."""
    file = Path(words[-1]) if words and words[-1].lower().endswith(".toml") else None
    return list(words if file is None else words[:-1]), file


def _data_and_area(named: Sequence[str], year: int | None) -> tuple[Dataset, Area]:
    """Return the data set and the area that the words name, without a scenario file."""
    first, *more = named
    own = _is_own(first)
    if first != "demo" and not own:
        if more and not _is_area(first):
            raise ParameterFault(say("no_path", path=first))
        if more:
            raise ParameterFault(say("extra_area", read=more[0]))
        data = load(year=year)
        return data, data.area(first)
    data = opened(Path(first), year=year) if own else load(first, year=year)
    if not more:
        known = [item.short.zh for item in data.areas] or [region.short_zh for region in data.regions[:3]]
        raise ParameterFault(say("need_own_area" if own else "need_demo_area", known="、".join(known), data=first,
                                 first=known[0]))  # fmt: skip
    if len(more) > 1:
        raise ParameterFault(say("extra_words", read=more[1]))
    return data, data.area(more[0])


def _is_own(word: str) -> bool:
    """Whether a word names tables of one's own: a path that is there and no name of an area."""
    return word.strip() not in ("", "demo") and Path(word).exists() and not _is_area(word)


def _study(named: Sequence[str], file: Path, year: int | None) -> ScenarioFile:
    """Return the scenario file; what the command line says beside it must say the same."""
    rest = list(named)
    demo = bool(rest) and rest[0] == "demo"
    folder = rest[0] if rest and not demo and _is_own(rest[0]) else None
    rest = rest[1:] if demo or folder else rest
    study = read_scenario(file, data=None if folder is None else opened(Path(folder), year=year))
    if len(rest) > 1:
        raise ParameterFault(say("extra_words", read=rest[1]))
    if demo and study.data.status != "demonstration":
        raise ParameterFault(say("other_data"))
    if year not in (None, study.data.year):
        raise ParameterFault(say("other_year", read=year, year=study.data.year))
    if rest and set(study.data.area(rest[0]).regions) != set(study.area.regions):
        raise ParameterFault(say("other_area", read=rest[0], area=study.area.short))
    return study


def _is_area(name: str) -> bool:
    try:
        load().area(name)
    except UnknownName:
        return False
    return True


def _with_progress(here: Session, job: Callable[[Callable[[float, Text], None]], Document]) -> Document:
    console = Console(stderr=True)
    if here.quiet or not console.is_terminal:
        return job(lambda _done, _text: None)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=1.0)
        return job(lambda done, text: bar.update(task, completed=done, description=text.of(here.lang)))
