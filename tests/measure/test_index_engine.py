"""The index engine: COINr's published example, laws of the stages, and what a wrong input gets."""

from __future__ import annotations

import csv
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ronghe.base.errors import ParameterFault
from ronghe.base.text import same
from ronghe.measure.index.aggregate import METHODS, Mean, aggregate, dominance
from ronghe.measure.index.build import Composite, IndexData, build
from ronghe.measure.index.metadata import Code, Metadata
from ronghe.measure.index.normalise import Scale, normalise
from ronghe.measure.index.recipe import Recipe, checked
from ronghe.measure.index.treat import moments, treat
from ronghe.measure.index.weights import benefit_of_the_doubt, pairwise, weigh
from shared import shared

STAGES = 1e-6
"""The published stages derive from slightly rounded inputs: met to 1.1e-7 from the raw file, to 1e-12 from the
denominated stage on (COINr 1.1.14, objects ASEM_iData, ASEM_iMeta, ASEM_COIN; MIT)."""
EXACT = 1e-9


def number(text: str) -> float:
    return float(text) if text not in ("", "NA") else float("nan")


def rows(name: str) -> list[dict[str, str]]:
    with shared(f"coinr_asem/{name}").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def asem() -> tuple[Metadata, IndexData]:
    codes = tuple(
        Code(
            row["iCode"], same(row["iName"]), row["Type"].lower(), int(float(row["Direction"] or 1)),  # type: ignore[arg-type]
            float(row["Weight"] or 1), row["Parent"] if row["Type"] in ("Indicator", "Aggregate") else "", row["Unit"],
            row["Denominator"], target=number(row["Target"]),
        )
        for row in rows("ASEM_iMeta.csv")
    )  # fmt: skip
    metadata, table = Metadata(codes), rows("ASEM_iData.csv")
    column = lambda code: np.array([number(row[code]) for row in table])  # noqa: E731
    data = IndexData(
        tuple(row["uCode"] for row in table),
        tuple(same(row["uName"]) for row in table),
        np.column_stack([column(code) for code in metadata.indicators]),
        {code: column(code) for code in metadata.of("denominator")},
        {code: [row[code] for row in table] for code in metadata.of("group")},
    )
    return metadata, data


def recipe(*stages: dict[str, Any]) -> Recipe:
    before = ["data", *(stage.get("name", stage["do"]) for stage in stages)]
    raw = {
        "title_zh": "指数", "title_en": "Index", "data": {"file": "data.csv"}, "metadata": {"file": "meta.csv"},
        "stage": [{"from": source, **stage} for source, stage in zip(before, stages, strict=False)],
    }  # fmt: skip
    return checked(raw, "", "")


PUBLISHED = (
    {"do": "denominate"}, {"do": "impute", "method": "group mean", "group": "EurAsia_group"},
    {"do": "screen", "share": 0.9, "by": "available"}, {"do": "treat"}, {"do": "normalise"}, {"do": "aggregate"},
)  # fmt: skip


def published(**changed: Any) -> Composite:
    metadata, data = asem()
    return build(recipe=recipe(*PUBLISHED).changed(**changed), metadata=metadata, data=data)


def test_the_published_index_is_met() -> None:
    made = published()
    best = np.argsort(-made.index)[:3]
    found = [(made.data.units[k], round(float(made.index[k]), 2)) for k in best]
    assert found == [("CHE", 68.38), ("NLD", 64.82), ("DNK", 64.80)]
    assert np.isnan(made.stages["denominate"]).sum() == 65
    table = rows("stage_normalised.csv")
    stage = np.array([[number(row[code]) for code in made.metadata.indicators] for row in table])
    assert np.abs(made.stages["normalise"] - stage).max() < STAGES


def test_the_published_treatment_is_met() -> None:
    made = published()
    treated = [change for change in made.changes if change.stage == "treat"]
    assert len({change.code for change in treated}) == 15
    assert all(change.how == "winsorised" for change in treated)
    assert sum(change.code == "Flights" for change in treated) == 1
    assert sum(change.code == "Services" for change in treated) == 4
    at = made.metadata.indicators.index("Flights")
    # The same four figures come out of scipy.stats.skew and kurtosis with bias=False.
    before, after = moments(made.stages["impute"][:, at]), moments(made.stages["treat"][:, at])
    assert np.allclose([*before, *after], [2.243556, 6.298202, 1.753812, 3.246922], atol=1e-6)


def test_effective_weights_are_products_up_the_tree() -> None:
    found = asem()[0].effective_weights()
    assert np.allclose([found[code] for code in ("Goods", "Renew", "LPI", "Conn")], [0.02, 1 / 30, 0.0125, 0.5])


def test_filled_cells_are_no_coverage() -> None:
    made = published()
    lao = made.data.units.index("LAO")
    assert made.imputed[lao].sum() > 0
    assert made.coverage[lao, -1] < 1.0
    assert made.coverage[made.data.units.index("AUT"), -1] == 1.0


@pytest.mark.parametrize("method", ["geometric", "harmonic"])
def test_other_means_lie_below_the_arithmetic(method: str) -> None:
    plain = published(normalise_low=1.0)
    other = published(normalise_low=1.0, aggregate_method=method)
    assert (other.index < plain.index).all()


def test_equal_influence_of_the_two_halves() -> None:
    made = published()
    halves = np.column_stack([made.of(code) for code in made.metadata.children[made.metadata.root]])
    found = weigh(halves, np.ones(2), "equal influence")
    # COINr's optimiser stops at 0.3902 and 0.6098 with correlations 0.897 and 0.893; these are equal.
    total = halves @ found
    both = [np.corrcoef(halves[:, k], total)[0, 1] for k in range(2)]
    assert abs(both[0] - both[1]) < 1e-4
    assert np.allclose(sorted(found), [0.39, 0.61], atol=0.02)


def test_moments_of_a_long_tail() -> None:
    values = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100])
    once = treat(values, steps=1)
    assert np.allclose(moments(values), [3.063241, 9.741391], atol=1e-6)
    assert np.allclose(once.after, [1.712038, 1.815781], atol=1e-6)
    assert once.changed == ((11, 100.0, 30.0),)


TREE = Metadata((
    Code("all", same("all"), "aggregate"), Code("a", same("a"), parent="all"),
    Code("b", same("b"), direction=-1, parent="all"),
    Code("c", same("c"), parent="all", weight=2.0),
))  # fmt: skip
tables = st.lists(st.lists(st.integers(-50, 50).map(float), min_size=3, max_size=3), min_size=4, max_size=8).filter(
    lambda rows: all(len(set(column)) > 1 for column in zip(*rows, strict=True))
)


def made_of(table: Any, *, method: str = "arithmetic", low: float = 1.0) -> Composite:
    values = np.array(table, dtype=float)
    units = tuple(f"u{k}" for k in range(len(values)))
    stages = ({"do": "normalise", "low": low, "high": 100.0}, {"do": "aggregate", "method": method})
    return build(recipe=recipe(*stages), metadata=TREE, data=IndexData(units, tuple(map(same, units)), values))


@given(tables)
@settings(max_examples=40)
def test_scores_lie_on_the_scale_and_do_not_depend_on_units(table: Any) -> None:
    made = made_of(table)
    assert (made.index >= 1.0 - EXACT).all()
    assert (made.index <= 100.0 + EXACT).all()
    scaled = made_of(np.array(table) * [1000.0, 0.001, 7.0] + [5.0, 0.0, -3.0])
    assert np.allclose(scaled.index, made.index, atol=1e-7)
    order = np.arange(len(table))[::-1]
    assert np.allclose(made_of(np.array(table)[order]).index, made.index[order], atol=EXACT)


@given(tables, st.sampled_from(["arithmetic", "geometric", "harmonic"]), st.data())
@settings(max_examples=40)
def test_a_better_value_never_lowers_a_score_and_a_missing_one_widens_the_bounds(
    table: Any, method: str, data: Any
) -> None:
    values = np.array(table)
    made = made_of(values, method=method)
    n, i = data.draw(st.integers(0, len(values) - 1)), data.draw(st.integers(0, 2))
    holed = values.copy()
    holed[n, i] = np.nan
    if all(len(set(column[np.isfinite(column)])) > 1 for column in holed.T):
        gone = made_of(holed, method=method)
        assert gone.low[n, -1] <= gone.index[n] + EXACT or np.isnan(gone.index[n])
        assert gone.low[n, -1] <= gone.high[n, -1] + EXACT
        assert gone.coverage[n, -1] < 1.0
        others = np.arange(len(values)) != n
        assert np.allclose(gone.coverage[others, -1], 1.0)
    assert np.allclose(made.low[:, -1], made.index)
    assert np.allclose(made.high[:, -1], made.index)


@given(st.lists(st.floats(1, 100), min_size=3, max_size=3), st.sampled_from(METHODS[:4]))
@settings(max_examples=40)
def test_means_of_equal_values_are_the_value_and_of_others_lie_between(row: list[float], method: Any) -> None:
    weights = np.array([1.0, 2.0, 3.0])
    equal = aggregate(np.full((2, 3), row[0]), weights, Mean(method, power=2.0))
    assert np.allclose(equal, row[0])
    (found,) = aggregate(np.array([row]), weights, Mean(method, power=2.0))
    assert min(row) - 1e-9 <= found <= max(row) + 1e-9


def test_dominance_needs_no_weights() -> None:
    over, share = dominance(np.array([[3.0, 3.0], [2.0, 2.0], [1.0, 4.0]]))
    assert over.tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 0]]
    assert share == pytest.approx(1 / 3)


def test_copeland_counts_wins_less_losses() -> None:
    values = np.array([[3.0, 3.0], [2.0, 2.0], [1.0, 1.0]])
    assert aggregate(values, np.ones(2), Mean("copeland")).tolist() == [2.0, 0.0, -2.0]


@given(st.lists(st.lists(st.floats(0.1, 10), min_size=2, max_size=2), min_size=3, max_size=6))
@settings(max_examples=25)
def test_nobody_scores_above_one_by_anybodys_weights(table: list[list[float]]) -> None:
    values = np.array(table)
    found = benefit_of_the_doubt(values)
    assert found.scores.max() == pytest.approx(1.0)
    assert (values @ found.weights.T <= 1 + 1e-7).all()
    bounded = benefit_of_the_doubt(values, least=np.full(2, 0.4), most=np.full(2, 0.6))
    assert (bounded.scores <= found.scores + 1e-9).all()


def test_judgements_that_agree_are_consistent() -> None:
    weights = np.array([0.5, 0.3, 0.2])
    found = pairwise(weights[:, None] / weights[None, :])
    assert np.allclose(found.weights, weights)
    assert abs(found.consistency) < 1e-9
    assert pairwise(np.array([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]])).consistency > 0.1


@pytest.mark.parametrize(
    "method", ["rank", "percentile", "borda", "z-score", "distance to max", "distance to reference"]
)
def test_every_scale_keeps_the_order_of_direction(method: Any) -> None:
    values = np.array([[1.0, 5.0, 2.0], [2.0, 3.0, 4.0], [3.0, 1.0, 9.0]])
    found = normalise(values, Scale(method, 0.0, 1.0, reference="x"), TREE, ("x", "y", "z"))
    assert (np.diff(found, axis=0) > 0).all()


def test_ties_share_the_lowest_rank() -> None:
    values = np.array([[1.0, 1.0, 1.0], [1.0, 2.0, 1.0 + 1e-14], [5.0, 3.0, 2.0]])
    assert normalise(values, Scale("rank"), TREE)[:, 0].tolist() == [1.0, 1.0, 3.0]
    assert normalise(values, Scale("rank"), TREE)[:, 2].tolist() == [1.0, 1.0, 3.0]


WRONG = {
    "a constant indicator": lambda: made_of([[1.0, 2.0, 3.0], [1.0, 3.0, 4.0], [1.0, 5.0, 6.0], [1.0, 1.0, 1.0]]),
    "nothing above 0": lambda: made_of([[1.0, 2, 3], [2, 3, 4], [4, 5, 6], [3, 1, 1]], method="geometric", low=0.0),
    "an unread stage": lambda: recipe({"do": "denominate"}, {"do": "normalise", "from": "data"}, {"do": "aggregate"}),
    "an unknown field": lambda: recipe({"do": "normalise", "methd": "rank"}, {"do": "aggregate"}),
    "an unknown start": lambda: recipe({"do": "normalise", "from": "impute"}, {"do": "aggregate"}),
    "a cycle": lambda: Metadata((
        Code("r", same("r"), "aggregate"), Code("p", same("p"), "aggregate", parent="q"),
        Code("q", same("q"), "aggregate", parent="p"), Code("x", same("x"), parent="p"))),
    "two roots": lambda: Metadata((
        Code("r", same("r"), "aggregate"), Code("s", same("s"), "aggregate"), Code("x", same("x"), parent="r"))),
    "a parent that is none": lambda: Metadata((Code("r", same("r"), "aggregate"), Code("x", same("x"), parent="t"))),
    "one unit": lambda: made_of([[1.0, 2.0, 3.0]]),
    "no such field": lambda: recipe(*PUBLISHED).changed(treat_stps=3),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_in_both_languages(name: str) -> None:
    with pytest.raises(ParameterFault) as raised:
        WRONG[name]()
    assert raised.value.text.zh != raised.value.text.en
    assert not any("一" <= c <= "鿿" for c in raised.value.text.en)


def test_all_faults_of_metadata_at_once() -> None:
    with pytest.raises(ParameterFault) as raised:
        Metadata(
            (
                Code("r", same("r"), "aggregate"),
                Code("x", same("x"), direction=2, parent="t"),
                Code("x", same("x"), weight=-1.0, parent="r"),
            )
        )
    for word in ("twice", "direction", "weight", "parent"):
        assert word in raised.value.text.en


def test_the_same_recipe_and_data_give_the_same_bits() -> None:
    first, again = published(), published()
    assert first.hash == again.hash
    assert (first.scores == again.scores)[np.isfinite(first.scores)].all()
    assert published(treat_steps=3).hash != first.hash
