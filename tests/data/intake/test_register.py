"""Names of places: exact, at their level, never guessed."""

from __future__ import annotations

import pytest

from ronghe.data.intake.register import divisions


@pytest.mark.parametrize(
    ("name", "level", "code"),
    [
        ("吉林", "province", "220000"), ("吉林省", "province", "220000"), ("吉林市", "prefecture", "220200"),
        ("海南", "province", "460000"), ("海南州", "prefecture", "632500"), ("海南", "prefecture", "632500"),
        ("内蒙", "province", "150000"), ("粤", "province", "440000"), ("港", "province", "810000"),
        ("北　京", "province", "110000"), ("Shanxi", "province", "140000"), ("Shaanxi", "province", "610000"),
        ("重庆市", "province", "500000"), ("重庆", "prefecture", "500000"), ("Tibet", "province", "540000"),
        ("Xizang", "province", "540000"), ("廣東省", "province", "440000"), ("臺灣", "province", "710000"),
        ("四川省成都市", "prefecture", "510100"), ("南京市鼓楼区", "county", "320106"), ("CN-GD", "province", "440000"),
        ("320000", "province", "320000"), ("上海①", "province", "310000"), ("江蘇*", "province", "320000"),
        ("延边州", "prefecture", "222400"), ("長沙", "prefecture", "430100"),
    ],
)  # fmt: skip
def test_exact_names_are_found_at_their_level(name: str, level: str, code: str) -> None:
    found = divisions().match(name, level)
    assert (found.outcome, found.code) == ("found", code)


@pytest.mark.parametrize(
    ("name", "level", "outcome"),
    [
        ("吉林市", "province", "level"), ("四川省成都市", "province", "level"), ("成都", "province", "level"),
        ("江苏", "prefecture", "level"), ("鼓楼区", "county", "ambiguous"), ("南沙区", "county", "ambiguous"),
        ("广冻", "province", "unknown"), ("新疆生产建设兵团", "province", "unknown"), ("11", "province", "unknown"),
        ("江苏省浙江省", "province", "unknown"), ("", "province", "unknown"),
    ],
)  # fmt: skip
def test_no_wrong_name_is_ever_taken(name: str, level: str, outcome: str) -> None:
    assert divisions().match(name, level).outcome == outcome


def test_short_codes_count_in_columns_of_codes_alone() -> None:
    register = divisions()
    assert register.match("11", "province", coded=True).code == "110000"
    assert register.match("3205", "prefecture", coded=True).code == "320500"
    assert register.match("440300000000", "prefecture", coded=True).code == "440300"


def test_units_have_their_dates_and_successors() -> None:
    register = divisions()
    assert register.match("莱芜市", "prefecture", year=2018).code == "371200"
    gone = register.match("莱芜市", "prefecture", year=2019)
    assert gone.outcome == "dated"
    assert "济南" in gone.near[0]
    assert register.match("米林市", "county", year=2024).code == "540481"
    assert register.match("米林市", "county", year=2020).outcome == "dated"


def test_a_near_name_is_only_suggested() -> None:
    found = divisions().match("苏洲", "prefecture")
    assert found.outcome == "unknown"
    assert any("320500" in name for name in found.near)
    assert len(set(found.near)) == len(found.near) <= 3


def test_every_division_is_there_once_and_under_its_parent() -> None:
    register = divisions()
    levels = [place.level for place in register.places.values() if not place.valid_to]
    assert levels.count("province") == 34
    assert levels.count("prefecture") == 333
    for place in register.places.values():
        assert place.parent == "CHN" or place.parent in register.by_code
        assert place.name_en.isprintable()
