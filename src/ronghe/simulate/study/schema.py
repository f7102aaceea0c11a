"""The tables and keys of a scenario file, with the type and range of each value.

What a value may be is said here once; ``base/locale/scenario.toml`` says the same in words, by table and key.
What two values mean together (a lever and where it acts, a kind and its fields) is checked in ``scenario_meaning``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator
from pydantic_core import PydanticCustomError

from ronghe.base.status import Status
from ronghe.base.text import Text, same
from ronghe.simulate.closure import Closure
from ronghe.simulate.scenario import Layer, Relation
from ronghe.simulate.solver.solve import TOLERANCE
from ronghe.simulate.study.conversion import Kind

LEAST_DRAWS, MOST_DRAWS = 20, 5000


def wording(value: Any) -> Text:
    """Return a text written once, or as ``{ zh = "…", en = "…" }``."""
    if isinstance(value, str) and value.strip():
        return same(value)
    if isinstance(value, dict) and set(value) == {"zh", "en"}:
        zh, en = value["zh"], value["en"]
        if isinstance(zh, str) and isinstance(en, str) and zh.strip() and en.strip():
            return Text(zh, en)
    raise PydanticCustomError("wording", "a text")


def place(value: Any) -> Any:
    """Let pass the name of an area or a list of names; what they mean is looked up in the data."""
    if isinstance(value, str) and value.strip():
        return value
    if isinstance(value, list) and value and all(isinstance(name, str) for name in value):
        return value
    raise PydanticCustomError("place", "an area or a list of regions")


Wording = Annotated[Text, PlainValidator(wording)]
Place = Annotated[str | list[str], PlainValidator(place)]
Pair = Annotated[list[str], Field(min_length=2, max_length=2)]
Names = Annotated[list[str], Field(min_length=1)]


class Entry(BaseModel):
    """A table of the file: no other keys, no silent change of type, no infinity."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


class ScenarioTable(Entry):
    """``[scenario]``: what it is called, and what it is about."""

    title: Wording
    area: Place
    note: Wording | None = None
    base_year: int | None = None
    data: Annotated[str, Field(pattern="^(default|demo|[0-9a-fA-F]{16,64})$")] = "default"


class LeverTable(Entry):
    """``[[lever]]``: a documented measure, who takes it, where it acts, and how its reading becomes a cost."""

    name: Wording
    channel: Literal["transaction", "protection", "hukou", "research"]
    layer: Layer
    owner: Wording
    relation: Relation
    measure: Wording
    source: Wording
    status: Status = "user"
    kind: Kind = "ad_valorem"
    before: float
    after: float
    conversion: Annotated[float, Field(gt=0)] | None = None
    cost_per_day: Annotated[float, Field(gt=0, le=0.2)] | None = None
    km: Annotated[float, Field(gt=0, le=20_000)] | None = None
    value_per_tonne: Annotated[float, Field(gt=0)] | None = None
    retest_share: Annotated[float, Field(gt=0, le=1)] | None = None
    within: Place | None = None
    pairs: Annotated[list[Pair], Field(min_length=1)] | None = None
    sectors: Names | None = None


class CutTable(Entry):
    """``[[cut]]``: a stated cut of trade cost, without a measure behind it."""

    share: Annotated[float, Field(gt=0, lt=1)]
    within: Place | None = None
    sectors: Names | None = None


class ParametersTable(Entry):
    """``[parameters]``: what no table of accounts contains."""

    theta: Annotated[float, Field(ge=1, le=20)] = 4.0
    kappa: Annotated[float, Field(ge=0, le=50)] = 1.5
    capital_share: Annotated[float, Field(ge=0, le=0.95)] = 0.45
    rivalry: Annotated[float, Field(ge=0, le=1)] = 0.5
    service_weight: Annotated[float, Field(ge=0, le=1)] = 0.15
    land_supply: Annotated[float, Field(ge=0, le=10)] = 0.5
    capital_mobility: Annotated[float, Field(ge=0, le=50)] = 3.0
    scale: Annotated[float, Field(ge=0, le=0.5)] = 0.05
    group_substitution: Annotated[float, Field(ge=0, le=20)] = 1.5


class SolveTable(Entry):
    """``[solve]``: how it is computed."""

    tolerance: Annotated[float, Field(ge=1e-12, le=1e-6)] = TOLERANCE
    seed: Annotated[int, Field(ge=0)] = 0
    draws: Annotated[int, Field(ge=LEAST_DRAWS, le=MOST_DRAWS)] = 200
    closure: Closure = "short"


class ReportTable(Entry):
    """``[report]``: what is shown; no part of the scenario's identity."""

    language: Literal["zh", "en"] | None = None
    exhibits: list[str] = []


class FileTables(Entry):
    """The whole file."""

    scenario: ScenarioTable
    lever: list[LeverTable] = []
    cut: list[CutTable] = []
    parameters: ParametersTable = ParametersTable()
    solve: SolveTable = SolveTable()
    report: ReportTable = ReportTable()


TABLES: dict[str, type[Entry]] = {
    "scenario": ScenarioTable,
    "lever": LeverTable,
    "cut": CutTable,
    "parameters": ParametersTable,
    "solve": SolveTable,
    "report": ReportTable,
}
