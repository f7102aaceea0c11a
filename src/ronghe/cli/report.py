"""``ronghe report``: the main job."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from ronghe.base.errors import ParameterFault
from ronghe.base.files import ready_folder
from ronghe.base.text import Text
from ronghe.cli.common import Session, say
from ronghe.data import Dataset, load
from ronghe.report import FORMS, MARKER, Document, build_document, record, write_document


def run(
    here: Session,
    *,
    area: str,
    demo_area: str | None,
    out: Path | None,
    form: str,
    year: int | None,
    draws: int,
    seed: int,
) -> int:
    """Compute, write and tell the report on one area."""
    forms = _forms(form)
    data, name = _data_and_area(area, demo_area, year)
    wanted = data.area(name)
    place = out or Path("out") / wanted.short.zh
    ready_folder(place, marker=MARKER)
    document = _with_progress(here, lambda step: build_document(data, wanted, draws=draws, seed=seed, progress=step))
    written = write_document(document, place, forms=forms)
    if here.as_json:
        here.json({**record(document), "written": [str(path) for path in written]})
    else:
        for sentence in document.sentences:
            here.out(sentence.text)
    here.err(say("written", place=place))
    return document.exit_code


def _forms(form: str) -> tuple[str, ...]:
    asked = tuple(part.strip() for part in form.split(",") if part.strip())
    unknown = [part for part in asked if part not in FORMS]
    if unknown or not asked:
        raise ParameterFault(say("bad_form", read=", ".join(unknown) or form, known=", ".join(FORMS)))
    return asked


def _data_and_area(area: str, demo_area: str | None, year: int | None) -> tuple[Dataset, str]:
    if area != "demo":
        if demo_area is not None:
            raise ParameterFault(say("extra_area", read=demo_area))
        return load(year=year), area
    data = load("demo", year=year)
    if demo_area is None:
        known = [item.short.zh for item in data.areas]
        raise ParameterFault(say("need_demo_area", known="、".join(known), first=known[0]))
    return data, demo_area


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
