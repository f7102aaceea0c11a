"""What the data can tell, key by key, and the laws that keep it honest."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ronghe.base.errors import UnknownTerm
from ronghe.data import Dataset, Holding, identify, load, schema
from ronghe.data.identifies import MADE, RULES, keys

REGIONS = ("a", "b", "c")
PAIRS = frozenset((n, i) for n in REGIONS for i in REGIONS)
OPEN = {"realised_gain", "stated_cut_gain", "circulation", "relative_prices", "migration_stock", "service_kinds"}
WALLS = ("pair_flows", "pair_walls", "depth", "blocked_points")


def observed(**changed: object) -> Holding:
    whole = Holding("trade", "observed", frozenset({2023}), "register", frozenset(REGIONS), PAIRS)
    return replace(whole, **changed)  # type: ignore[arg-type]


def answers(*holdings: Holding, members: tuple[str, ...] | None = None) -> dict[str, bool]:
    found = identify(holdings, regions=REGIONS, year=2023, members=members)
    return {key: one.value for key, one in found.items()}


@pytest.mark.parametrize("year", [2023, 2020, 2019])
def test_the_default_tells_exactly_this(year: int) -> None:
    found = load(year=year).identifies
    assert {key for key, value in found.items() if value} == OPEN
    assert set(found) == set(RULES) == set(keys())


def test_what_rests_on_the_estimate_needs_a_band(data: Dataset) -> None:
    banded = {key for key in data.identifies if data.identification(key).band}
    assert banded == {"realised_gain", "stated_cut_gain", "circulation"}


def test_every_closed_key_gives_its_reason_and_names_a_known_table(data: Dataset) -> None:
    for key, value in data.identifies.items():
        one = data.identification(key, area="长三角")
        assert one.reason.zh
        assert one.reason.en
        assert one.title.zh
        if value:
            assert one.unlocks == ()
        elif key != "obligations":
            assert one.unlocks
            for table in one.unlocks:
                assert schema(table).fields


def test_the_demonstration_opens_what_its_tables_open(demo: Dataset) -> None:
    for key in (*WALLS, "migration_stock", "migration_moves", "realised_gain"):
        assert demo.identifies[key], key
        assert demo.identification(key, area="示范甲").value


def test_observed_pairs_open_the_walls() -> None:
    found = answers(observed())
    assert all(found[key] for key in WALLS)


@pytest.mark.parametrize("status", ["estimated", "assumed"])
@pytest.mark.parametrize("made", ["register", "survey", "freight", "mixed"])
def test_no_estimated_cell_opens_a_wall(status: str, made: str) -> None:
    found = answers(observed(status=status, made_by=made))
    assert not any(found[key] for key in WALLS)
    assert found["realised_gain"]


@pytest.mark.parametrize("made", ["model", "unknown", ""])
def test_a_published_table_made_by_formula_opens_no_wall(made: str) -> None:
    assert made not in MADE
    found = answers(observed(made_by=made))
    assert not any(found[key] for key in WALLS)


def test_walls_need_home_flows() -> None:
    found = answers(observed(pairs=PAIRS - {("a", "a")}))
    assert found["pair_flows"]
    assert not found["pair_walls"]
    assert not found["depth"]


def test_a_table_of_one_area_answers_there_only() -> None:
    inner = frozenset((n, i) for n in ("a", "b") for i in ("a", "b"))
    partly = observed(pairs=inner, regions=frozenset({"a", "b"}))
    assert answers(partly, members=("a", "b"))["pair_walls"]
    assert not answers(partly, members=("a", "c"))["pair_walls"]
    assert not answers(partly)["pair_walls"]
    # Depth also needs the walls between members and outsiders.
    assert not answers(partly, members=("a", "b"))["depth"]
    assert answers(observed(), members=("a", "b"))["depth"]


def test_one_region_has_no_walls_and_no_depth() -> None:
    found = answers(observed(), members=("a",))
    assert not found["pair_walls"]
    assert not found["depth"]


def test_moves_count_only_if_recent_and_into_everywhere() -> None:
    moves = Holding(
        "migration", "observed", frozenset({2020}), regions=frozenset(REGIONS), kinds=frozenset({"last residence"})
    )
    assert answers(moves)["migration_moves"]
    assert not answers(replace(moves, years=frozenset({2015})))["migration_moves"]
    assert not answers(replace(moves, regions=frozenset({"a"})))["migration_moves"]


def test_an_unknown_key_names_the_nearest(data: Dataset) -> None:
    with pytest.raises(UnknownTerm) as fault:
        data.identification("pair_wall")
    assert "pair_walls" in fault.value.nearest


TABLES = (
    "trade",
    "io_intermediate",
    "prices",
    "migration",
    "employment",
    "public_services",
    "fiscal_accounts",
    "expenditure_accounts",
    "firm_links",
    "knowledge_flows",
    "zoning",
    "policies",
    "durations",
)
KINDS = (
    "last residence",
    "hukou",
    "skilled",
    "other",
    "education",
    "health",
    "land_sales",
    "transfers_general",
    "c5",
    "c6",
)


@st.composite
def holdings(draw: st.DrawFn) -> Holding:
    return Holding(
        draw(st.sampled_from(TABLES)),
        draw(st.sampled_from(("observed", "computed", "estimated", "assumed", "user"))),
        draw(st.frozensets(st.sampled_from((2010, 2020, 2023)), max_size=3)),
        draw(st.sampled_from((*MADE, "model", "unknown"))),
        draw(st.frozensets(st.sampled_from(REGIONS))),
        draw(st.frozensets(st.sampled_from(sorted(PAIRS)), min_size=5)),
        draw(st.frozensets(st.sampled_from(KINDS))),
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(holdings(), max_size=5), holdings())
def test_an_added_table_never_closes_a_key(held: list[Holding], more: Holding) -> None:
    before, after = answers(*held), answers(*held, more)
    assert all(after[key] for key, value in before.items() if value)


@settings(max_examples=60, deadline=None)
@given(st.lists(holdings(), min_size=1, max_size=4), st.data())
def test_deleting_cells_never_opens_a_key(held: list[Holding], data: st.DataObject) -> None:
    one = held[0]
    less = replace(
        one,
        pairs=data.draw(st.frozensets(st.sampled_from(sorted(one.pairs)))),
        regions=frozenset(list(one.regions)[:-1]),
        kinds=frozenset(list(one.kinds)[:-1]),
    )
    before, after = answers(*held), answers(less, *held[1:])
    assert not any(value and not before[key] for key, value in after.items())


EVERYWHERE = ("a", "b", "c", "d")
FULL = {
    "years": frozenset({2020, 2023}),
    "kinds": frozenset(
        {
            *("last residence", "hukou", "skilled", "other", "education", "health", "land_sales"),
            *("transfers_general", "awards", "insider", "outsider", "c5", "c6"),
        }
    ),
}


def covering(table: str, regions: tuple[str, ...]) -> Holding:
    """A register of one table, whole for some regions."""
    pairs = frozenset((n, i) for n in regions for i in regions)
    return Holding(table, "observed", made_by="register", regions=frozenset(regions), pairs=pairs, **FULL)


@pytest.mark.parametrize("key", [key for key, row in keys().items() if row["unlocks"]])
def test_the_register_says_which_tables_a_key_needs_of_the_whole_country(key: str) -> None:
    """A table is nationwide for a key if cells of the members alone do not open it and cells of everyone do."""
    tables = set(keys()[key]["unlocks"].split()) | {"trade"}
    for table in tables:
        others = [covering(other, EVERYWHERE) for other in tables - {table}]
        if table in ("trade", "io_intermediate"):
            others = [one for one in others if one.table not in ("trade", "io_intermediate")]

        def answered(regions: tuple[str, ...], table: str = table, others: list[Holding] = others) -> bool:
            found = identify([*others, covering(table, regions)], regions=EVERYWHERE, year=2023, members=("a", "b"))
            return found[key].value

        needed = not answered(("a", "b")) and answered(EVERYWHERE)
        assert needed == (table in keys()[key]["nationwide"].split()), (key, table)
        if needed:
            assert keys()[key]["why_zh"]
            assert keys()[key]["why_en"]


def test_with_one_member_the_facts_of_another_come_first(data: Dataset) -> None:
    depth = data.identification("depth", area="大湾区")
    assert depth.unlocks == ("facts", "trade", "io_intermediate")
    assert "只有1个成员有数据" in depth.reason.zh
    assert "only 1 member has data" in depth.reason.en
    gained = data.identification("realised_gain", area="大湾区")
    assert (gained.value, gained.unlocks) == (False, ("facts",))


def test_nothing_unlocks_the_inside_of_a_single_region(data: Dataset) -> None:
    for key in ("depth", "realised_gain", "relative_prices"):
        found = data.identification(key, area="沪")
        assert (found.value, found.unlocks) == (False, ())
        assert "只有一个地区" in found.reason.zh
    assert data.identification("drain", area="沪").unlocks == ("migration", "public_services")


@pytest.mark.parametrize("key", [key for key, row in keys().items() if row["unlocks"]])
def test_a_closed_key_opens_with_the_tables_of_its_register(key: str) -> None:
    closed = identify([], regions=EVERYWHERE, year=2023)[key]
    assert closed.unlocks == tuple(keys()[key]["unlocks"].split())
    assert identify([covering(table, EVERYWHERE) for table in closed.unlocks], regions=EVERYWHERE, year=2023)[key].value


def test_a_table_that_is_held_is_not_asked_for(data: Dataset, demo: Dataset) -> None:
    assert demo.identification("drain", area="示范甲").unlocks == ("public_services",)
    # Of the moves the default holds a part only, so the table is still asked for.
    assert data.identification("drain", area="长三角").unlocks == ("migration", "public_services")


@settings(max_examples=60, deadline=None)
@given(st.lists(holdings(), max_size=4))
def test_whatever_is_held_the_tables_asked_for_open_the_key(held: list[Holding]) -> None:
    for key, one in identify(held, regions=REGIONS, year=2023).items():
        if not one.value and key != "obligations":
            assert one.unlocks, key
            more = [covering(table, REGIONS) for table in one.unlocks]
            assert identify([*held, *more], regions=REGIONS, year=2023)[key].value, key
