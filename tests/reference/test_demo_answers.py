"""The engine, in changes, against the levels model that made the demonstration: two programs, one truth.

The levels model (``scripts/demo``) knows technologies and trade costs; the engine sees the tables only.
"""

from __future__ import annotations

import csv
import gzip
import json
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from ronghe.base.sector import nine_sectors
from ronghe.data import Dataset, load
from ronghe.data.baseline import Baseline, People
from ronghe.share import coalition_game, shapley
from ronghe.simulate.blocked import blocked_points
from ronghe.simulate.borders import border_terms, distance_elasticity, outside_level
from ronghe.simulate.depth import depth
from ronghe.simulate.economy import Economy
from ronghe.simulate.gain import Gain, gain, realised_gain
from ronghe.simulate.outcome import accounts
from ronghe.simulate.scenario import Scenario
from ronghe.simulate.shock import Shock
from ronghe.simulate.solver.solve import prepare, solve_problem

FOLDER = Path(__file__).resolve().parents[2] / "src" / "ronghe" / "data" / "facts" / "demo"
TRUTH = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))
SECTORS = tuple(sector.code for sector in nine_sectors())
UNITS = tuple(unit for units in TRUTH["planted"]["blocks"].values() for unit in units)
PLACES = (*UNITS, "ROW")
GAINS = 1e-8  # of the area's total; truth.json promises 1e-6, both programs solve to 1e-10 or better
DEPTH = 1e-8  # absolute; truth.json promises 1e-6
BLOCK_OF = np.repeat(np.arange(8), 3)
COLUMNS = ("household", "services", "payable")


def rows(name: str) -> list[dict[str, str]]:
    text = gzip.decompress((FOLDER / name).read_bytes()).decode()
    return list(csv.DictReader(text.splitlines()))


def table(name: str, keys: dict[str, tuple[str, ...]], value: str, **only: str) -> np.ndarray:
    """Read a long table into an array whose axes are the given columns."""
    array = np.zeros([len(codes) for codes in keys.values()])
    for row in rows(name):
        if all(row[column] == wanted for column, wanted in only.items()):
            array[tuple(codes.index(row[column]) for column, codes in keys.items())] = float(row[value])
    return array


@pytest.fixture(scope="module")
def baseline() -> Baseline:
    """The baseline of year 3, read from the files without the data room."""
    place = {"region": PLACES, "sector": SECTORS}
    use = {name: table("final_use.csv.gz", place, name, year="3") for name in ("household", "government", "investment")}
    inputs = [table("io_coefficients.csv.gz", place, f"input_{sector}") for sector in SECTORS]
    pair = {"sector": SECTORS, "destination": PLACES, "origin": PLACES}
    people = table("migration_stock.csv.gz", {"origin": UNITS, "destination": UNITS}, "persons", year="3")
    revenue = table("facts.csv.gz", {"region": PLACES}, "value", year="3", indicator="fiscal_revenue")
    return Baseline(
        regions=PLACES,
        sectors=SECTORS,
        traded=np.array([not sector.local for sector in nine_sectors()]),
        flows=table("trade_exact.csv.gz", pair, "value", year="3"),
        value_added_shares=table("io_coefficients.csv.gz", place, "value_added"),
        input_shares=np.stack(inputs, axis=1),
        transfers=np.zeros(25),
        external=np.zeros(25),
        own_revenue=revenue,
        elasticities=np.full(9, 4.0),
        people=People(people, "demonstration"),
        pair_status="demonstration",
        **use,
    )


@pytest.fixture(scope="module")
def data() -> Dataset:
    return load("demo")


@pytest.fixture(scope="module")
def economy(data: Dataset) -> Economy:
    return Economy.from_data(data)


def columns(found: Gain) -> dict[str, np.ndarray]:
    return {column: found.column(column) for column in COLUMNS}


def units_of(area: str) -> list[str]:
    return [unit for block in TRUTH["planted"]["areas"][area] for unit in TRUTH["planted"]["blocks"][block]]


def compare(found: dict[str, np.ndarray], answer: dict[str, dict], tolerance: float = GAINS) -> None:
    for column in COLUMNS:
        wanted = np.array([answer["by_unit"][unit][column] for unit in UNITS])
        allowed = tolerance * abs(answer["members"][column])
        np.testing.assert_allclose(found[column][:24], wanted, rtol=0, atol=allowed, err_msg=column)


def test_the_data_room_reads_the_baseline_that_the_files_hold(data, baseline):
    read = data.baseline
    assert (read.regions, read.sectors, read.pair_status) == (PLACES, SECTORS, "demonstration")
    for name in ("flows", "value_added_shares", "input_shares", "household", "government", "investment", "own_revenue"):
        np.testing.assert_allclose(getattr(read, name), getattr(baseline, name), rtol=1e-12, err_msg=name)
    for name in ("traded", "transfers", "external", "elasticities"):
        np.testing.assert_allclose(getattr(read, name), getattr(baseline, name), atol=1e-6, err_msg=name)
    np.testing.assert_array_equal(read.people.residents, baseline.people.residents)
    assert [data.area(name).regions for name in ("示范甲", "demo_b")] == [tuple(units_of(a)) for a in TRUTH["answers"]]


@pytest.mark.parametrize("area", ["demo_a", "demo_b"])
def test_the_ten_percent_cut_of_an_area_opens_between_its_blocks(data, economy, area):
    """Walls belong to blocks: inside one there is nothing to open."""
    cut = gain(economy, Scenario("cut").cut_trade_cost(0.10, within=data.area(area)))
    assert cut.status == "demonstration"
    compare(columns(cut), TRUTH["answers"][area]["gains"]["between_blocks"]["cut_10_percent"])


@pytest.mark.parametrize("area", ["demo_a", "demo_b"])
def test_the_realised_gain_of_an_area(data, economy, area):
    realised = realised_gain(economy, data.area(area))
    compare(columns(realised), TRUTH["answers"][area]["gains"]["between_blocks"]["realised_gain"])


@pytest.mark.parametrize("area", ["demo_a", "demo_b"])
def test_the_same_between_all_units_where_no_blocks_are_known(baseline, area):
    plain, answers = Economy.from_baseline(baseline), TRUTH["answers"][area]["gains"]["all_units"]
    cut = gain(plain, Scenario("cut").cut_trade_cost(0.10, within=units_of(area)))
    compare(columns(cut), answers["cut_10_percent"])
    compare(columns(realised_gain(plain, units_of(area))), answers["realised_gain"])


@pytest.mark.parametrize("area", ["demo_a", "demo_b"])
def test_the_ten_percent_cut_named_pair_by_pair_of_blocks(economy, area):
    scenario, held = Scenario("cut"), TRUTH["planted"]
    for buyer, seller in permutations(held["areas"][area], 2):
        scenario = scenario.cut_entry(0.10, buyers=held["blocks"][buyer], sellers=held["blocks"][seller])
    cut = columns(gain(economy, scenario))
    compare(cut, TRUTH["answers"][area]["gains"]["between_blocks"]["cut_10_percent"])


@pytest.mark.parametrize("area", ["demo_a", "demo_b"])
def test_a_one_percent_cut_of_the_dearest_walls(economy, area):
    """The first and the last of the ten points of each list, re-solved exactly, 万元 a year."""
    for kind, points in TRUTH["answers"][area]["blocked_points"].items():
        for point in (points[0], points[-1]):
            buyers, sellers = ([point[end]] for end in ("buyer", "seller"))
            if kind == "blocks":
                buyers, sellers = (TRUTH["planted"]["blocks"][point[end]] for end in ("buyer", "seller"))
            cut = Scenario("point").cut_entry(0.01, buyers=buyers, sellers=sellers, sectors=[point["sector"]])
            worth = gain(economy, cut).headline[np.isin(PLACES, units_of(area))].sum() * 1e4
            assert worth == pytest.approx(point["exact_1_percent"], rel=1e-6)


@pytest.fixture(scope="module")
def terms(baseline: Baseline) -> np.ndarray:
    """Border terms of the traded sectors read from the tables alone, shape (sector, unit, unit)."""
    flows = baseline.flows[baseline.traded][:, :24, :24]
    km = table("distances.csv.gz", {"origin": UNITS, "destination": UNITS}, "value")
    with (FOLDER / "regions.csv").open(encoding="utf-8") as file:
        area = [float(row["area_km2"]) for row in csv.DictReader(file) if row["level"] == "unit"]
    np.fill_diagonal(km, 0.67 * np.sqrt(np.array(area) / np.pi))
    elasticity = distance_elasticity(flows=flows, distances=km, blocks=BLOCK_OF)
    assert elasticity.value == pytest.approx(TRUTH["planted"]["delta"], abs=1e-9)
    return border_terms(flows=flows, distances=km, blocks=BLOCK_OF, elasticity=elasticity.value).terms


def test_the_tables_give_back_the_walls_by_ordered_pair(terms):
    planted, blocks = TRUTH["planted"]["walls"], list(TRUTH["planted"]["blocks"])
    factor = [planted["sector_factor"][sector.code] for sector in nine_sectors() if not sector.local]
    for pair, wall in planted["by_year"]["3"].items():
        buyer, seller = (3 * blocks.index(block) for block in pair.split(">"))
        np.testing.assert_allclose(-terms[:, buyer, seller], wall * np.array(factor), atol=1e-9)


@pytest.mark.parametrize("theta", [3.0, 4.0, 8.0])
@pytest.mark.parametrize("area", ["demo_a", "demo_b"])
def test_depth_by_its_definition(economy, terms, area, theta):
    """From tables to walls to three counterfactual worlds: D at removable 1 and a quarter."""
    member = np.isin(UNITS, units_of(area))
    inside = member[:, None] & member[None] & (BLOCK_OF[:, None] != BLOCK_OF[None])
    outside = outside_level(terms, BLOCK_OF, member)
    world = economy.world.with_elasticities(theta)

    def welfare(cost: np.ndarray | float) -> float:
        barriers = np.ones(world.shares.shape)
        traded = np.ones((len(terms), 25, 25))
        traded[:, :24, :24] = np.where(inside, cost, 1.0)
        barriers[world.traded] = traded
        problem = prepare(world=world, shock=Shock(barriers=barriers))
        found = solve_problem(problem)
        assert found.converged
        after = accounts(problem, found.state)
        consumption, government, _ = world.purchases
        change = after.consumption / after.household_prices - consumption + government * (after.services[0] - 1.0)
        return float(change[:24][member].sum())

    lost = {"as_outsiders": -welfare(np.exp((terms - outside[:, None, None]) / theta)), "prohibitive": -welfare(np.inf)}
    wanted = next(row for row in TRUTH["answers"][area]["depth"]["3"] if row["theta"] == theta)["ordered"]["D"]
    for removable in (0.25, 1.0):
        gained = welfare(np.exp(removable * terms / theta))
        for base, a in lost.items():
            assert a / (a + gained) == pytest.approx(wanted[base][str(removable)], abs=DEPTH)


@pytest.mark.parametrize("year", [1, 2, 3])
@pytest.mark.parametrize("area", ["demo_a", "demo_b"])
def test_depth_from_the_tables(area, year):
    """Every cell of the grid: both readings, removable 0.1 to 1, and in year 3 every trade elasticity."""
    data = load("demo", year=year)
    found = depth(Economy.from_data(data), data.area(area))
    rows = {row["theta"]: row["ordered"]["D"] for row in TRUTH["answers"][area]["depth"][str(year)]}
    cells = [cell for cell in found.cells if cell.elasticity in rows]
    assert len(cells) == 8 * len(rows)
    for cell in cells:
        wanted = rows[cell.elasticity][cell.reading][str(cell.removable)]
        assert cell.value == pytest.approx(wanted, abs=DEPTH)
    assert found.stable
    assert found.annex["as_outsiders"] == pytest.approx(rows[4.0]["as_outsiders"]["1.0"], abs=DEPTH)
    assert found.annex["prohibitive"] == pytest.approx(rows[4.0]["prohibitive"]["1.0"], abs=DEPTH)


def test_what_the_prohibitive_reading_counts_is_the_realised_gain(data, economy):
    area = data.area("demo_a")
    realised = realised_gain(economy, area)
    assert depth(economy, area).achieved["prohibitive"] == pytest.approx(realised.total("headline"), rel=1e-8)


@pytest.mark.parametrize("area", ["demo_a", "demo_b"])
def test_the_ten_dearest_walls_of_the_blocks_in_order(data, economy, area):
    found = blocked_points(economy, within=data.area(area))
    answers = TRUTH["answers"][area]["blocked_points"]["blocks"]
    assert [(p.buyer, p.seller, p.sector) for p in found.head(10)] == [
        (a["buyer"], a["seller"], a["sector"]) for a in answers
    ]
    for point, answer in zip(found.head(10), answers, strict=True):
        assert point.slope * 1e4 == pytest.approx(answer["per_1_percent"], rel=1e-8)
        assert point.per_percent * 1e4 == pytest.approx(answer["exact_1_percent"], rel=1e-6)


@pytest.mark.parametrize("area", ["demo_a", "demo_b"])
def test_the_ten_dearest_pairs_of_units(data, economy, area):
    """The same slopes before they are added up to blocks."""
    found = blocked_points(economy, within=data.area(area), exact=0)
    dearest = np.sort(found.slopes.ravel())[::-1][:10]
    for slope, answer in zip(dearest, TRUTH["answers"][area]["blocked_points"]["units"], strict=True):
        at = SECTORS.index(answer["sector"]), PLACES.index(answer["buyer"]), PLACES.index(answer["seller"])
        assert found.slopes[at] == slope
        assert slope * 1e4 == pytest.approx(answer["per_1_percent"], rel=1e-8)


@pytest.mark.parametrize("area", ["demo_a", "demo_b"])
def test_the_game_among_blocks_is_the_planted_one(area):
    data = load("demo")
    economy = Economy.from_data(data)
    where = data.area(area)
    game = coalition_game(economy, Scenario("a tenth").cut_trade_cost(0.1, within=where), players=where)
    planted = TRUTH["answers"][area]["game_cut_10_percent"]
    assert list(game.regions) == planted["players"]
    assert game.worth == pytest.approx(np.array(planted["worth_by_mask"]), rel=1e-6, abs=1e-6)
    assert shapley(game).payoffs == pytest.approx(np.array(planted["shapley"]), rel=1e-6)
    assert game.player_gains()[-1].sum() == pytest.approx(game.worth[-1])
