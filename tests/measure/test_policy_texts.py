"""Policy texts side by side: what is the same, where numbers or force differ, and what stands in one alone.

All texts here are invented.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ronghe.base.errors import ParameterFault
from ronghe.measure.clauses import split_clauses
from ronghe.measure.policytext import compare_texts

SUBJECTS = (
    "企业迁移登记",
    "异地就医结算",
    "道路运输许可",
    "职称互认",
    "排污权交易",
    "公积金贷款",
    "招标公告",
    "危险废物转移",
)
ACTS = ("应当在{n}日内办结", "不得另设条件", "可以网上办理", "收费不超过{n}元", "补助比例为{n}%", "应当公开办理结果")
NUMERALS = "一二三四五六七八九十"


def sentences(count: int, seed: int = 0) -> list[str]:
    rng = random.Random(seed)
    made = []
    for k in range(count):
        subject, act = rng.choice(SUBJECTS), rng.choice(ACTS).format(n=rng.randrange(5, 90))
        made.append(f"办理第{k}类{subject}事项，主管部门{act}，并由{rng.choice(SUBJECTS)}窗口统一答复编号{1000 + k}。")
    return made


def text(lines: list[str]) -> str:
    return "\n".join(f"第{at}条 {line}" for at, line in enumerate(lines, 1))


def test_one_text_twice_is_alike_and_nothing_shared_is_not() -> None:
    lines = sentences(20)
    same = compare_texts(text(lines), text(lines))
    assert same.likeness == pytest.approx(1.0)
    assert same.coverage == (1.0, 1.0)
    assert all(pair.same for pair in same.pairs)
    other = compare_texts("第一条 鱼塘养殖面积核定。", "第一条 飞机起降时刻协调。")
    assert other.likeness == 0.0
    assert other.pairs == ()


@given(st.permutations(range(12)))
@settings(max_examples=15)
def test_order_does_not_matter(order: list[int]) -> None:
    lines = sentences(12, seed=3)
    found = compare_texts(text(lines), text([lines[k] for k in order]))
    assert [order[pair.right] for pair in found.pairs] == [pair.left for pair in found.pairs] == list(range(12))
    assert all(pair.same for pair in found.pairs)
    back = compare_texts(text([lines[k] for k in order]), text(lines))
    assert back.likeness == pytest.approx(found.likeness)


EDITS: dict[str, tuple[Callable[[str], str], str]] = {
    "another number": (lambda line: re.sub(r"(\d+)(日|元|%)", lambda m: f"{int(m[1]) + 1}{m[2]}", line), "numbers"),
    "a prohibition": (lambda line: line.replace("应当", "不得").replace("可以", "不得"), "force"),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_every_planted_edit_is_flagged(name: str) -> None:
    edit, what = EDITS[name]
    lines = sentences(60, seed=5)
    edited = [edit(line) for line in lines]
    planted = [at for at, (one, other) in enumerate(zip(lines, edited, strict=True)) if one != other]
    assert len(planted) >= 15
    found = compare_texts(text(lines), text(edited))
    assert [pair.left for pair in found.differing(what)] == planted  # type: ignore[arg-type]
    assert [pair.left for pair in found.pairs if pair.same] == [at for at in range(60) if at not in planted]


def test_a_number_in_words_and_in_digits_is_one() -> None:
    for one, other in (
        ("三十日内办结", "30日内办结"),
        ("百分之五十", "50%"),
        ("二〇二六年五月一日起施行", "2026年5月1日起施行"),
        ("２０万元以下", "二十万元以下"),
    ):
        found = compare_texts(f"第一条 主管部门{one}。", f"第一条 主管部门{other}。", tokens="bigrams")
        assert found.differing("numbers") == (), (one, other)


def test_articles_paragraphs_and_items_are_told_apart() -> None:
    found = split_clauses(
        "第一章 总则\n第一条 为了推动协同，制定本办法。\n第二条 申请材料包括：\n（一）申请表；\n（二）证明。\n"
    )
    assert found.marked
    assert found.headings == ("第一章 总则",) or "总则" in found.headings[0]
    labels = [clause.label.zh for clause in found.clauses]
    assert any("第1条" in label for label in labels)
    assert sum("第2条" in label for label in labels) >= 2
    assert all(not re.search("[一-鿿]", clause.label.en) for clause in found.clauses)


def test_english_texts() -> None:
    left = "Article 1\nThe office shall answer within 30 days.\nArticle 2\nFees may not exceed 20 yuan."
    right = "Article 1\nFees may not exceed 25 yuan.\nArticle 2\nThe office shall answer within 30 days."
    found = compare_texts(left, right)
    assert [(pair.left, pair.right) for pair in found.pairs] == [(0, 1), (1, 0)]
    assert [pair.left for pair in found.differing("numbers")] == [1]


def test_a_text_without_marks_is_split_by_sentences_and_it_is_said() -> None:
    found = split_clauses("主管部门应当公开结果。企业可以网上办理。")
    assert not found.marked
    assert len(found) == 2
    assert found.notes
    assert found.notes[0].zh != found.notes[0].en


def test_what_stands_in_one_text_alone() -> None:
    lines = sentences(10, seed=2)
    found = compare_texts(text(lines), text(lines[:7]))
    assert found.only_left == (7, 8, 9)
    assert found.only_right == ()
    assert found.coverage[0] < 1.0
    assert found.coverage[1] == 1.0


@pytest.mark.parametrize(("left", "right", "threshold"), [("", "第一条 甲。", 0.3), ("第一条 甲。", "第一条 乙。", 0.0),
                                                          ("第一条 甲。", "第一条 乙。", 1.5)])  # fmt: skip
def test_what_cannot_be_compared_is_told(left: str, right: str, threshold: float) -> None:
    with pytest.raises(ParameterFault) as raised:
        compare_texts(left, right, threshold=threshold)
    assert raised.value.text.zh != raised.value.text.en
    assert not re.search("[一-鿿]", raised.value.text.en)
