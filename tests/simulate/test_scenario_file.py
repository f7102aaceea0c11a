"""The scenario file: its identity, its round trip, and what a wrong one gets, all at once."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ronghe.base.canonical import content_hash
from ronghe.base.errors import DataFault, ScenarioFault
from ronghe.data import load
from ronghe.data.elastic import with_elasticity
from ronghe.simulate import Economy, Scenario, gain
from ronghe.simulate.layers import split_by_layer
from ronghe.simulate.study.conversion import as_cost
from ronghe.simulate.study.file import read_scenario, write_scenario

HEAD = {"title": "delta", "area": "长三角"}
ROAD = {
    "name": "road", "channel": "transaction", "layer": "hardware", "owner": "transport offices", "relation": "府际",
    "measure": "days of freight", "source": "survey", "kind": "days", "before": 2.5, "after": 1.5,
    "cost_per_day": 0.01, "within": "长三角",
}  # fmt: skip
TESTS = {
    "name": "tests", "channel": "protection", "layer": "software", "owner": "regulators", "relation": "政企",
    "measure": "acceptance rate", "source": "report", "kind": "acceptance", "before": 0.5, "after": 0.9,
    "retest_share": 0.04, "pairs": [["上海", "江苏"], ["江苏", "上海"], ["浙江", "安徽"]],
}  # fmt: skip
TWO = {"scenario": HEAD, "lever": [ROAD, TESTS]}


def file(folder: Path, content: dict[str, Any] | str, name: str = "scenario.toml") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else tomli_w.dumps(content), encoding="utf-8")
    return path


def faults_of(folder: Path, content: dict[str, Any] | str) -> dict[str, Any]:
    with pytest.raises(DataFault) as caught:
        read_scenario(file(folder, content))
    assert caught.value.exit_code == 3
    assert "http" not in caught.value.text.en + caught.value.text.zh
    assert f"{len(caught.value.faults)}" in caught.value.text.en.splitlines()[0]
    return {fault.place: fault for fault in caught.value.faults}


# identity -------------------------------------------------------------------------------------------------------------


def shuffled(value: Any, dice: random.Random) -> Any:
    """Return the same tables with keys, and ordered pairs, in another order."""
    if isinstance(value, dict):
        keys = dice.sample(sorted(value), len(value))
        return {key: shuffled(value[key], dice) for key in keys}
    if isinstance(value, list) and value and isinstance(value[0], list):
        return dice.sample(value, len(value))
    return [shuffled(item, dice) for item in value] if isinstance(value, list) else value


DEFAULTS = {
    ("scenario", "base_year"): 2023,
    ("scenario", "data"): "default",
    ("parameters", "theta"): 4,
    ("parameters", "kappa"): 1.5,
    ("parameters", "capital_share"): 0.45,
    ("parameters", "rivalry"): 0.5,
    ("parameters", "service_weight"): 0.15,
    ("solve", "tolerance"): 1e-10,
    ("solve", "seed"): 0,
    ("solve", "draws"): 200,
    ("solve", "closure"): "short",
    ("report", "language"): "en",
    ("scenario", "note"): "no part of the id",
}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), written=st.sets(st.sampled_from(sorted(DEFAULTS))))
def test_another_order_and_defaults_written_out_are_the_same_scenario(tmp_path, seed, written):
    content: dict[str, Any] = {"scenario": dict(HEAD), "lever": [dict(ROAD, status="user"), dict(TESTS)]}
    for table, key in written:
        content.setdefault(table, {})[key] = DEFAULTS[table, key]
    plain = read_scenario(file(tmp_path, TWO))
    other = read_scenario(file(tmp_path, shuffled(content, random.Random(seed)), "other.toml"))
    assert other.id == plain.id
    assert other.run_id == plain.run_id
    assert len(plain.id) == 16


@pytest.mark.parametrize(
    "change",
    [
        {"area": "yrd"},
        {"area": ["浙江", "上海", "江苏省", "Anhui"]},
        {"title": {"zh": "另一名称", "en": "another title"}},
    ],
)
def test_another_spelling_or_title_is_the_same_scenario(tmp_path, change):
    plain = read_scenario(file(tmp_path, TWO))
    assert read_scenario(file(tmp_path, TWO | {"scenario": HEAD | change}, "b.toml")).id == plain.id


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("parameters", "theta", 5),
        ("solve", "seed", 1),
        ("solve", "draws", 21),
        ("scenario", "base_year", 2020),
        ("lever", "after", 1.25),
        ("lever", "source", "another survey"),
    ],
)
def test_another_content_is_another_scenario(tmp_path, table, key, value):
    changed = {**TWO, table: [dict(ROAD, **{key: value}), TESTS] if table == "lever" else
               {**TWO.get(table, {}), key: value}}  # fmt: skip
    plain = read_scenario(file(tmp_path, TWO))
    assert read_scenario(file(tmp_path, changed, "b.toml")).id != plain.id


def test_the_id_is_the_hash_of_the_canonical_content_and_the_run_id_of_three_parts(tmp_path):
    from importlib.metadata import version

    study = read_scenario(file(tmp_path, TWO))
    assert study.hash == content_hash(study.canonical)
    assert study.run_id == content_hash([study.hash, study.data.content_hash, version("ronghe")])[:16]
    assert "title" not in str(study.canonical["scenario"])


@pytest.mark.parametrize(
    "content",
    [
        TWO,
        {"scenario": HEAD},
        {"scenario": {"title": "a", "area": ["沪", "苏"], "base_year": 2019, "note": "n"},
         "cut": [{"share": 0.05}, {"share": 0.2, "sectors": ["工业"]}],
         "parameters": {"theta": 6}, "report": {"language": "zh", "exhibits": ["levers"]}},
        {"scenario": {"title": "a", "area": "示范甲", "data": "demo"}},
        {"scenario": {"title": "a", "area": "全国"}},
    ],
)  # fmt: skip
def test_writing_and_reading_again_gives_the_same_id(tmp_path, content):
    study = read_scenario(file(tmp_path, content))
    again = read_scenario(write_scenario(study, tmp_path / "written" / "again.toml"))
    assert again.id == study.id
    assert (again.title, again.note, again.language, again.exhibits) == (
        study.title, study.note, study.language, study.exhibits,
    )  # fmt: skip


# meaning --------------------------------------------------------------------------------------------------------------


def test_a_file_without_a_change_is_the_default_cut(tmp_path):
    bare = read_scenario(file(tmp_path, {"scenario": HEAD}))
    said = read_scenario(file(tmp_path, {"scenario": HEAD, "cut": [{"share": 0.1, "within": "长三角"}]}, "b.toml"))
    assert bare.id == said.id
    assert bare.cuts[0].share == 0.1
    assert bare.status == "assumed"
    economy = bare.economy()
    plain = Scenario("a tenth").cut_trade_cost(0.10, within=bare.area)
    np.testing.assert_allclose(gain(economy, bare.scenario, starts=0).headline, gain(economy, plain, starts=0).headline)


@pytest.mark.parametrize(
    ("kind", "before", "after", "fields", "factor"),
    [
        ("ad_valorem", 0.10, 0.04, {"conversion": 1.0}, 1.04 / 1.10),
        ("days", 2.5, 1.5, {"cost_per_day": 0.01}, 1.015 / 1.025),
        ("freight", 0.5, 0.4, {"km": 400.0, "value_per_tonne": 4000.0}, 1.04 / 1.05),
        ("acceptance", 0.5, 0.9, {"retest_share": 0.04}, 1.004 / 1.02),
    ],
)
def test_a_reading_becomes_the_cost_by_hand(kind, before, after, fields, factor):
    found = as_cost(kind=kind, before=before, after=after, fields=fields)
    assert (1 + found.conversion * found.after) / (1 + found.conversion * found.before) == pytest.approx(factor)


def test_levers_reach_the_scenario_with_their_pairs_and_factors(tmp_path):
    study = read_scenario(file(tmp_path, TWO))
    road, tests = study.scenario.levers
    assert road.factor == pytest.approx(1.015 / 1.025)
    assert tests.factor == pytest.approx(1.004 / 1.02)
    assert set(study.scenario.changes[1].pairs) == {
        ("310000", "320000"), ("320000", "310000"), ("330000", "340000"),
    }  # fmt: skip
    assert (study.draws, study.seed, study.closure, study.theta) == (200, 0, "short", 4.0)


def test_other_parameters_reach_the_economy_its_draws_and_its_people(tmp_path):
    content = {"scenario": HEAD, "parameters": {"theta": 6, "kappa": 2.0}}
    economy = read_scenario(file(tmp_path, content)).economy()
    assert set(economy.world.elasticities) == {6.0}
    assert economy.parameters.kappa == 2.0
    assert economy.data is not None
    assert {theta for baseline in economy.data.draws(2) for theta in baseline.elasticities} == {6.0}
    assert set(economy.data.baseline_with(distance_elasticity=0.3).elasticities) == {6.0}
    assert set(economy.data.baseline_with(trade_elasticity=3.0).elasticities) == {3.0}


def test_the_data_set_may_be_named_by_its_hash(tmp_path):
    data = load(year=2020)
    study = read_scenario(file(tmp_path, {"scenario": HEAD | {"data": data.content_hash[:16], "base_year": 2020}}))
    assert study.data.content_hash == data.content_hash
    wrong = faults_of(tmp_path, {"scenario": HEAD | {"data": "0" * 64}})
    assert data.content_hash[:16] in wrong["scenario.data"].remedy.en


def test_the_gain_counts_members_on_which_nothing_acts(tmp_path):
    pairs = {key: value for key, value in ROAD.items() if key != "within"} | {"pairs": [["上海", "江苏"]]}
    study = read_scenario(file(tmp_path, {"scenario": HEAD, "lever": [pairs]}))
    economy = study.economy()
    acted, counted = gain(economy, study.scenario, starts=0), gain(economy, study.over_area, starts=0)
    assert set(acted.members) == {"310000", "320000"}
    assert set(counted.members) == set(study.area.regions)
    np.testing.assert_allclose(counted.headline, acted.headline)


# hardware and software ------------------------------------------------------------------------------------------------


def test_both_orders_of_hardware_and_software_end_at_the_whole(tmp_path):
    study = read_scenario(file(tmp_path, TWO))
    economy = study.economy()
    split = split_by_layer(economy, study.documented)
    assert split is not None
    whole = gain(economy, study.scenario, starts=0).headline
    np.testing.assert_allclose(split.hardware + split.software_after, whole, atol=1e-8)
    np.testing.assert_allclose(split.software + split.hardware_after, whole, atol=1e-8)
    np.testing.assert_allclose(split.hardware + split.software + split.interaction, whole, atol=1e-8)
    assert split_by_layer(economy, Scenario("road only").cut_trade_cost(0.1, within=study.area)) is None


def test_the_wrapped_data_set_keeps_its_hash_and_says_its_elasticity():
    data = load()
    other = with_elasticity(data, 6.0)
    assert other.content_hash == data.content_hash
    assert Economy.from_data(other).world.elasticities[0] == 6.0
    if "trade_elasticity" in other.parameters:
        assert other.parameters["trade_elasticity"].value == 6.0


# wrong files ----------------------------------------------------------------------------------------------------------


def test_every_fault_of_a_file_is_told_at_once_with_path_value_range_and_remedy(tmp_path):
    wrong = {
        "scenario": {"titel": "a", "area": "长三脚", "base_year": 2021},
        "lever": [
            dict(ROAD, channel="transactions", layer="hardwear", before="2", km=3, relation="府际间"),
            dict(TESTS, name="road", channel="competition", before=1.4, pairs=[["沪", "沪"], ["沪", "苏苏"]]),
            dict(ROAD, name="third", pairs=[["沪", "苏"]], after=2.5, sectors=["工叶"]),
        ],
        "cut": [{"share": 1.5}],
        "parameters": {"theta": 40, "kapa": 1},
        "solve": {"draws": 3, "seed": True},
        "lever2": {},
    }
    del wrong["lever"][0]["cost_per_day"], wrong["lever"][1]["measure"]
    found = faults_of(tmp_path, wrong)
    assert set(found) >= {
        "scenario.title", "scenario.titel", "scenario.area", "scenario.base_year", "lever[1].channel",
        "lever[1].layer", "lever[1].before", "lever[1].km", "lever[1].relation", "lever[1].cost_per_day",
        "lever[2].name", "lever[2].channel", "lever[2].measure", "lever[2].before", "lever[2].pairs[1]",
        "lever[2].pairs[2][2]", "lever[3]", "lever[3].after", "lever[3].sectors[1]", "cut[1].share",
        "parameters.theta", "parameters.kapa", "solve.draws", "solve.seed", "lever2",
    }  # fmt: skip
    assert "transaction" in found["lever[1].channel"].remedy.en
    assert "hardware" in found["lever[1].layer"].remedy.zh
    assert "补贴率" in found["lever[2].channel"].remedy.zh
    assert "title" in found["scenario.titel"].remedy.en
    assert "kappa" in found["parameters.kapa"].remedy.en
    assert "lever" in found["lever2"].remedy.en
    assert "长三角" in found["scenario.area"].remedy.en
    assert "工业" in found["lever[3].sectors[1]"].remedy.zh
    assert found["parameters.theta"].read.en == "40"
    assert found["parameters.theta"].expected.en == "a number from 1 to 20"
    assert "2023, 2020, 2019" in found["scenario.base_year"].expected.en


def test_what_acts_outside_the_area_is_refused(tmp_path):
    found = faults_of(tmp_path, {"scenario": HEAD, "lever": [dict(ROAD, within="京津冀")]})
    assert "北京" in found["lever[1].within"].read.zh
    found = faults_of(tmp_path, {"scenario": HEAD, "lever": [dict(TESTS, pairs=[["上海", "湖北"]])]})
    assert found["lever[1].pairs[1]"].read.en == "Hubei"


def test_a_cost_of_minus_one_is_refused(tmp_path):
    wrong = dict(ROAD, kind="ad_valorem", before=0.1, after=-2.0)
    del wrong["cost_per_day"]
    found = faults_of(tmp_path, {"scenario": HEAD, "lever": [wrong]})
    assert "above −1" in found["lever[1].after"].expected.en


def test_more_levers_than_can_be_split_are_refused(tmp_path):
    levers = [dict(ROAD, name=f"road {at}") for at in range(13)]
    assert "at most 12" in faults_of(tmp_path, {"scenario": HEAD, "lever": levers})["lever"].expected.en


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("[scenario]\ntitle = 'a'\ntitle = 'b'\n", 3, "once"),
        ("[scenario]\ntitle = 'a'\n[scenario]\n", 3, "once"),
        ("[scenario]\ntitle = 长三角\n", 2, "TOML"),
        ("[scenario\n", 1, "TOML"),
        ("[solve]\nseed = 1，5\n", 2, "TOML"),
    ],
)
def test_bad_syntax_and_repeated_keys_name_the_line(tmp_path, text, line, told):
    (fault,) = faults_of(tmp_path, text).values()
    assert fault.place == f"line {line}"
    assert told in fault.expected.en


def test_an_empty_file_says_what_it_needs(tmp_path):
    assert "[scenario]" in faults_of(tmp_path, "")["scenario"].expected.en


def test_a_file_that_is_not_text_is_told(tmp_path):
    path = tmp_path / "scenario.toml"
    path.write_bytes("title = '长'".encode("gbk"))
    with pytest.raises(DataFault, match="UTF-8"):
        read_scenario(path)


def test_a_missing_file_is_wrong_use(tmp_path):
    with pytest.raises(ScenarioFault, match="no scenario file") as caught:
        read_scenario(tmp_path / "none.toml")
    assert caught.value.exit_code == 2
    with pytest.raises(ScenarioFault, match="cannot be read"):
        read_scenario(tmp_path)


def test_other_draws_and_seeds_are_another_scenario(tmp_path):
    study = read_scenario(file(tmp_path, TWO))
    assert study.changed().id == study.id
    assert study.changed(draws=20).id != study.id
    assert replace(study, title=study.note).id == study.id
