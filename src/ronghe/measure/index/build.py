"""From data and a recipe to a composite indicator: every stage kept, every change logged, every score with its bounds.

A missing indicator widens a score to the bounds it would have at either end of the scale; the score itself rests on
the indicators that are there, and is given where they carry enough of the weight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.canonical import array_hash, content_hash
from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text
from ronghe.measure.index.aggregate import Mean, aggregate, dominance
from ronghe.measure.index.metadata import Metadata
from ronghe.measure.index.normalise import Scale, normalise
from ronghe.measure.index.prepare import denominate, impute, screen
from ronghe.measure.index.recipe import (
    DATA,
    Aggregate,
    Denominate,
    Impute,
    Normalise,
    Recipe,
    Screen,
    Stage,
    Treat,
)
from ronghe.measure.index.treat import treat
from ronghe.measure.index.weights import weigh


@dataclass(frozen=True, eq=False)
class IndexData:
    """The raw table of a composite indicator in one period.

    Attributes
    ----------
    units : tuple of str
    names : tuple of Text
    values : array, shape (unit, indicator)
        In the order of the metadata's indicators; NaN where missing.
    denominators : mapping of code to array, shape (unit,)
    groups : mapping of code to sequence of str
    history : tuple of array, shape (unit, indicator)
        Periods before this one, the oldest first.
    period : str
    places : mapping of (unit, code) to str
        ``file!sheet!cell`` of each value.
    """

    units: tuple[str, ...]
    names: tuple[Text, ...]
    values: Floats
    denominators: Mapping[str, Floats] = field(default_factory=dict)
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    history: tuple[Floats, ...] = ()
    period: str = ""
    places: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """SHA-256 of units and values."""
        parts = {code: array_hash(column) for code, column in self.denominators.items()}
        return content_hash({"units": list(self.units), "values": array_hash(self.values), "denominators": parts})

    def kept(self, rows: Bools) -> IndexData:
        """Return the table of some units."""
        return replace(
            self,
            units=tuple(unit for unit, one in zip(self.units, rows, strict=True) if one),
            names=tuple(name for name, one in zip(self.names, rows, strict=True) if one),
            values=self.values[rows],
            denominators={code: column[rows] for code, column in self.denominators.items()},
            groups={c: [x for x, one in zip(held, rows, strict=True) if one] for c, held in self.groups.items()},
            history=tuple(table[rows] for table in self.history),
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What a stage changed."""

    stage: str
    unit: str
    code: str
    before: float
    after: float
    how: str


@dataclass(frozen=True, eq=False)
class Composite:
    """A composite indicator.

    Attributes
    ----------
    recipe : Recipe
    metadata : Metadata
    data : IndexData
        After screening.
    stages : mapping of name to array, shape (unit, indicator)
    scale : Scale
    changes : tuple of Change
    imputed : array of bool, shape (unit, indicator)
    codes : tuple of str
        Indicators, then aggregates, each after what is below it.
    scores : array, shape (unit, code)
        NaN where too little of the weight has data.
    low, high : array, shape (unit, code)
        What the score would be if all that is missing stood at the worst and at the best end of the scale.
    coverage : array, shape (unit, code)
        Share of the weight that rests on data that were there, not filled in.
    weights : mapping of code to float
        Within the parent, adding up to 1.
    notes : tuple of Text
    """

    recipe: Recipe
    metadata: Metadata
    data: IndexData
    stages: Mapping[str, Floats]
    scale: Scale
    changes: tuple[Change, ...]
    imputed: Bools
    codes: tuple[str, ...]
    scores: Floats
    low: Floats
    high: Floats
    coverage: Floats
    weights: Mapping[str, float]
    notes: tuple[Text, ...] = ()

    @property
    def hash(self) -> str:
        """SHA-256 of recipe and data: the same hash gives the same bits."""
        return content_hash({"recipe": self.recipe.hash, "data": self.data.hash})

    def of(self, code: str) -> Floats:
        """Return the scores of one code, shape (unit,)."""
        return np.asarray(self.scores[:, self.codes.index(code)], dtype=np.float64)

    @property
    def index(self) -> Floats:
        """Scores of the root."""
        return self.of(self.metadata.root)

    @property
    def ranks(self) -> Floats:
        """Rank of every unit and code, 1 the best, ties sharing the best; NaN without a score."""
        return ranks(self.scores)

    def dominance(self) -> tuple[Floats, float]:
        """Return which unit is at least as good as which in every normalised indicator, and how often one is."""
        return dominance(self.scores[:, : len(self.metadata.indicators)])


def ranks(scores: Floats) -> Floats:
    """Return ranks of each column, 1 the highest, ties sharing the best; NaN where there is no score."""
    rounded = np.round(scores, 10)
    higher = (rounded[..., None, :, :] > rounded[..., :, None, :]).sum(axis=-2)
    return np.where(np.isfinite(scores), higher + 1.0, np.nan)


def build(*, recipe: Recipe, metadata: Metadata, data: IndexData) -> Composite:
    """Build a composite indicator.

    Parameters
    ----------
    recipe : Recipe
    metadata : Metadata
    data : IndexData

    Raises
    ------
    ParameterFault
        With the stage, the indicator and the remedy.
    """
    made = _Work(metadata, data)
    tables: dict[str, Floats] = {DATA: data.values}
    for stage in recipe.stage[:-1]:
        tables[stage.key] = made.run(stage, tables[stage.source])
        if isinstance(stage, Screen):
            tables = {name: table[made.last_kept] for name, table in tables.items() if name != stage.key} | {
                stage.key: tables[stage.key]
            }
    last = recipe.stage[-1]
    assert isinstance(last, Aggregate)  # the recipe is checked
    scale = next((scale_of(one) for one in reversed(recipe.stage) if isinstance(one, Normalise)), Scale("none"))
    found = combine(tables[last.source], metadata, last, scale=scale, imputed=made.imputed)
    return Composite(recipe, metadata, made.data, tables, scale, tuple(made.changes), made.imputed,
                     *found, notes=tuple(_scaled_notes(metadata)))  # fmt: skip


def scale_of(stage: Normalise) -> Scale:
    """Return how a stage normalises."""
    return Scale(stage.method, stage.low, stage.high, stage.reference)


class _Work:
    """The stages up to aggregation, one after the other."""

    def __init__(self, metadata: Metadata, data: IndexData) -> None:
        self.metadata, self.data = metadata, data
        self.imputed: Bools = np.zeros(data.values.shape, dtype=bool)
        self.changes: list[Change] = []
        self.last_kept: Bools = np.ones(len(data.units), dtype=bool)

    def run(self, stage: Stage, values: Floats) -> Floats:
        """Return the table that a stage makes."""
        if isinstance(stage, Denominate):
            return denominate(values, stage, self.metadata, self.data.denominators)
        if isinstance(stage, Screen):
            return self._screen(stage, values)
        if isinstance(stage, Impute):
            return self._impute(stage, values)
        if isinstance(stage, Treat):
            return self._treat(stage, values)
        assert isinstance(stage, Normalise)  # aggregation comes last
        return normalised(values, stage, self.metadata, self.data.units)

    def _screen(self, stage: Screen, values: Floats) -> Floats:
        kept = self.last_kept = screen(values, stage, self.metadata, self.data.units)
        for unit in np.array(self.data.units)[~kept].tolist():
            self.changes.append(Change(stage.key, unit, "", float("nan"), float("nan"), "left out"))
        self.data, self.imputed = self.data.kept(kept), self.imputed[kept]
        return values[kept]

    def _impute(self, stage: Impute, values: Floats) -> Floats:
        made = impute(values, stage, self.metadata, self.data.groups, self.data.history)
        missing = np.isnan(values)
        self.imputed = self.imputed | missing
        for n, i in np.argwhere(missing).tolist():
            self._log(stage, n, i, values, made, stage.method)
        return made

    def _treat(self, stage: Treat, values: Floats) -> Floats:
        made = values.copy()
        for at, code in enumerate(self.metadata.indicators):
            if stage.only and code not in stage.only:
                continue
            found = treat(values[:, at], skewness=stage.skewness, kurtosis=stage.kurtosis, steps=stage.steps,
                          log=stage.log)  # fmt: skip
            made[:, at] = found.values
            for n, _, _ in found.changed:
                self._log(stage, n, at, values, made, found.how)
            if found.how in ("logarithm", "failed"):
                self.changes.append(Change(stage.key, "", code, found.before[0], found.after[0], found.how))
        return made

    def _log(self, stage: Stage, n: int, i: int, values: Floats, made: Floats, how: str) -> None:
        code = self.metadata.indicators[i]
        self.changes.append(Change(stage.key, self.data.units[n], code, float(values[n, i]), float(made[n, i]), how))


def normalised(values: Floats, stage: Normalise, metadata: Metadata, units: Sequence[str]) -> Floats:
    """Return a table normalised by one method, some indicators by their own."""
    unknown = [code for code in stage.codes if code not in metadata.indicators]
    if unknown:
        raise ParameterFault(Text(f"normalise：没有指标 {'、'.join(unknown)}。",
                                  f"normalise: there is no indicator {', '.join(unknown)}."))  # fmt: skip
    made = np.full(values.shape, np.nan)
    for method in dict.fromkeys((stage.method, *stage.codes.values())):
        chosen = [c for c in metadata.indicators if stage.codes.get(c, stage.method) == method]
        if chosen:
            at = [metadata.indicators.index(code) for code in chosen]
            part = replace_indicators(metadata, chosen)
            made[:, at] = normalise(values[:, at], replace(scale_of(stage), method=method), part, units)
    return made


def replace_indicators(metadata: Metadata, chosen: Sequence[str]) -> Metadata:
    """Return metadata of some indicators alone, under one root."""
    if len(chosen) == len(metadata.indicators):
        return metadata
    root = metadata.by_code[metadata.root]
    return Metadata((root, *(replace(metadata.by_code[code], parent=root.code, denominator="") for code in chosen)))


def combine(
    values: Floats, metadata: Metadata, stage: Aggregate, *, scale: Scale, imputed: Bools
) -> tuple[tuple[str, ...], Floats, Floats, Floats, Floats, dict[str, float]]:
    """Return codes, scores, lower and upper bounds, coverage and weights, up the tree.

    Parameters
    ----------
    values : array, shape (unit, indicator)
        Normalised.
    """
    codes = (*metadata.indicators, *metadata.upwards)
    at = {code: place for place, code in enumerate(codes)}
    shape = (len(values), len(codes))
    scores, low, high, coverage = (np.full(shape, np.nan) for _ in range(4))
    count = len(metadata.indicators)
    least, most = (end if np.isfinite(end) else np.nan for end in scale.ends)
    scores[:, :count] = values
    low[:, :count], high[:, :count] = (np.where(np.isnan(values), end, values) for end in (least, most))
    coverage[:, :count] = np.isfinite(values) & ~imputed
    weights: dict[str, float] = {metadata.root: 1.0}
    for code in metadata.upwards:
        below = [at[child] for child in metadata.children[code]]
        given = np.array([metadata.by_code[codes[k]].weight for k in below])
        w = weigh(scores[:, below], given, stage.weights)
        weights |= {codes[k]: float(part) for k, part in zip(below, w, strict=True)}
        mean = mean_of(stage, metadata.level[code])
        there = (np.isfinite(scores[:, below]) * w).sum(axis=1)
        made = aggregate(scores[:, below], w, mean)
        scores[:, at[code]] = np.where(there >= stage.minimum - 1e-12, made, np.nan)
        low[:, at[code]], high[:, at[code]] = (_bound(end[:, below], w, mean) for end in (low, high))
        coverage[:, at[code]] = (coverage[:, below] * w).sum(axis=1)
    return codes, scores, low, high, coverage, weights


def mean_of(stage: Aggregate, level: int) -> Mean:
    """Return how an aggregate of a level is made; the lowest aggregates are of level 2."""
    at = level - 2
    method = stage.levels[min(at, len(stage.levels) - 1)] if stage.levels else stage.method
    return Mean(method, stage.power, stage.penalty)


def _bound(values: Floats, weights: Floats, mean: Mean) -> Floats:
    """Return one bound of an aggregate; NaN where a child has none, or where the mean is no mean of levels."""
    if mean.method in ("copeland", "topsis", "mazziotta-pareto"):
        return np.full(len(values), np.nan)
    if mean.method in ("geometric", "harmonic", "generalised") and (values <= 0).any():
        return np.where((values <= 0).any(axis=1), 0.0, aggregate(np.where(values > 0, values, np.nan), weights, mean))
    made = aggregate(values, weights, mean)
    return np.where(np.isfinite(values).all(axis=1), made, np.nan)


def _scaled_notes(metadata: Metadata) -> list[Text]:
    """Return a sentence for each parent whose given weights had to be scaled to a sum of 1."""
    notes = []
    for code, below in metadata.children.items():
        total = sum(metadata.by_code[child].weight for child in below)
        if abs(total - 1.0) > 1e-9 and len({metadata.by_code[child].weight for child in below}) > 1:
            notes.append(Text(f"{code} 下面的权重之和为 {total:g}，已按比例化为1。",
                              f"The weights below {code} sum to {total:g} and were scaled to 1."))  # fmt: skip
    return notes
