"""The demonstration folder is remade byte for byte, adds up, and holds the truth it says it holds."""

from __future__ import annotations

import ast
import csv
import gzip
import importlib.util
import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from ronghe.base.sector import nine_sectors

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "src" / "ronghe" / "data" / "facts" / "demo"
SECTORS = [sector.code for sector in nine_sectors()]
UNITS = [f"D{u:02d}" for u in range(1, 25)]
PLACES = [*UNITS, "ROW"]
BLOCKS = [f"P{b}" for b in range(1, 9)]
TRADED = [j for j, sector in enumerate(nine_sectors()) if not sector.local]
ADDS_UP = 1e-11  # relative; figures are written in full double precision after a solve to 1e-13
HEAD_RIES = 1e-9  # log points; truth.json promises 1e-6
PAGE = 1e-6  # the three-region page prints six decimals


@pytest.fixture(scope="module")
def generator():
    spec = importlib.util.spec_from_file_location("make_demo", REPOSITORY / "scripts" / "make_demo.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_demo"] = module  # dataclasses look their module up by name
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def truth():
    return json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))


def rows(name: str) -> list[dict[str, str]]:
    path = FOLDER / name
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(text.decode().splitlines()))


def flows(name: str = "trade_exact.csv.gz") -> dict[int, np.ndarray]:
    """Tables by year, shape (sector, buyer, seller)."""
    tables = defaultdict(lambda: np.zeros((9, 25, 25)))
    for row in rows(name):
        at = SECTORS.index(row["sector"]), PLACES.index(row["destination"]), PLACES.index(row["origin"])
        tables[int(row["year"])][at] = float(row["value"])
    return dict(tables)


def facts() -> dict[tuple[int, str], np.ndarray]:
    held = defaultdict(lambda: np.zeros(24))
    for row in rows("facts.csv.gz"):
        held[int(row["year"]), row["indicator"]][UNITS.index(row["region"])] = float(row["value"])
    return dict(held)


def matrix(name: str, value: str) -> dict[str, np.ndarray]:
    tables = defaultdict(lambda: np.zeros((24, 24)))
    for row in rows(name):
        tables[row["year"]][UNITS.index(row["origin"]), UNITS.index(row["destination"])] = float(row[value])
    return dict(tables)


def content(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def test_the_folder_is_remade_byte_for_byte(generator, tmp_path):
    generator.write(generator.build(), tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(p.name for p in FOLDER.iterdir())
    changed = [path.name for path in sorted(tmp_path.iterdir()) if content(path) != content(FOLDER / path.name)]
    assert changed == []
    packed = [path for path in FOLDER.iterdir() if path.suffix == ".gz"]
    assert all(path.read_bytes()[3:8] == b"\0" * 5 for path in packed)  # no name inside, time stamp 0


def test_the_folder_stays_small_and_every_row_says_demonstration():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 700 * 1024
    for path in FOLDER.iterdir():
        if path.name != "truth.json":
            assert {row["status"] for row in rows(path.name)} == {"demonstration"}, path.name


def test_the_generator_uses_nothing_of_the_rooms_that_compute():
    for path in [REPOSITORY / "scripts" / "make_demo.py", *(REPOSITORY / "scripts" / "demo").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [name.name for name in node.names] if isinstance(node, ast.Import) else []
            assert not [n for n in names if n and n.startswith("ronghe") and not n.startswith("ronghe.base")], path.name


def test_home_made_exponential_and_logarithm_agree_with_the_system_to_the_last_bits(generator):
    x = np.linspace(-60, 60, 20001)
    np.testing.assert_allclose(generator.exp(x), np.exp(x), rtol=1e-15)
    positive = np.exp(np.linspace(-40, 40, 20001))
    found = generator.levels.log(positive)
    np.testing.assert_allclose(found, np.log(positive), rtol=5e-16, atol=1e-17)


@pytest.mark.parametrize("year", [1, 2, 3])
def test_sales_are_output_and_purchases_are_inputs_and_final_use(year):
    table, known = flows()[year], facts()
    shares, inputs = np.zeros((25, 9)), np.zeros((25, 9, 9))
    for row in rows("io_coefficients.csv.gz"):
        at = PLACES.index(row["region"]), SECTORS.index(row["sector"])
        shares[at] = float(row["value_added"])
        inputs[at] = [float(row[f"input_{s}"]) for s in SECTORS]
    np.testing.assert_allclose(shares + inputs.sum(axis=2), 1.0, atol=1e-12)
    uses = np.zeros((3, 25, 9))
    for row in rows("final_use.csv.gz"):
        if int(row["year"]) == year:
            at = PLACES.index(row["region"]), SECTORS.index(row["sector"])
            uses[:, at[0], at[1]] = [float(row[use]) for use in ("household", "government", "investment")]
    output, spending = table.sum(axis=1).T, table.sum(axis=2).T
    added = shares * output
    np.testing.assert_allclose(spending, uses.sum(axis=0) + np.einsum("njk,nj->nk", inputs, output), rtol=ADDS_UP)
    np.testing.assert_allclose(uses.sum(axis=(0, 2)), added.sum(axis=1), rtol=ADDS_UP)
    np.testing.assert_allclose(spending.sum(axis=1), output.sum(axis=1), rtol=ADDS_UP)  # no deficits
    for j, sector in enumerate(SECTORS):
        np.testing.assert_allclose(known[year, f"va_{sector}"], added[:24, j], rtol=ADDS_UP)
    np.testing.assert_allclose(known[year, "gdp"], added[:24].sum(axis=1), rtol=ADDS_UP)
    np.testing.assert_allclose(known[year, "fiscal_revenue"], uses[1, :24].sum(axis=1), rtol=ADDS_UP)
    assert known[year, "gdp"].sum() == pytest.approx({1: 90000, 2: 95000, 3: 100000}[year], rel=1e-9)
    assert not uses[1, :, :8].any()  # government buys other services only
    assert not uses[1, 24].any()


@pytest.mark.parametrize("year", [1, 2, 3])
def test_exact_flows_invert_to_the_planted_walls(year, truth):
    table, planted = flows()[year], truth["planted"]
    apart = matrix("distances.csv.gz", "value")[""]
    area = np.array([float(r["area_km2"]) for r in rows("regions.csv")[:24]])
    np.fill_diagonal(apart, 0.67 * np.sqrt(area / np.pi))
    km = np.log(apart)
    own = np.diagonal(km)
    far = km - (own[:, None] + own[None]) / 2
    wall = np.zeros((8, 8))
    for pair, value in planted["walls"]["by_year"][str(year)].items():
        buyer, seller = pair.split(">")
        wall[BLOCKS.index(buyer), BLOCKS.index(seller)] = value
    both = np.repeat(np.repeat((wall + wall.T) / 2, 3, axis=0), 3, axis=1)
    for j in TRADED:
        x = table[j, :24, :24]
        home = np.diagonal(x)
        read = -0.5 * np.log(x * x.T / np.outer(home, home)) - planted["delta"] * far
        factor = planted["walls"]["sector_factor"][SECTORS[j]]
        np.testing.assert_allclose(read, both * factor, atol=HEAD_RIES)
    # The only asymmetry that flows can tell: what differs between directions adds up to 0 for every block.
    np.testing.assert_allclose((wall - wall.T).sum(axis=1), 0.0, atol=1e-12)


def test_the_noise_is_the_noise_that_was_promised():
    exact, noisy = flows(), flows("trade_noisy.csv.gz")
    local = [j for j in range(9) if j not in TRADED]
    for year in (1, 2, 3):
        error = np.log(noisy[year][TRADED] / exact[year][TRADED])
        assert error.std() == pytest.approx(0.05, rel=0.05)
        assert abs(error.mean()) < 0.003
        np.testing.assert_allclose(noisy[year][local], exact[year][local], rtol=1e-6)


def test_people_add_up_to_the_person_and_moves_lead_from_year_to_year(truth):
    stock, moved = (matrix(f"migration_{kind}.csv.gz", "persons") for kind in ("stock", "moves"))
    known = facts()
    registered = np.array([truth["planted"]["registered_persons"][u] for u in UNITS])
    for year in (1, 2, 3):
        np.testing.assert_array_equal(stock[str(year)].sum(axis=1), registered)
        np.testing.assert_array_equal(stock[str(year)].sum(axis=0), known[year, "population"])
    for year in (2, 3):
        net = moved[str(year)].sum(axis=0) - moved[str(year)].sum(axis=1)
        np.testing.assert_array_equal(known[year, "population"] - known[year - 1, "population"], net)


def test_odds_of_staying_read_the_planted_migration_wedges(truth):
    """ln(m_on m_no / (m_oo m_nn)) = -kappa (ln mu_on + ln mu_no): incomes and amenities cancel out."""
    planted = truth["planted"]
    cost = np.array(planted["log_migration_wedges"])
    for stock in matrix("migration_stock.csv.gz", "persons").values():
        stay = np.diagonal(stock)
        odds = np.log(stock * stock.T / np.outer(stay, stay))
        few = np.minimum(stock, stock.T)
        allowed = 1e-6 + 1.2 / few  # at most half a person of rounding, either way, in either cell
        assert (np.abs(odds + planted["kappa"] * (cost + cost.T)) <= allowed).all()


def test_the_merely_added_area_is_as_walled_inside_as_outside_and_has_depth_zero(truth):
    planted = truth["planted"]
    for year in ("1", "2", "3"):
        wall = planted["walls"]["by_year"][year]
        mean = planted["walls"]["outside_mean"]["demo_b"][year]
        for pair in ("P4>P5", "P5>P4", "P4>P6", "P6>P4", "P5>P6", "P6>P5"):
            assert wall[pair] == pytest.approx(mean, abs=1e-11)
    for answers in truth["answers"]["demo_b"]["depth"].values():
        for row in answers:
            assert abs(row["ordered"]["D"]["as_outsiders"]["1.0"]) < 1e-9
            assert 0.1 < row["ordered"]["D"]["prohibitive"]["1.0"] < 0.4


def test_the_partly_fused_area_has_a_depth_whose_sign_is_stable(truth):
    walls = truth["planted"]["walls"]["by_year"]["3"]
    inside = [walls[f"{a}>{b}"] for a in BLOCKS[:4] for b in BLOCKS[:4] if a != b]
    assert 0.3 <= min(inside) < max(inside) <= 0.9
    depth = truth["answers"]["demo_a"]["depth"]
    assert [row["theta"] for row in depth["3"]] == [3, 4, 5, 6, 8]
    for row in depth["3"]:
        for reading in ("ordered", "symmetric"):
            for base in ("as_outsiders", "prohibitive"):
                values = list(row[reading]["D"][base].values())
                assert 0 < min(values) < max(values) < 1
                assert values == sorted(values, reverse=True)  # the more removable, the smaller the part realised
    # One wall falls over the years, so the area fuses.
    at_four = {year: next(r for r in rows if r["theta"] == 4) for year, rows in depth.items()}
    deep = [at_four[year]["ordered"]["D"]["as_outsiders"]["1.0"] for year in "123"]
    assert deep == sorted(deep)


def test_every_answer_comes_with_a_tolerance_a_method_and_a_definition_in_both_languages(truth):
    for area in ("demo_a", "demo_b"):
        assert set(truth["answers"][area]) == {"depth", "gains", "blocked_points", "game_cut_10_percent"}
        for points in truth["answers"][area]["blocked_points"].values():
            values = [p["per_1_percent"] for p in points]
            assert len(points) == 10
            assert values == sorted(values, reverse=True)
            # The slope and the exact re-solve of a 1 % cut differ only by curvature.
            assert all(0.97 < p["per_1_percent"] / p["exact_1_percent"] < 1.0 for p in points)
    for key in ("depth", "gains", "blocked_points", "game_cut_10_percent", "walls_head_ries", "migration"):
        assert truth["tolerances"][key]["tolerance"] > 0
        assert truth["tolerances"][key]["method"]
    assert all(words["zh"] and words["en"] for words in truth["definitions"].values())
    assert truth["status"] == "demonstration"


def test_the_answers_agree_among_themselves(truth):
    """Depth, gains and the game are three routes to some of the same worlds."""
    for answers in truth["answers"].values():
        row = next(r for r in answers["depth"]["3"] if r["theta"] == 4)
        walls = answers["gains"]["between_blocks"]["realised_gain"]
        assert row["ordered"]["A"]["prohibitive"] == pytest.approx(
            walls["members"]["household"] + walls["members"]["services"], rel=1e-9
        )
        cut = answers["gains"]["between_blocks"]["cut_10_percent"]
        game = answers["game_cut_10_percent"]
        assert game["worth_by_mask"][-1] == pytest.approx(cut["members"]["payable"], rel=1e-9)
        assert sum(game["shapley"]) == pytest.approx(game["worth_by_mask"][-1], rel=1e-11)
        for money in (walls, cut):
            total = sum(money["by_block"][block]["household"] for block in game["players"])
            assert total == pytest.approx(money["members"]["household"], rel=1e-9)


def test_the_levels_model_finds_the_three_region_page(generator):
    """MODEL section 16: A, B, rest of the world; T traded, S not; no inputs; capital 0.4; tax 20 %; theta 4."""
    levels, bought = generator.levels, np.array([[75.0, 15, 10], [15, 75, 10], [10, 10, 380]])
    own = np.diag([100.0, 100, 400])
    income = np.array([200.0, 200, 800])
    free = np.stack([bought / bought.sum(axis=1, keepdims=True), own / own.sum(axis=1, keepdims=True)], axis=-1)
    country = levels.Country(
        theta=4.0,
        factors=np.array([0.6 * income, 0.4 * income]),
        factor_shares=np.array([[0.6, 0.6], [0.4, 0.4]]),
        technology=np.zeros((3, 2)),
        freeness=free,
        value_added=np.ones((3, 2)),
        inputs=np.zeros((3, 2, 2)),
        tax_rate=np.full(3, 0.2),
        consumption_share=np.ones(3),
        household=np.tile([0.625, 0.375], (3, 1)),
        government=np.tile([0.0, 1.0], (3, 1)),
        investment=np.tile([0.5, 0.5], (3, 1)),
        world_income=1200.0,
    )
    nothing, output = np.zeros((1, 3, 2)), np.stack([bought.sum(axis=0), own.sum(axis=0)], axis=-1)[None]
    start = levels.World(np.ones((1, 2, 3)), nothing, nothing, output, nothing, income[None], 0, 0.0)
    now = levels.solve(country, start=start)
    np.testing.assert_allclose(now.rewards, 1.0, atol=1e-12)
    cut, one_way, closed = np.ones((3, 3, 3, 2))
    cut[[0, 1], [1, 0], 0] = 0.9**-4
    one_way[0, 1, 0] = 0.9**-4
    closed[[0, 1], [1, 0], 0] = 0.0
    money = levels.columns(country, now, levels.solve(country, np.array([cut, one_way, closed]), now))
    expected = [[1.989052, 1.989052, -0.176582], [1.054144, 0.789721, -0.065894], [-4.227700, -4.227700, 0.404750]]
    np.testing.assert_allclose(money["household"], expected, atol=PAGE)
    payable = [[1.976410, 1.976410], [1.031441, 0.802006], [-4.286197, -4.286197]]
    np.testing.assert_allclose(money["payable_world"][:, :2], payable, atol=PAGE)
    np.testing.assert_allclose(money["services"][[0, 2]], 0.0, atol=PAGE)
