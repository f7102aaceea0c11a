import pytest

from ronghe.base.cell import Cell
from ronghe.base.spread import Spread
from ronghe.base.text import Text
from ronghe.report.sentences import names, tell

AREA = Cell("area", Text("长三角", "Yangtze River Delta"), "text", "computed")


def gain(kind: str) -> dict[str, Cell]:
    cells = [
        AREA,
        Cell("realised", 1234.0, "money", "estimated", Spread(kind, 1000.0, 1500.0)),
        Cell("realised_gdp", 0.0123, "percent", "estimated"),
    ]
    return {cell.key: cell for cell in cells}


def test_a_spread_prints_its_own_word():
    band = tell("H7", "H7", gain("band")).text
    assert "情景带 1000" in band.zh
    assert "区间" not in band.zh
    interval = tell("H7", "H7", gain("interval")).text
    assert "区间 1000" in interval.zh
    assert "interval" in interval.en
    assert "scenario band" not in interval.en


def test_a_sentence_ends_with_the_weakest_status_of_its_figures():
    told = tell("H7", "H7", gain("band"))
    assert told.text.zh.endswith("〔估算〕")
    assert told.text.en.endswith("[estimated]")
    assert tell("H14", "H14", {}).status is None


def test_the_demonstration_says_so_first():
    told = tell("H14", "H14", {}, demonstration=True).text
    assert told.zh.startswith("〔演示数据〕")
    assert told.en.startswith("[Demonstration]")


def test_every_number_is_recorded_as_it_was_printed():
    told = tell("H7", "H7", gain("band"))
    assert {(p.lang, p.cell) for p in told.printed} == {
        (lang, cell) for lang in ("zh", "en") for cell in ("realised", "realised_gdp")
    }
    assert all(p.text in told.text.of(p.lang) for p in told.printed)


@pytest.mark.parametrize(("value", "zh", "en"), [(0.0909, "增加9.09%", "+9.09%"), (-0.02, "减少2.00%", "−2.00%")])
def test_a_change_says_its_direction(value, zh, en):
    cells = {
        "area": AREA,
        "pop_2010": Cell("pop_2010", 2.16e8, "people", "observed"),
        "pop_2020": Cell("pop_2020", 2.35e8, "people", "observed"),
        "region": AREA,
        **{key: Cell(key, value, "percent", "observed") for key in ("pop_change", "pop_change_31")},
    }
    told = tell("H1", "H1_one", cells)
    assert zh in told.text.zh
    assert en in told.text.en


def test_lists_of_names_read_as_each_language_writes_them():
    found = [Text("沪", "Shanghai"), Text("苏", "Jiangsu"), Text("皖", "Anhui")]
    assert names(found) == Text("沪、苏、皖", "Shanghai, Jiangsu and Anhui")
    assert names([]) == Text("", "")
