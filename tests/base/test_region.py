import pytest
from hypothesis import given
from hypothesis import strategies as st

from ronghe.base.errors import UnknownRegion
from ronghe.base.region import find_region, nearest, provinces

ADDED = "省市自治区特别行政区 　"


def test_there_are_34_divisions_with_distinct_names_and_places():
    known = provinces()
    assert len(known) == 34
    assert len({region.tile for region in known}) == 34
    for names in zip(*(region.names for region in known), strict=True):
        assert len(set(names)) == 34


@given(st.sampled_from(provinces()), st.integers(0, 4))
def test_every_exact_name_finds_its_region(region, which):
    assert find_region(region.names[which]) == region


def test_spaces_and_full_width_forms_do_not_matter():
    assert find_region("北　京").code == "110000"
    assert find_region("３１００００").code == "310000"
    assert find_region("  jiangsu ").code == "320000"


@pytest.mark.parametrize("name", ["吉林市", "四川省成都市", "沪市", "Shanx", "999999", ""])
def test_a_near_name_is_never_taken_for_a_region(name):
    with pytest.raises(UnknownRegion):
        find_region(name)


def test_the_message_names_what_was_read_and_the_nearest_names():
    with pytest.raises(UnknownRegion) as caught:
        find_region("上海是")
    assert "上海是" in caught.value.message("zh")
    assert "上海" in caught.value.nearest
    assert caught.value.exit_code == 2


def test_shanxi_and_shaanxi_are_two():
    assert find_region("Shanxi").code == "140000"
    assert find_region("Shaanxi").code == "610000"


@given(st.text(max_size=8))
def test_suggestions_are_few_and_known(name):
    known = [region.short_zh for region in provinces()]
    found = nearest(name, known)
    assert len(found) <= 3
    assert set(found) <= set(known)
