"""Areas and regions are found by exact names only; what is unknown is told with the nearest names."""

from __future__ import annotations

import pytest

from ronghe.base.errors import UnknownArea, UnknownRegion
from ronghe.data import AreaMembersFault, Dataset, load

DELTA = ("310000", "320000", "330000", "340000")


@pytest.mark.parametrize(
    ("names", "code", "size"),
    [
        (
            ("yrd", "长三角", "长江三角洲", "长江三角洲区域一体化发展", "Yangtze River Delta", "YRD", "长三角地区"),
            "yrd",
            4,
        ),
        (("jjj", "京津冀", "京津冀协同发展", "Beijing-Tianjin-Hebei"), "jjj", 3),
        (("yreb", "长江经济带", "Yangtze River Economic Belt"), "yreb", 11),
        (("cy", "成渝", "成渝双城经济圈", "成渝地区双城经济圈"), "cy", 2),
        (("yellow", "黄河流域", "Yellow River"), "yellow", 9),
        (("gba", "大湾区", "粤港澳大湾区", "Greater Bay Area"), "gba", 3),
        (("east", "东部", "东部地区"), "east", 10),
        (("central", "中部"), "central", 6),
        (("west", "西部", "Western China"), "west", 12),
        (("northeast", "东北", "东北三省", "东北地区"), "northeast", 3),
    ],
)
def test_every_area_answers_to_its_names(data: Dataset, names: tuple[str, ...], code: str, size: int) -> None:
    for name in names:
        area = data.area(f" {name} ")
        assert (area.code, len(area)) == (code, size)
        assert area.name.zh
        assert area.short.en


@pytest.mark.parametrize(
    "wanted",
    [
        ["沪", "苏", "浙", "皖"],
        "３１００００，３２００００，３３００００，３４００００",
        "\u3000沪 ,\u3000江 苏, 浙江，安 徽,",
        "沪,苏,浙,皖",
        "沪，江苏、330000；Anhui",
        "沪苏浙皖",
        "上海 江苏 浙江 安徽",
        ("上海市", "320000", "Zhejiang", "皖"),
    ],
)
def test_a_list_of_regions_is_an_area_of_ones_own(data: Dataset, wanted: object) -> None:
    area = data.area(wanted)  # type: ignore[arg-type]
    assert (area.kind, area.regions) == ("own", DELTA)
    assert area.short.zh == "沪苏浙皖"
    assert area.short.en == "Shanghai, Jiangsu, Zhejiang and Anhui"


def test_an_area_found_once_is_accepted_again(data: Dataset) -> None:
    delta = data.area("长三角")
    assert data.area(delta) is delta


def test_the_plates_partition_the_31(data: Dataset) -> None:
    plates = [area for area in data.areas if area.kind == "plate"]
    members = [code for area in plates for code in area.regions]
    assert sorted(len(area) for area in plates) == [3, 6, 10, 12]
    assert sorted(members) == sorted(data.codes)


def test_overlap_is_normal(data: Dataset) -> None:
    strategies = [area for area in data.areas if area.kind == "strategy"]
    count = {code: sum(code in area for area in strategies) for code in data.codes}
    assert len(strategies) == 6
    assert count["510000"] == 3
    assert all(count[code] == 2 for code in ("310000", "320000", "330000", "340000", "500000"))
    none = {"210000", "220000", "230000", "350000", "450000", "460000", "540000", "650000"}
    assert {code for code, times in count.items() if times == 0} == none


def test_partial_members_say_which_part(data: Dataset) -> None:
    assert len(data.area("黄河流域").partial) == 9
    assert len(data.area("成渝").partial) == 2
    (guangdong,) = data.area("大湾区").partial
    assert "深圳" in guangdong.covered.zh
    assert "Shenzhen" in guangdong.covered.en
    assert not data.area("长三角").partial


def test_members_without_facts_stay_members(data: Dataset) -> None:
    area = data.area("大湾区")
    assert area.regions == ("440000", "810000", "820000")
    assert [data.has(code) for code in area.regions] == [True, False, False]
    assert len(data.known_regions) == 34


def test_documents_and_member_lists_are_recalled(data: Dataset) -> None:
    for area in data.areas:
        assert area.status == "recalled"
        assert area.document.zh
        assert area.date


@pytest.mark.parametrize(("name", "near"), [("长三脚", "长三角"), ("Yangtse River Delta", "Yangtze River Delta")])
def test_an_unknown_area_names_the_nearest(data: Dataset, name: str, near: str) -> None:
    with pytest.raises(UnknownArea) as fault:
        data.area(name)
    assert near in fault.value.nearest
    assert name in fault.value.text.zh
    assert name in fault.value.text.en
    assert fault.value.exit_code == 2


def test_all_faults_of_a_list_are_told_at_once(data: Dataset) -> None:
    with pytest.raises(AreaMembersFault) as fault:
        data.area("沪,江酥,上海市,Zhejing")
    zh, en = fault.value.text.zh, fault.value.text.en
    for text in (zh, en):
        assert "江酥" in text
        assert "Zhejing" in text
    assert "“沪、上海市”是同一地区" in zh
    assert '"沪, 上海市" are one region' in en
    assert {"江苏", "Zhejiang"} <= set(fault.value.nearest)
    assert isinstance(fault.value, UnknownRegion)


def test_an_empty_list_is_refused(data: Dataset) -> None:
    with pytest.raises(AreaMembersFault, match="至少要有一个地区"):
        data.area([])


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("内蒙", "150000"),
        ("粤", "440000"),
        ("港", "810000"),
        ("北　京", "110000"),
        ("Shanxi", "140000"),
        ("Xizang", "540000"),
    ],
)
def test_names_of_regions_that_trap(data: Dataset, name: str, code: str) -> None:
    assert data.region(name).code == code


def test_shaanxi_is_not_shanxi_and_a_city_is_no_province(data: Dataset) -> None:
    assert data.region("Shaanxi").code == "610000"
    for name in ("吉林市", "四川省成都市"):
        with pytest.raises(UnknownRegion):
            data.region(name)


def test_the_whole_country_is_an_area_by_name_or_by_list():
    data = load()
    whole = data.area("全国")
    assert whole.code == "country"
    assert len(whole) == 31
    assert data.area([region.code for region in data.regions]).short.en == "all 31 provinces"
    assert data.area("China") == whole


def test_a_list_may_end_with_its_separator(data: Dataset) -> None:
    assert data.area("沪,").regions == ("310000",)


@pytest.mark.parametrize("nothing", ["", "  ", "\u3000", ",", "，、;"])
def test_an_empty_name_is_told_as_such(data: Dataset, nothing: str) -> None:
    with pytest.raises(AreaMembersFault) as fault:
        data.area(nothing)
    assert fault.value.text.zh.startswith("没有写区域")
    assert "京津冀" in fault.value.text.zh
    assert fault.value.text.en.startswith("No area was named")
    assert fault.value.exit_code == 2


@pytest.mark.parametrize(
    ("name", "province"), [("苏州", "江苏"), ("苏州市", "江苏"), ("吉林市", "吉林"), ("海口市", "海南")]
)
def test_a_city_is_answered_with_its_province(data: Dataset, name: str, province: str) -> None:
    with pytest.raises(UnknownArea) as fault:
        data.area(name)
    assert f"“{name}”" in fault.value.text.zh
    assert f"属于{province}" in fault.value.text.zh
    assert data.region(province).name_en in fault.value.text.en
    assert "您是否要找" not in fault.value.text.zh


@pytest.mark.parametrize("name", ["昆山市", "浦东新区", "绩溪县", "阿拉善左旗"])
def test_a_county_is_told_that_there_are_only_provinces(data: Dataset, name: str) -> None:
    with pytest.raises(UnknownArea) as fault:
        data.area(name)
    assert "没有市、县、区的核算数据" in fault.value.text.zh
    assert "山东" not in fault.value.text.zh
    assert "no accounts of cities" in fault.value.text.en
