"""The tile chart: what the layout keeps of the map, and what every tile says."""

import csv
import re
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ronghe.base.region import Region, find_region, provinces
from ronghe.base.text import Text
from ronghe.report.tilelegend import wrapped
from ronghe.report.tilemap import NO_DATA, NOT_A_MAP, Outline, layout, nesting, tile_map
from shared import shared

MEASURE = Text("得益", "Gain")
GAINS = {region.code: 0.001 * (at - 12) for at, region in enumerate(provinces()[:31])}
SMALL = {"310000": -0.00002, "320000": 0.013, "330000": -1e-17}
AREAS = {
    "京津冀": "京津冀",
    "长三角": "沪苏浙皖",
    "粤港澳": "粤港澳",
    "成渝": "川渝",
    "长江经济带": "沪苏浙皖赣鄂湘渝川贵云",
    "中部": "晋皖赣豫鄂湘",
    "西部": "蒙桂渝川贵云藏陕甘青宁新",
    "东北": "辽吉黑",
}
BY_CORNERS = {"黄河流域": "青川甘宁蒙晋陕豫鲁", "东部": "京津冀沪苏浙闽鲁粤琼"}


def places(names):
    return {layout(provinces())[find_region(name).code] for name in names}


def reached(tiles, *, corners):
    found, open_ = set(), [min(tiles)]
    while open_:
        row, column = open_.pop()
        found.add((row, column))
        steps = [(0, 1), (0, -1), (1, 0), (-1, 0)] + corners * [(1, 1), (1, -1), (-1, 1), (-1, -1)]
        open_ += [at for a, b in steps if (at := (row + a, column + b)) in tiles and at not in found]
    return found


def tiles_of(drawn):
    return [node for node in ElementTree.fromstring(drawn).iter() if node.attrib.get("class", "").startswith("tile ")]


def test_thirty_four_tiles_stand_at_thirty_four_places():
    assert len(set(layout(provinces()).values())) == len(provinces()) == 34


def test_sixty_of_sixty_eight_land_borders_are_kept():
    at = layout(provinces())
    with (shared("china_provinces") / "adjacency.csv").open(encoding="utf-8") as file:
        borders = [(row["a"], row["b"]) for row in csv.DictReader(file)]
    # The neighbour table also holds one pair across water, 粤琼.
    borders = [pair for pair in borders if set(pair) != {"440000", "460000"}]
    name = {region.code: region.abbr_zh for region in provinces()}
    lost = {
        frozenset((name[a], name[b])) for a, b in borders if max(abs(at[a][0] - at[b][0]), abs(at[a][1] - at[b][1])) > 1
    }
    assert (len(borders), len(lost)) == (68, 8)
    assert lost == {frozenset(pair) for pair in ["皖鄂", "陕豫", "蒙辽", "蒙吉", "蒙黑", "蒙甘", "冀辽", "新藏"]}


def test_north_is_above_south_and_west_is_left_of_east():
    """Of capitals two degrees or more apart, 99.6 % of pairs keep their order, on either axis."""
    at = layout(provinces())
    with (shared("china_provinces") / "provinces.csv").open(encoding="utf-8") as file:
        spots = {row["adcode"]: (-float(row["capital_lat"]), float(row["capital_lon"])) for row in csv.DictReader(file)}
    steps = [
        (spots[a][axis] - spots[b][axis], at[a][axis] - at[b][axis])
        for a, b in combinations(sorted(spots), 2)
        for axis in (0, 1)
    ]
    far = [apart * tiles >= 0 for apart, tiles in steps if abs(apart) > 2]
    assert sum(far) / len(far) == pytest.approx(0.996, abs=5e-4)


@pytest.mark.parametrize("area", AREAS)
def test_areas_hang_together_by_edges(area):
    tiles = places(AREAS[area])
    assert reached(tiles, corners=False) == tiles


@pytest.mark.parametrize("area", BY_CORNERS)
def test_two_areas_hang_together_by_corners_only(area):
    tiles = places(BY_CORNERS[area])
    assert reached(tiles, corners=True) == tiles
    assert reached(tiles, corners=False) != tiles


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_tile_is_there_says_its_figure_and_takes_focus(lang):
    drawn = tile_map(GAINS, lang, measure=MEASURE, status="estimated")
    tiles = tiles_of(drawn)
    assert len(tiles) == 34
    assert all(tile.attrib["tabindex"] == "0" and tile.attrib["role"] == "img" for tile in tiles)
    labels = [tile.attrib["aria-label"] for tile in tiles]
    expected = {"zh": "上海：−0.40%，第23位（共31），估算", "en": "Shanghai: −0.40%, rank 23 of 31, estimated"}
    assert expected[lang] in labels
    assert sum(label.endswith(NO_DATA.of(lang)) for label in labels) == 3
    assert NOT_A_MAP.of(lang) in drawn
    assert ("省级格阵图" if lang == "zh" else "Province tile chart") in drawn
    assert "中国地图" not in drawn


def test_a_loss_shows_without_colour():
    drawn = tile_map(GAINS, "zh", measure=MEASURE)
    for tile in tiles_of(drawn):
        kind = tile.attrib["class"].removeprefix("tile ")
        texts = "".join(tile.itertext())
        textures = [node.attrib["fill"] for node in tile if node.attrib.get("fill", "").startswith("url")]
        assert ("−" in texts) == kind.startswith("loss")
        assert textures == {"l": ["url(#tiles-loss)"], "n": ["url(#tiles-none)"]}.get(kind[0], [])


def test_a_small_loss_beside_a_large_gain_keeps_its_minus():
    labels = {t.attrib["aria-label"][:2]: t for t in tiles_of(tile_map(SMALL, "zh", measure=MEASURE))}
    assert labels["上海"].attrib["class"] == "tile loss1"
    assert labels["上海"].attrib["aria-label"].startswith("上海：−0.002%")
    assert labels["江苏"].attrib["aria-label"].startswith("江苏：+1.30%")
    # Noise of the last bit is neither a gain nor a loss.
    assert labels["浙江"].attrib["class"] == "tile zero"
    assert labels["浙江"].attrib["aria-label"].startswith("浙江：0.00%")


def test_no_style_attribute_and_nothing_from_outside():
    drawn = tile_map(GAINS, "en", measure=MEASURE, outlines=[Outline(MEASURE, ("310000", "320000"))])
    assert not re.search(r"style=|<style|<script|href|\son\w+=", drawn)


def test_names_are_escaped():
    region = Region("A", "<甲>", "<甲>", "甲", 'A & "B"', None)
    drawn = tile_map({"A": 1.0}, "en", measure=Text("<x>", "<x> & y"), regions=[region], style="money")
    ElementTree.fromstring(drawn)
    assert "A &amp; &quot;B&quot;" in drawn


def test_the_scale_is_symmetric_and_states_its_cap():
    drawn = tile_map({"310000": 0.05, "320000": -0.004, "330000": 0.003}, "en", measure=MEASURE, cap=0.004)
    assert ">≥+0.4<" in drawn
    assert ">≤−0.4<" in drawn
    assert "1 beyond the scale" in drawn
    classes = {tile.attrib["aria-label"][:6]: tile.attrib["class"] for tile in tiles_of(drawn)}
    assert classes["Shangh"] == "tile gain4"
    assert classes["Jiangs"] == "tile loss4"


def test_an_unstable_order_is_no_ranking():
    assert "rank" not in tile_map(GAINS, "en", measure=MEASURE, ranked=False)


def test_overlapping_areas_are_nested_and_separate_ones_are_not():
    one, two, three = (Outline(MEASURE, codes) for codes in (("a", "b", "c"), ("b",), ("d",)))
    assert nesting([one, two, three]) == [0, 1, 0]


def test_an_outline_goes_around_one_tile_once():
    drawn = tile_map({}, "zh", measure=MEASURE, outlines=[Outline(Text("沪", "Shanghai"), ("310000",))])
    path = re.findall(r'class="outline o0" d="([^"]+)" fill="none" stroke-linecap', drawn)[0]
    assert len(re.findall("M", path)) == 4


@given(st.integers(1, 40))
def test_regions_without_a_place_get_one_each(count):
    regions = [Region(str(at), "", "", "", f"R{at}") for at in range(count)]
    assert len(set(layout(regions).values())) == count
    assert len(set(layout([*provinces(), *regions]).values())) == 34 + count


def test_no_data_at_all_still_shows_every_tile():
    assert len(tiles_of(tile_map({}, "zh", measure=MEASURE))) == 34


def test_the_figure_is_small():
    outlines = [
        Outline(Text(name, name), tuple(find_region(one).code for one in members)) for name, members in AREAS.items()
    ]
    assert len(tile_map(GAINS, "en", measure=MEASURE, outlines=outlines[:6]).encode()) < 24_000


def test_long_measures_are_broken_into_lines_that_fit():
    text = "设想区域内部跨省贸易成本一律降低百分之十，人口不流动，以二〇二三年价格计的居民消费当量，相当于地区生产总值"
    lines = wrapped(text, 40)
    assert "".join(lines) == text
    assert all(len(line) <= 21 for line in lines)
    assert not any(line[0] in "，。）" for line in lines)
