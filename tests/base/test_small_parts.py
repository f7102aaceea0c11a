import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ronghe.base.canonical import array_hash, canonical_json, content_hash
from ronghe.base.errors import DataFault, Fault, NotIdentified, UnknownArea
from ronghe.base.rounding import largest_remainder
from ronghe.base.spreadsheet import neutral
from ronghe.base.status import STATUSES, WORDS, weakest
from ronghe.base.text import Text, same

amounts = st.lists(st.floats(-1e9, 1e9, allow_nan=False), min_size=1, max_size=30)


@given(amounts)
def test_rounding_keeps_the_total_and_moves_no_entry_by_a_whole_step(values):
    rounded = largest_remainder(values)
    assert sum(rounded) == round(sum(map(Fraction, values)))
    assert all(abs(a - b) < 1 for a, b in zip(rounded, values, strict=True))


@given(st.integers(2, 12), st.floats(0.1, 0.9))
def test_ties_go_to_the_earlier_entry(count, share):
    rounded = largest_remainder([share] * count)
    assert rounded == sorted(rounded, reverse=True)


def test_rounding_to_fen():
    thirds = [100 / 3] * 3
    assert largest_remainder(thirds, unit=0.01) == [3334, 3333, 3333]


def test_a_total_out_of_reach_is_refused():
    with pytest.raises(ValueError, match="cannot be reached"):
        largest_remainder([1.2, 1.3], total=9)
    with pytest.raises(ValueError, match="finite"):
        largest_remainder([math.nan])


@given(st.dictionaries(st.text(max_size=5), st.floats(allow_nan=False, allow_infinity=False), max_size=6))
def test_the_order_of_keys_changes_no_hash(record):
    turned = dict(reversed(record.items()))
    assert content_hash(record) == content_hash(turned)


def test_numpy_and_plain_numbers_have_one_canonical_form():
    assert canonical_json({"x": np.float64(0.1), "y": np.arange(2)}) == canonical_json({"y": [0, 1], "x": 0.1})
    with pytest.raises(ValueError, match="canonical"):
        canonical_json({"x": math.inf})


def test_array_hash_knows_shape_and_order():
    flat = np.arange(6.0)
    assert array_hash(flat) != array_hash(flat.reshape(2, 3))
    assert array_hash(flat.reshape(2, 3)) == array_hash(np.asfortranarray(flat.reshape(2, 3)))


@pytest.mark.parametrize("text", ["=SUM(A1)", "+1", "-1", "@x", "\tx"])
def test_text_that_would_act_as_a_formula_is_disarmed(text):
    assert neutral(text) == "'" + text


@given(st.lists(st.sampled_from(STATUSES), min_size=1))
def test_the_weakest_status_does_not_depend_on_order(statuses):
    assert weakest(statuses) == weakest(reversed(statuses))
    assert weakest([*statuses, "demonstration"]) == "demonstration"
    assert weakest(statuses) in WORDS


def test_all_faults_stand_in_one_message_in_both_languages():
    faults = [
        Fault("E221", f"facts.csv!line {n}, column value", same("x"), Text("数", "a number"), Text("请改", "Mend it"))
        for n in (3, 9)
    ]
    failure = DataFault(faults)
    for lang in ("zh", "en"):
        assert "line 3" in failure.message(lang)
        assert "line 9" in failure.message(lang)
    assert failure.exit_code == 3
    assert "2 faults" in failure.message("en")


def test_a_refusal_names_the_key_and_what_unlocks_it():
    refusal = NotIdentified("depth", Text("贸易为估计", "trade is estimated"), ("trade", "io"))
    assert "区域间贸易（trade）、区域间投入产出表（io）" in refusal.message("zh")
    assert "ronghe request" in refusal.message("en")
    assert refusal.exit_code == 1


def test_an_unknown_area_suggests_the_nearest():
    assert "长三角" in UnknownArea(Text("区域", "area"), "长三脚", ["长三角"]).message("zh")


@pytest.mark.parametrize(("zh", "en"), [("需要壁垒", "needs walls"), ("需要壁垒。", "needs walls. ")])
def test_a_refusal_is_made_of_whole_sentences_and_names_tables_by_title_and_key(zh, en):
    refusal = NotIdentified("depth", Text(zh, en), ("trade", "io_intermediate"))
    assert refusal.message("zh") == (
        "无法识别：需要壁垒。取得下列表后可以判断：区域间贸易（trade）、区域间投入产出表（io_intermediate）。"
        "索取函：ronghe request 表名。"
    )
    assert refusal.message("en") == (
        "Not identified: needs walls. These tables would unlock it: Interregional trade (trade), "
        "Interregional input-output table (io_intermediate). Letter: ronghe request TABLE."
    )
    assert NotIdentified("zoning", Text(zh, en)).message("zh") == "无法识别：需要壁垒。"


def test_a_table_without_a_title_keeps_its_key():
    assert "(nothing_known)" not in NotIdentified("x", Text("无", "none"), ("nothing_known",)).message("en")
    assert "nothing_known" in NotIdentified("x", Text("无", "none"), ("nothing_known",)).message("en")
