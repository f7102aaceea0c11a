"""``ronghe measure``: a composite indicator from its recipe, with ranks, bounds, coverage and what was changed."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from ronghe.base.errors import ParameterFault
from ronghe.base.files import write_whole
from ronghe.base.text import Text, same
from ronghe.cli.common import Session, say
from ronghe.measure.index.build import Composite
from ronghe.measure.index.tables import build_from

SHOWN = 10


def run(here: Session, *, recipe: Path, period: str, out: Path | None) -> int:
    """Build the index of a recipe, tell its ranks, and write all scores where a file is named."""
    if not recipe.is_file():
        raise ParameterFault(say("no_recipe", path=recipe))
    made = build_from(recipe, period=period)
    if out is not None:
        if out.suffix.lower() != ".csv":
            raise ParameterFault(say("scores_ending", read=out.name))
        write_whole(out, as_csv(made))
        here.err(say("written", place=out))
    if here.as_json:
        here.json(_record(made))
    else:
        for line in told(made):
            here.out(line)
    return 0 if np.isfinite(made.index).any() else 1


def told(made: Composite) -> list[Text]:
    """Return the lines that tell an index: its best units, those without a score, and what the stages changed."""
    ranks = made.ranks[:, -1]
    order = [k for k in np.argsort(ranks, kind="stable") if np.isfinite(ranks[k])]
    period = Text(f"（{made.data.period}）", f" ({made.data.period})") if made.data.period else Text("", "")
    lines = [
        say("index_head", title=made.recipe.title, period=period, units=len(made.data.units),
            indicators=len(made.metadata.indicators), hash=made.hash[:16])
    ]  # fmt: skip
    for k in order[:SHOWN]:
        bounds = Text("", "")
        low, high = made.low[k, -1], made.high[k, -1]
        if np.isfinite(low) and high - low > 1e-9:
            bounds = say("index_bounds", low=f"{low:.4g}", high=f"{high:.4g}")
        lines.append(
            say("index_unit", rank=f"{ranks[k]:.0f}", name=made.data.names[k], score=f"{made.index[k]:.4g}",
                bounds=bounds, coverage=f"{100 * made.coverage[k, -1]:.3g}%")
        )  # fmt: skip
    if len(order) > SHOWN:
        lines.append(say("index_more", count=len(order) - SHOWN))
    if len(order) < len(made.data.units):
        lines.append(say("index_without", count=len(made.data.units) - len(order)))
    for stage in dict.fromkeys(change.stage for change in made.changes):
        changes = [change for change in made.changes if change.stage == stage]
        lines.append(say("index_changes", stage=same(stage), count=len(changes)))
    return [*lines, *made.notes]


def as_csv(made: Composite) -> bytes:
    """Return one row a unit and code: score, rank, bounds, coverage; a byte order mark for spreadsheets."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["unit", "code", "score", "rank", "low", "high", "coverage"])
    ranks = made.ranks
    for n, unit in enumerate(made.data.units):
        for k, code in enumerate(made.codes):
            cells = (made.scores[n, k], ranks[n, k], made.low[n, k], made.high[n, k], made.coverage[n, k])
            writer.writerow([unit, code, *("" if np.isnan(cell) else repr(float(cell)) for cell in cells)])
    return text.getvalue().encode("utf-8-sig")


def _record(made: Composite) -> dict[str, object]:
    ranks = made.ranks

    def number(value: float) -> float | None:
        return float(value) if np.isfinite(value) else None

    return {
        "title": {"zh": made.recipe.title.zh, "en": made.recipe.title.en},
        "period": made.data.period,
        "hash": made.hash,
        "weights": dict(made.weights),
        "units": [
            {"unit": unit, "score": number(made.index[n]), "rank": number(ranks[n, -1]),
             "low": number(made.low[n, -1]), "high": number(made.high[n, -1]),
             "coverage": number(made.coverage[n, -1])}
            for n, unit in enumerate(made.data.units)
        ],
        "changes": [
            {"stage": one.stage, "unit": one.unit, "code": one.code, "before": number(one.before),
             "after": number(one.after), "how": one.how}
            for one in made.changes
        ],
        "notes": [{"zh": note.zh, "en": note.en} for note in made.notes],
    }  # fmt: skip
