"""A table of trade, whole or in part: what is given stays as it is, the rest is estimated, each with its label."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from offices import DELTA, embedded, estimated, inside, noisy, rows_of, written

from ronghe.base.errors import DataFault, ParameterFault, VintageFault
from ronghe.data import load, save
from ronghe.data.own.held import LEAST_FREE

few = settings(max_examples=6, deadline=None)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A data set of which every pair is given."""
    return load(written(tmp_path_factory.mktemp("whole"), rows_of(flows=noisy(1))))


@pytest.fixture(scope="module")
def part(tmp_path_factory):
    """A data set of which the industry of four provinces is given, between them and with themselves."""
    return load(written(tmp_path_factory.mktemp("part"), rows_of(inside(sectors=("industry",)), flows=noisy(2))))


def identities(base):
    """Return the largest relative gaps of uses and of incomes."""
    output, bought = base.flows.sum(axis=1).T, base.flows.sum(axis=2).T
    final = base.household + base.government + base.investment
    used = final + np.einsum("njk,nk->nj", base.input_shares, output)
    income = (base.value_added_shares * output).sum(axis=1) + base.transfers + base.external
    return (
        np.abs(used - bought).max() / bought.max(),
        (np.abs(income - final.sum(axis=1)) / income).max(),
        np.abs(base.value_added_shares + base.input_shares.sum(axis=1) - 1)[output > 0].max(),
    )


def test_a_whole_table_is_the_trade_of_the_baseline(whole):
    base = whole.baseline
    given_cells = noisy(1)[:, :-1]
    assert (base.flows[:, :-1] == given_cells).all()
    assert max(identities(base)) < 1e-9
    assert whole.status == base.pair_status == "observed"
    assert list(whole.draws(3)) == []


def test_value_added_stays_that_of_the_accounts(whole):
    made = (whole.baseline.value_added_shares * whole.baseline.flows.sum(axis=1).T)[:-1]
    for n, code in enumerate(whole.codes):
        for j, sector in enumerate(whole.sectors):
            assert made[n, j] == pytest.approx(whole.value(f"va_{sector.code}", code), rel=1e-12)


def test_a_whole_table_opens_what_the_estimate_cannot_tell(whole):
    opened = {key for key, value in whole.identifies.items() if value and not embedded().identifies[key]}
    assert {"pair_flows", "pair_walls", "depth", "blocked_points"} <= opened
    assert not [key for key, value in embedded().identifies.items() if value and not whole.identifies[key]]


@pytest.mark.parametrize("made_by", ["model", "unknown"])
def test_cells_that_a_model_made_open_nothing(tmp_path, made_by):
    data = load(written(tmp_path / "t", rows_of(made_by=made_by)))
    assert not data.identifies["pair_walls"]
    assert not data.identifies["depth"]
    assert data.baseline.pair_status == "estimated"


def test_cells_that_are_given_are_held_and_the_others_keep_their_margins(part):
    base, at = part.baseline, [part.codes.index(code) for code in DELTA]
    industry = base.sectors.index("industry")
    assert (base.flows[industry][np.ix_(at, at)] == noisy(2)[industry][np.ix_(at, at)]).all()
    untouched = [j for j in range(len(base.sectors)) if j != industry]
    assert np.allclose(base.flows[untouched], estimated().flows[untouched], rtol=1e-9)
    assert max(identities(base)) < 1e-9
    assert part.status == "estimated"
    assert base.observed is not None
    assert base.observed.sum() == 16


def test_the_label_follows_each_cell(part):
    seen = part.trace("trade", origin="310000", destination="320000", sector="industry")
    guessed = part.trace("trade", origin="110000", destination="320000", sector="industry")
    assert (seen.status, guessed.status) == ("observed", "estimated")
    assert seen.place.startswith("trade.csv!line ")
    assert len(seen.sha256) == 64
    assert guessed.sources
    assert not guessed.place


@few
@given(st.integers(0, 10**6), st.floats(0.05, 0.9))
def test_cells_of_the_estimate_itself_give_the_estimate_back(tmp_path_factory, seed, share):
    rng = np.random.default_rng(seed)
    rows = rows_of(lambda *_: rng.random() < share)
    base = load(written(tmp_path_factory.mktemp("same"), rows), allow_missing=True).baseline
    assert np.allclose(base.flows, estimated().flows, rtol=1e-7)
    assert np.allclose(base.household, estimated().household, rtol=1e-6, atol=1e-6)


@few
@given(st.integers(0, 10**6))
def test_deleting_a_cell_never_opens_a_key(tmp_path_factory, seed):
    rng = np.random.default_rng(seed)
    rows = rows_of(flows=noisy(1))
    fewer = [row for row in rows if rng.random() > 0.001]
    before = load(written(tmp_path_factory.mktemp("all"), rows)).identifies
    after = load(written(tmp_path_factory.mktemp("fewer"), fewer), allow_missing=True).identifies
    assert not [key for key, value in after.items() if value and not before[key]]


def test_draws_move_what_is_estimated_and_nothing_else(part):
    industry, at = part.baseline.sectors.index("industry"), [part.codes.index(code) for code in DELTA]
    drawn = list(part.draws(3, seed=1))
    for base in drawn:
        assert (base.flows[industry][np.ix_(at, at)] == part.baseline.flows[industry][np.ix_(at, at)]).all()
        assert max(identities(base)) < 1e-9
    assert not np.allclose(drawn[0].flows, drawn[1].flows)


def codes_of(raised) -> set[str]:
    return {fault.code for fault in raised.value.faults}


def test_flows_in_another_unit_are_refused_at_their_cell(tmp_path):
    rows = rows_of(inside(sectors=("industry",)), flows=1e4 * noisy(2))
    with pytest.raises(DataFault) as raised:
        _ = load(written(tmp_path / "t", rows)).baseline
    fault = raised.value.faults[0]
    assert fault.code == "E501"
    assert fault.place.startswith("trade.csv!line ")
    assert "亿元" in fault.text.zh
    assert "check unit" in fault.text.en.lower()


def test_a_region_without_accounts_is_still_abroad(tmp_path):
    rows = [*rows_of(inside()), (2023, "810000", "440000", "industry", 5.0, "basic", "register", "observed")]
    with pytest.raises(DataFault) as raised:
        load(written(tmp_path / "t", rows))
    assert codes_of(raised) == {"E507"}
    assert "香港" in str(raised.value)


def test_every_fault_of_a_folder_is_told_at_once(tmp_path):
    rows = rows_of(inside())
    rows[3] = (*rows[3][:5], "purchaser", *rows[3][6:])
    rows.append((2023, "820000", "440000", "industry", 5.0, "basic", "register", "observed"))
    folder = written(tmp_path / "t", rows)
    header = ("region", "year", "indicator", "value", "unit", "status", "source")
    written(folder, [("310000", 2023, "gdp", 50000.0, "亿元", "observed", "x")], "facts.csv", header)
    with pytest.raises(DataFault) as raised:
        load(folder)
    assert codes_of(raised) == {"E506", "E507"}
    assert len(raised.value.faults) == 3


def test_a_year_that_the_table_does_not_have_is_told(tmp_path):
    folder = written(tmp_path / "t", rows_of(inside()))
    with pytest.raises(DataFault) as raised:
        load(folder, year=2020)
    assert codes_of(raised) == {"E404"}


def test_a_year_of_which_nothing_can_be_estimated_is_told(tmp_path):
    folder = written(tmp_path / "t", rows_of(inside(), year=2021))
    with pytest.raises(ParameterFault, match=r"2021.*2021"):
        load(folder)


def test_a_whole_table_of_another_year_needs_the_facts_of_that_year(tmp_path):
    with pytest.raises(DataFault) as raised:
        load(written(tmp_path / "t", rows_of(year=2015)))
    assert codes_of(raised) == {"E404"}
    assert load(written(tmp_path / "u", rows_of(year=2021))).year == 2021


def test_own_figures_come_before_the_embedded_ones(tmp_path):
    header = ("region", "year", "indicator", "vintage", "value", "unit", "status", "source")
    rows = [("310000", 2023, "fiscal_revenue", "", 9999.0, "亿元", "observed", "our yearbook")]
    data = load(written(tmp_path / "t", rows, "facts.csv", header))
    fact = data.fact("fiscal_revenue", "上海")
    assert fact.value == 9999.0
    assert fact.provenance.place == "facts.csv!line 2, column value"
    assert data.value("fiscal_revenue", "江苏") == embedded().value("fiscal_revenue", "江苏")
    assert data.baseline.own_revenue[data.codes.index("310000")] == 9999.0


def test_a_folder_without_a_table_is_told(tmp_path):
    with pytest.raises(DataFault) as raised:
        load(tmp_path)
    assert codes_of(raised) == {"E105"}


def test_a_path_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ParameterFault, match=r"没有该文件"):
        load(tmp_path / "nothing")


def test_demonstration_rows_do_not_stand_over_the_embedded_data(tmp_path):
    with pytest.raises(DataFault) as raised:
        load(written(tmp_path / "t", rows_of(inside(), status="demonstration")))
    assert "E509" in codes_of(raised)


@pytest.fixture(scope="module")
def earlier(tmp_path_factory):
    """A whole table of 2017 whose pattern is not that of the estimate."""
    return written(tmp_path_factory.mktemp("earlier"), rows_of(flows=0.6 * noisy(5, 0.5), year=2017))


def test_an_earlier_table_is_carried_to_the_margins_of_the_base_year(earlier):
    data = load(earlier, year=2023, update=True)
    base, inland = data.baseline, np.s_[:, :-1, :-1]
    assert np.allclose(base.flows[inland].sum(axis=2), estimated().flows[inland].sum(axis=2), rtol=1e-8)
    assert np.allclose(base.flows[inland].sum(axis=1), estimated().flows[inland].sum(axis=1), rtol=1e-8)
    # RAS keeps the products of cross ratios of the seed.
    old, new = noisy(5, 0.5)[1, :31, :31], base.flows[1, :31, :31]
    cross = [table[0, 1] * table[2, 3] / (table[0, 3] * table[2, 1]) for table in (old, new)]
    assert cross[0] == pytest.approx(cross[1], rel=1e-8)
    assert data.status == "estimated"
    assert max(identities(base)) < 1e-9


def test_an_earlier_table_carried_forward_opens_no_walls(earlier):
    data = load(earlier, year=2023, update=True)
    assert not data.identifies["pair_walls"]
    assert data.identifies["realised_gain"]
    assert "RAS" in data.trade_title.zh
    assert len(list(data.draws(2))) == 2


def test_bands_of_cells_hold_the_given_ones_still(part):
    low, high = part.flow_bands(20)
    held = part.baseline.observed
    assert (low[held] == high[held]).all()
    free = ~held & (part.baseline.flows > 0)
    assert (low[free] <= high[free]).all()
    assert (low[free] < high[free]).mean() > 0.9


@few
@given(st.floats(0.5, 1.45), st.floats(0.001, 0.02))
def test_what_is_estimated_moves_evenly_with_what_is_given(tmp_path_factory, level, step):
    base = estimated()
    n, j = base.regions.index("310000"), base.sectors.index("industry")
    totals = []
    for scale in (level, level + step):
        cells = rows_of(
            lambda sector, buyer, seller: (
                sector == "industry" and buyer == "310000" and seller not in ("310000", "ROW")
            ),
            flows=scale * base.flows,
        )
        found = load(written(tmp_path_factory.mktemp("k"), cells)).baseline.flows[j, n]
        totals.append((found[n], found[:31].sum()))
        assert LEAST_FREE - 1e-3 <= found[n] / base.flows[j, n, n] <= 1 / LEAST_FREE + 1e-3
    given_before = base.flows[j, n, :31].sum() - base.flows[j, n, n]
    for before, after in zip(*totals, strict=True):
        assert abs(after - before) <= 2.0 * step * given_before + 1e-6 * before


def test_sectors_that_the_baseline_has_no_place_for_are_told(tmp_path):
    folder = written(tmp_path / "t", rows_of(inside(sectors=("industry",))))
    written(folder, [("second", "第二产业", "Secondary", "yes")], "sectors.csv", ("sector", "zh", "en", "traded"))
    with (folder / "trade.csv").open("a", encoding="utf-8") as file:
        file.write("2023,310000,320000,second,5.0,basic,register,observed\n")
    with pytest.raises(DataFault) as raised:
        load(folder)
    assert codes_of(raised) == {"E311"}


def test_a_part_of_a_table_asks_for_a_band_and_for_the_rest(part, whole):
    assert part.identification("realised_gain").band
    assert not whole.identification("realised_gain").band
    rows = {row.table: row for row in part.coverage()}
    assert not rows["trade"].have
    assert {row.table: row for row in whole.coverage()}["trade"].have


def test_own_figures_of_another_vintage_come_first(tmp_path):
    header = ("region", "year", "indicator", "vintage", "value", "unit", "status", "source")
    rows = [("310000", 2023, "retail_sales", mark, 9999.0, "亿元", "observed", "our yearbook") for mark in ("y2023",)]
    data = load(written(tmp_path / "t", rows, "facts.csv", header))
    assert data.value("retail_sales", "上海") == 9999.0


@pytest.mark.parametrize("value", ["—", "5"])
def test_a_figure_that_is_said_to_be_missing_opens_nothing(tmp_path, value):
    header = ("year", "origin", "destination", "group", "persons", "definition", "status")
    names = embedded().codes
    rows = [(2022, a, b, "all", value, "yearly move", "observed") for a in names for b in names if a != b]
    data = load(written(tmp_path / "m", rows, "migration.csv", header), allow_missing=True)
    assert data.identifies["migration_moves"] == (value == "5")
    one = [row for row in rows if row[1] == ("110000" if row[2] != "110000" else "120000")]
    assert not load(written(tmp_path / "n", one, "migration.csv", header), allow_missing=True).identifies[
        "migration_moves"
    ]


FACTS = ("region", "year", "indicator", "value", "unit", "status", "source")


def test_figures_of_every_region_are_a_vintage_of_their_own(tmp_path):
    rows = [(code, 2023, "gdp", 100.0, "亿元", "observed", "x") for code in embedded().codes]
    data = load(written(tmp_path / "t", rows, "facts.csv", FACTS))
    assert data.fact("gdp", "上海").vintage == "own"
    with pytest.raises(VintageFault):
        data.figures.change("gdp", "310000", 2022, 2023)
    assert load(save(data, tmp_path / "set")).fact("gdp", "上海").vintage == "own"


def test_a_set_with_gaps_let_through_says_so(tmp_path):
    rows = [(code, 2023, "retail_sales", 100.0, "亿元", "observed", "x") for code in embedded().codes[1:]]
    folder = written(tmp_path / "t", rows, "facts.csv", FACTS)
    with pytest.raises(DataFault) as raised:
        load(folder)
    assert codes_of(raised) == {"E403"}
    data = load(folder, allow_missing=True)
    assert "未要求补齐" in data.name.zh
    assert load(save(data, tmp_path / "set")).name == data.name


def test_two_files_that_say_the_same_count_once(tmp_path):
    rows = [("310000", 2023, "retail_sales", 100.0, "亿元", "observed", "x")]
    written(tmp_path / "t", rows, "facts.csv", FACTS)
    data = load(written(tmp_path / "t", rows, "panel.csv", FACTS))
    assert data.value("retail_sales", "上海") == 100.0
    written(tmp_path / "t", [(*rows[0][:3], 200.0, *rows[0][4:])], "panel.csv", FACTS)
    with pytest.raises(DataFault) as raised:
        load(tmp_path / "t")
    assert codes_of(raised) == {"E402"}
    assert raised.value.faults[0].place == "panel.csv!line 2, column value"


def test_net_outflow_by_the_accounts_takes_the_place_of_the_fiscal_gap(tmp_path):
    names = (
        "region",
        "year",
        "household",
        "government",
        "fixed_capital",
        "inventories",
        "net_outflow",
        "vintage",
        "status",
    )
    codes, rng = embedded().codes, np.random.default_rng(0)
    outflow = 0.1 * rng.standard_normal(31) * np.array([embedded().value("gdp", code) for code in codes])
    rows = [
        (code, 2023, 1.0, 1.0, 1.0, 1.0, float(out), "own", "observed")
        for code, out in zip(codes, outflow, strict=True)
    ]
    data = load(written(tmp_path / "t", rows, "expenditure_accounts.csv", names))
    base = data.baseline
    assert data.identifies["transfers"]
    assert abs(base.transfers.sum()) < 1e-6
    inflow = base.transfers[:-1] + base.external[:-1]
    made = (base.value_added_shares * base.flows.sum(axis=1).T)[:-1].sum(axis=1)
    # Net inflow is less the outflow, but for what the accounts of all regions leave over, spread by GDP.
    rest = (inflow + outflow) / made
    assert np.allclose(rest, rest[0])
    assert any("支出法" in title.zh for title, _ in base.statuses)


def test_own_distances_shape_the_estimate(tmp_path):
    names = ("origin", "destination", "mode", "measure", "year", "value", "directed", "status")
    codes = embedded().codes
    rows = [(a, b, "road", "km", 2023, 100.0, "yes", "observed") for a in codes for b in codes if a != b]
    data = load(written(tmp_path / "t", rows, "distances.csv", names))
    flows = data.baseline.flows[1, :31, :31]
    assert not np.allclose(flows, estimated().flows[1, :31, :31], rtol=1e-3)
    # Without distance the cross ratios of the cells off the diagonal are 1.
    assert flows[0, 1] * flows[2, 3] == pytest.approx(flows[0, 3] * flows[2, 1], rel=1e-8)


def test_sales_below_value_added_count_at_the_share_of_the_nation(tmp_path):
    base = estimated()
    n, j = base.regions.index("310000"), base.sectors.index("finance")
    flows = base.flows.copy()
    flows[j, :, n] *= 0.5
    data = load(written(tmp_path / "t", rows_of(flows=flows)))
    assert (data.baseline.flows[:, :31] == flows[:, :31]).all()
    assert data.baseline.value_added_shares[n, j] == pytest.approx(base.value_added_shares[n, j], rel=1e-9)
    assert any("上海的金融业" in flag.zh and "Shanghai" in flag.en for flag in data.baseline.flags)
    assert max(identities(data.baseline)) < 1e-9
    flows[j, :, n] *= 0.1
    with pytest.raises(DataFault) as raised:
        load(written(tmp_path / "u", rows_of(flows=flows)))
    assert codes_of(raised) == {"E501"}
