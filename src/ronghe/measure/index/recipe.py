"""A recipe: one declarative file that says how a composite indicator is built, stage by stage.

Every stage names the table it starts from (``from``): the data, or an earlier stage. A stage that nothing reads and
that is not the last is a fault: what it did would be lost without a word.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ronghe.base.canonical import content_hash
from ronghe.base.errors import ParameterFault
from ronghe.base.region import nearest
from ronghe.base.text import Text
from ronghe.measure.index.aggregate import Method as MeanMethod
from ronghe.measure.index.normalise import Method as ScaleMethod
from ronghe.measure.index.treat import KURTOSIS, SKEWNESS, STEPS
from ronghe.measure.index.weights import Rule

DATA = "data"
"""What the first stage starts from."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class _Stage(_Part):
    name: str = ""
    source: str = Field(alias="from")

    @property
    def key(self) -> str:
        """Name of the stage's output."""
        return self.name or self.do  # type: ignore[attr-defined]


class Denominate(_Stage):
    """Divide every indicator that has a denominator by it."""

    do: Literal["denominate"]
    scale: float = 1.0


class Screen(_Stage):
    """Leave units out that have too little data."""

    do: Literal["screen"]
    share: float = Field(default=2 / 3, ge=0, le=1)
    by: Literal["available", "nonzero", "weight"] = "weight"
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


class Impute(_Stage):
    """Fill missing cells; what was filled is marked as such up to the scores."""

    do: Literal["impute"]
    method: Literal["mean", "median", "group mean", "group median", "constant", "carry", "linear"]
    group: str = ""
    value: float = 0.0


class Treat(_Stage):
    """Bring outliers in."""

    do: Literal["treat"]
    skewness: float = Field(default=SKEWNESS, gt=0)
    kurtosis: float = KURTOSIS
    steps: int = Field(default=STEPS, ge=0)
    log: bool = True
    only: tuple[str, ...] = ()


class Normalise(_Stage):
    """Bring indicators onto one scale; ``codes`` names indicators with a method of their own."""

    do: Literal["normalise"]
    method: ScaleMethod = "min-max"
    low: float = 0.0
    high: float = 100.0
    reference: str = ""
    codes: Mapping[str, ScaleMethod] = {}


class Aggregate(_Stage):
    """Bring indicators together up the tree; ``levels`` gives the method of each level, the lowest first."""

    do: Literal["aggregate"]
    method: MeanMethod = "arithmetic"
    levels: tuple[MeanMethod, ...] = ()
    power: float = 0.0
    penalty: Literal[-1, 1] = -1
    weights: Rule = "given"
    minimum: float = Field(default=2 / 3, ge=0, le=1)


Stage = Annotated[Denominate | Screen | Impute | Treat | Normalise | Aggregate, Field(discriminator="do")]


class Table(_Part):
    """A file and what its columns are called.

    Attributes
    ----------
    file : str
        Beside the recipe; ``book.xlsx!sheet`` names a sheet.
    unit, name, period : str
        Columns of the units' codes, their names and the period.
    groups : tuple of str
        Columns by which units are grouped.
    columns : mapping of heading to column
    """

    file: str
    unit: str = "unit"
    name: str = ""
    period: str = ""
    groups: tuple[str, ...] = ()
    columns: Mapping[str, str] = {}


class Recipe(_Part):
    """How one composite indicator is built."""

    title_zh: str
    title_en: str
    seed: int = 0
    period: str = ""
    data: Table
    metadata: Table
    stage: tuple[Stage, ...] = Field(min_length=1)

    @property
    def title(self) -> Text:
        """Title in both languages."""
        return Text(self.title_zh, self.title_en)

    @property
    def hash(self) -> str:
        """SHA-256 of everything the recipe says."""
        return content_hash(self.model_dump(by_alias=True, mode="json"))

    def of(self, do: str) -> Any:
        """Return the stage of one kind, None where there is none."""
        return next((one for one in self.stage if one.do == do), None)

    def changed(self, **fields: Any) -> Recipe:
        """Return the recipe with fields of its stages changed, named as ``stage_field``: ``treat_steps=3``.

        Raises
        ------
        ParameterFault
            For a field there is not, or a value it cannot have.
        """
        raw = self.model_dump(by_alias=True, mode="json")
        for name, value in fields.items():
            key, _, field = name.partition("_")
            stages = [one for one in raw["stage"] if (one["name"] or one["do"]) == key]
            if not stages or field not in stages[0]:
                known = [f"{one['name'] or one['do']}_{own}" for one in raw["stage"] for own in one]
                near = ", ".join(nearest(name, known))
                raise ParameterFault(Text(f"配方没有“{name}”，相近的有 {near}。",
                                          f'The recipe has no "{name}"; near it: {near}.'))  # fmt: skip
            stages[0][field] = value
        return checked(raw, "", "")


def read_recipe(path: Path) -> Recipe:
    """Return the recipe of a file.

    Raises
    ------
    ParameterFault
        With every fault: syntax, unknown fields with the nearest valid ones and their line, stages that nobody reads.
    """
    try:
        text = path.read_text(encoding="utf-8")
        raw = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ParameterFault(
            Text(f"配方 {path.name} 无法读取：{error}。", f"The recipe {path.name} cannot be read: {error}.")
        ) from error
    return checked(raw, text, path.name)


def checked(raw: Mapping[str, Any], text: str, name: str) -> Recipe:
    """Return a recipe whose fields and stages hold together.

    Raises
    ------
    ParameterFault
    """
    try:
        recipe = Recipe.model_validate(raw)
    except ValidationError as error:
        faults = [_told(one, text) for one in error.errors()]
        raise _fault(faults, name) from None
    faults = list(_chained(recipe.stage))
    if faults:
        raise _fault(faults, name)
    return recipe


def _fault(faults: Sequence[Text], name: str) -> ParameterFault:
    head = Text(f"配方{f' {name}' if name else ''}：", f"The recipe{f' {name}' if name else ''}: ")
    return ParameterFault(head + Text("".join(one.zh for one in faults), " ".join(one.en for one in faults)))


KNOWN: Mapping[str, type[BaseModel]] = {
    "denominate": Denominate, "screen": Screen, "impute": Impute, "treat": Treat, "normalise": Normalise,
    "aggregate": Aggregate, "data": Table, "metadata": Table,
}  # fmt: skip


def _told(error: Any, text: str) -> Text:
    """Return one fault of a field: where it stands, what was read, what would be valid."""
    place = [str(part) for part in error["loc"]]
    field = place[-1]
    line = next((at for at, row in enumerate(text.splitlines(), 1) if row.split("=")[0].strip() == field), None)
    where = ".".join(place)
    at = Text(f"第{line}行 ", f"line {line}, ") if line else Text("", "")
    if error["type"] == "extra_forbidden":
        model = next((KNOWN[part] for part in reversed(place) if part in KNOWN), Recipe)
        names = [one.alias or key for key, one in model.model_fields.items()]
        near = ", ".join(nearest(field, names) or names)
        return Text(f"{at.zh}{where}：未知的字段，可用 {near}。", f"{at.en}{where}: unknown field; known: {near}.")
    if error["type"] == "missing":
        return Text(f"{where}：缺少该字段。", f"{where}: the field is missing.")
    read = str(error.get("input"))[:60]
    expected = str(error.get("ctx", {}).get("expected", "")) or str(error["msg"])
    return Text(
        f"{at.zh}{where}：读到“{read}”，应为 {expected}。", f'{at.en}{where}: read "{read}"; expected {expected}.'
    )


def _chained(stages: Sequence[Stage]) -> list[Text]:
    """Tell stages that start from nothing, that write one name twice, or that nobody reads."""
    faults: list[Text] = []
    made = [DATA]
    for one in stages:
        if one.source not in made:
            near = ", ".join(made)
            faults.append(Text(f"{one.key} 的 from 为“{one.source}”，此前只有 {near}。",
                               f'{one.key} starts from "{one.source}"; there is {near} before it.'))  # fmt: skip
        if one.key in made:
            faults.append(Text(f"两个阶段都写出“{one.key}”，请用 name 区分。",
                               f'Two stages write "{one.key}": tell them apart by name.'))  # fmt: skip
        made.append(one.key)
    read = {one.source for one in stages}
    for one in stages[:-1]:
        if one.key not in read:
            faults.append(Text(f"阶段“{one.key}”的结果没有被使用。", f'Nothing reads the stage "{one.key}".'))
    if stages[-1].do != "aggregate":
        faults.append(Text("最后一个阶段应为 aggregate。", "The last stage must be aggregate."))
    return faults
