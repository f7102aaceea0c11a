"""The verbs and their options; what a verb does stands in the file of its name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ronghe.cli.common import Session, help_of, session

app = typer.Typer(
    name="ronghe",
    help=help_of("about"),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # the plain help needs no rich and starts in half the time
    context_settings={"help_option_names": ["-h", "--help"]},
)

Lang = Annotated[str | None, typer.Option("--lang", help=help_of("opt_lang"))]
Json = Annotated[bool, typer.Option("--json", help=help_of("opt_json"))]
Quiet = Annotated[bool, typer.Option("--quiet", help=help_of("opt_quiet"))]
Debug = Annotated[bool, typer.Option("--debug", help=help_of("opt_debug"))]
Out = Annotated[Path | None, typer.Option("--out", help=help_of("opt_out"))]
Year = Annotated[int | None, typer.Option("--year", help=help_of("opt_year"))]


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(version("ronghe"))
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool, typer.Option("--version", help=help_of("opt_version"), callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass


@app.command(help=help_of("report"))
def report(
    ctx: typer.Context,
    area: Annotated[str, typer.Argument(help=help_of("arg_area"), metavar="AREA")],
    demo_area: Annotated[str | None, typer.Argument(help=help_of("arg_demo_area"), metavar="DEMO_AREA")] = None,
    scenario: Annotated[str | None, typer.Argument(help=help_of("arg_scenario"), metavar="SCENARIO.toml")] = None,
    out: Out = None,
    form: Annotated[str, typer.Option("--form", help=help_of("opt_form"))] = "html,briefing,xlsx",
    year: Year = None,
    draws: Annotated[int, typer.Option("--draws", min=20, max=5000, help=help_of("opt_draws"))] = 200,
    seed: Annotated[int, typer.Option("--seed", min=0, help=help_of("opt_seed"))] = 0,
    lang: Lang = None,
    as_json: Json = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write the report on an area."""

    def job(here: Session) -> int:
        from ronghe.cli.report import run

        words = [word for word in (area, demo_area, scenario) if word is not None]
        given = frozenset(name for name in ("draws", "seed", "lang") if _written(ctx, name))
        return run(here, words=words, out=out, form=form, year=year, draws=draws, seed=seed, given=given)

    session(lang, as_json=as_json, quiet=quiet, debug=debug).run(job)


def _written(ctx: typer.Context, name: str) -> bool:
    """Whether an option was written on the command line, rather than left at its default."""
    source = ctx.get_parameter_source(name)
    return source is not None and source.name != "DEFAULT"


@app.command(help=help_of("check"))
def check(
    path: Annotated[Path | None, typer.Argument(help=help_of("arg_path"), metavar="PATH")] = None,
    coverage: Annotated[bool, typer.Option("--coverage", help=help_of("opt_coverage"))] = False,
    table: Annotated[str | None, typer.Option("--table", help=help_of("opt_table"))] = None,
    level: Annotated[str | None, typer.Option("--level", help=help_of("opt_level"))] = None,
    mapping: Annotated[Path | None, typer.Option("--map", help=help_of("opt_map"))] = None,
    report: Annotated[Path | None, typer.Option("--report", help=help_of("opt_report"))] = None,
    write_map: Annotated[Path | None, typer.Option("--write-map", help=help_of("opt_write_map"))] = None,
    allow_missing: Annotated[bool, typer.Option("--allow-missing", help=help_of("opt_allow_missing"))] = False,
    refuse: Annotated[list[str] | None, typer.Option("--refuse", help=help_of("opt_refuse"))] = None,
    area: Annotated[str | None, typer.Option("--area", help=help_of("opt_coverage_area"))] = None,
    year: Year = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Check data, one's own tables, or a run folder."""

    def job(here: Session) -> int:
        from ronghe.cli.check import run

        return run(
            here, path=path, coverage=coverage, year=year, table=table, level=level, mapping=mapping, report=report,
            write_map=write_map, allow_missing=allow_missing, area=area, refuse=refuse or (),
        )  # fmt: skip

    session(lang, as_json=as_json, debug=debug).run(job)


@app.command(help=help_of("load"))
def load(
    path: Annotated[Path, typer.Argument(help=help_of("arg_load"), metavar="PATH")],
    mapping: Annotated[Path | None, typer.Option("--map", help=help_of("opt_map"))] = None,
    level: Annotated[str | None, typer.Option("--level", help=help_of("opt_level"))] = None,
    allow_missing: Annotated[bool, typer.Option("--allow-missing", help=help_of("opt_allow_missing"))] = False,
    refuse: Annotated[list[str] | None, typer.Option("--refuse", help=help_of("opt_refuse"))] = None,
    update: Annotated[bool, typer.Option("--update", help=help_of("opt_update"))] = False,
    out: Annotated[Path | None, typer.Option("--out", help=help_of("opt_load_out"))] = None,
    year: Year = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Load tables of one's own as a data set."""

    def job(here: Session) -> int:
        from ronghe.cli.load import run

        return run(
            here,
            path=path,
            mapping=mapping,
            level=level,
            allow_missing=allow_missing,
            year=year,
            out=out,
            update=update,
            refuse=refuse or (),
        )

    session(lang, as_json=as_json, debug=debug).run(job)


@app.command(help=help_of("measure"))
def measure(
    recipe: Annotated[Path, typer.Argument(help=help_of("arg_recipe"), metavar="RECIPE.toml")],
    period: Annotated[str, typer.Option("--period", help=help_of("opt_period"))] = "",
    out: Annotated[Path | None, typer.Option("--out", help=help_of("opt_scores_out"))] = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Build a composite indicator from its recipe."""

    def job(here: Session) -> int:
        from ronghe.cli.measure import run

        return run(here, recipe=recipe, period=period, out=out)

    session(lang, as_json=as_json, debug=debug).run(job)


@app.command(help=help_of("explain"))
def explain(
    term: Annotated[str, typer.Argument(help=help_of("arg_term"), metavar="TERM")],
    data: Annotated[Path | None, typer.Option("--data", help=help_of("opt_data"))] = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Explain a term."""

    def job(here: Session) -> int:
        from ronghe.cli.explain import run

        return run(here, term=term, data=data)

    session(lang, as_json=as_json, debug=debug).run(job)


@app.command(help=help_of("doctor"))
def doctor(lang: Lang = None, as_json: Json = False, debug: Debug = False) -> None:
    """Check this machine."""

    def job(here: Session) -> int:
        from ronghe.cli.doctor import run

        return run(here)

    session(lang, as_json=as_json, debug=debug).run(job)


@app.command(help=help_of("template"))
def template(
    table: Annotated[str, typer.Argument(help=help_of("arg_table"), metavar="TABLE")],
    area: Annotated[str | None, typer.Option("--area", help=help_of("opt_template_area"))] = None,
    out: Out = None,
    year: Year = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Write the workbook of a table, ready to be filled in."""

    def job(here: Session) -> int:
        from ronghe.cli.template import run

        return run(here, table=table, area=area, out=out, year=year)

    session(lang, as_json=as_json, debug=debug).run(job)


@app.command(help=help_of("request"))
def request(
    table: Annotated[str | None, typer.Argument(help=help_of("arg_table"), metavar="TABLE")] = None,
    area: Annotated[str, typer.Option("--area", help=help_of("opt_area"))] = "长三角",
    every: Annotated[bool, typer.Option("--all", help=help_of("opt_all"))] = False,
    data: Annotated[Path | None, typer.Option("--data", help=help_of("opt_data"))] = None,
    out: Out = None,
    year: Year = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Write a request letter."""

    def job(here: Session) -> int:
        from ronghe.cli.request import run

        return run(here, table=table, area=area, every=every, data=data, out=out, year=year)

    session(lang, as_json=as_json, debug=debug).run(job)
