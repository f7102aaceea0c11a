"""Two policy texts side by side: which clauses answer one another, and where numbers or force differ.

Similarity of two clauses is the cosine of their TF-IDF vectors. Clauses are paired by the assignment

    max over one-to-one pairs of  sum s_ij,   s_ij >= threshold

so that order does not matter. The likeness of two texts is the mean of s over both texts' terms, a clause without
a partner counting 0: 1 for one text twice, 0 for texts that share nothing. A pair is *same*, or its numbers
differ, its force differs, its other wording differs. This is a hint where to look, never a status or a score.

References
----------
.. [1] H. W. Kuhn, "The Hungarian Method for the Assignment Problem", 1955.
.. [2] D. F. Crouse, "On Implementing 2D Rectangular Assignment Algorithms", 2016 (the algorithm used).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import linear_sum_assignment

from ronghe.base.arrays import Floats
from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text
from ronghe.measure.clause_force import without_force
from ronghe.measure.clause_terms import Tokens, cutter, terms_of, tfidf
from ronghe.measure.clauses import Clause, Clauses, split_clauses

Difference = Literal["numbers", "force", "wording"]
WORDS: dict[Difference, Text] = {
    "numbers": Text("数字不同", "numbers differ"),
    "force": Text("约束力不同", "force differs"),
    "wording": Text("文字不同", "wording differs"),
}
THRESHOLD = 0.35
"""Least similarity of a pair; a convention, not an estimate."""
MOST = 5000
"""Clauses of one text that can be compared at once."""
_NEARNESS = 1e-6

HINT = Text(
    "比对结果只提示应核对之处，不是结论，也不计分。",
    "The comparison hints at what to check; it is no finding and no score.",
)
NO_WORDS = Text(
    "未安装分词词典（jieba），中文按相邻两字比对。",
    "The word list (jieba) is not installed; Chinese is compared by pairs of characters.",
)
TONGUES = Text(
    "两份文本语言不同，逐条比对没有意义；请提供同一语言的文本。",
    "The texts are in different languages, so clauses cannot be compared; give both in one language.",
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two clauses that answer one another.

    Attributes
    ----------
    left, right : int
        Positions in the two lists of clauses.
    similarity : float
        Cosine, 0 to 1.
    differences : tuple of {"numbers", "force", "wording"}
        Empty where the clauses are the same.
    """

    left: int
    right: int
    similarity: float
    differences: tuple[Difference, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs but spacing and punctuation."""
        return not self.differences


@dataclass(frozen=True, slots=True)
class TextComparison:
    """Two texts, clause by clause.

    Attributes
    ----------
    left, right : Clauses
    pairs : tuple of Pair
        In the order of the left text.
    only_left, only_right : tuple of int
        Clauses without a partner.
    coverage : tuple of float
        Share of each text's terms that stand in paired clauses.
    likeness : float
        0 to 1.
    threshold : float
    tokens : {"words", "bigrams"}
    notes : tuple of Text
    """

    left: Clauses
    right: Clauses
    pairs: tuple[Pair, ...]
    only_left: tuple[int, ...]
    only_right: tuple[int, ...]
    coverage: tuple[float, float]
    likeness: float
    threshold: float
    tokens: Tokens
    notes: tuple[Text, ...]

    def differing(self, what: Difference) -> tuple[Pair, ...]:
        """Return the pairs that differ in numbers, force or wording."""
        return tuple(pair for pair in self.pairs if what in pair.differences)


def compare_texts(
    left: str,
    right: str,
    *,
    registry: Sequence[str] = (),
    threshold: float = THRESHOLD,
    tokens: Tokens = "words",
) -> TextComparison:
    """Compare two policy texts clause by clause.

    Parameters
    ----------
    left, right : str
        Plain text, Chinese or English.
    registry : sequence of str
        Other texts; what all of them say weighs less.
    threshold : float
        Least similarity of a pair, in (0, 1].
    tokens : {"words", "bigrams"}
        How Chinese is cut; pairs of characters where jieba is missing, and the notes say so.

    Raises
    ------
    ParameterFault
        With every fault: a text that is empty, not text, or has too many clauses; a threshold outside (0, 1].

    Examples
    --------
    >>> told = compare_texts("第一条 三十日内办结。", "第一条 60日内办结。", tokens="bigrams")
    >>> told.pairs[0].differences
    ('numbers',)
    """
    _check([left, right, *registry], threshold)
    texts = [split_clauses(text) for text in (left, right, *registry)]
    _check_size(texts[:2])
    cut, used = cutter(tokens)
    terms = [[terms_of(clause, cut) for clause in text.clauses] for text in texts]
    weights = tfidf([clause for text in terms for clause in text])
    here, there = len(terms[0]), len(terms[1])
    similarity = (weights[:here] @ weights[here : here + there].T).toarray()
    pairs = align(similarity=similarity, left=texts[0].clauses, right=texts[1].clauses, threshold=threshold)
    sizes = [np.array([one.total() for one in text], dtype=np.float64) for text in terms[:2]]
    coverage, likeness = _covered(pairs, sizes[0], sizes[1])
    return TextComparison(
        left=texts[0],
        right=texts[1],
        pairs=pairs,
        only_left=_rest(here, {pair.left for pair in pairs}),
        only_right=_rest(there, {pair.right for pair in pairs}),
        coverage=coverage,
        likeness=likeness,
        threshold=threshold,
        tokens=used,
        notes=_notes(texts[:2], left, right, missing=used != tokens),
    )


def align(
    *, similarity: Floats, left: Sequence[Clause], right: Sequence[Clause], threshold: float = THRESHOLD
) -> tuple[Pair, ...]:
    """Pair the clauses of two texts one to one so that the sum of similarities is largest.

    Parameters
    ----------
    similarity : array, shape (left clause, right clause)
        Cosines.
    left, right : sequence of Clause
    threshold : float
        Pairs below it are not formed. Between pairs as good as one another the nearer in order is taken.
    """
    held = np.clip(similarity, 0.0, 1.0)
    allowed = held >= threshold - 1e-12
    place = np.abs(np.arange(len(left))[:, None] / max(len(left), 1) - np.arange(len(right)) / max(len(right), 1))
    rows, columns = linear_sum_assignment(np.where(allowed, held - _NEARNESS * place, 0.0), maximize=True)
    return tuple(
        Pair(i, j, _cosine(float(held[i, j])), differences(left[i], right[j]))
        for i, j in zip(rows.tolist(), columns.tolist(), strict=True)
        if allowed[i, j]
    )


def differences(left: Clause, right: Clause) -> tuple[Difference, ...]:
    """Return in what two clauses differ, the order of numbers and of words of force included."""
    found: list[Difference] = []
    if left.values != right.values:
        found.append("numbers")
    if [kind for kind, _word in left.force] != [kind for kind, _word in right.force]:
        found.append("force")
    # Where the force is the same, 必须 for 应当 is still another wording.
    if _bare(left, "force" in found) != _bare(right, "force" in found):
        found.append("wording")
    return tuple(found)


def _bare(clause: Clause, forceless: bool) -> str:
    """Return the letters of a clause, numbers blanked out."""
    wording = without_force(clause.wording) if forceless else clause.wording
    return re.sub(r"[^\w\x00]|_", "", wording)


def _cosine(found: float) -> float:
    """Return 1 for what differs from it by rounding only."""
    return 1.0 if found > 1 - 1e-12 else found


def _covered(pairs: Sequence[Pair], left: Floats, right: Floats) -> tuple[tuple[float, float], float]:
    ends = [left[[pair.left for pair in pairs]], right[[pair.right for pair in pairs]]] if pairs else [left[:0]] * 2
    shares = [float(some.sum() / whole.sum()) for some, whole in zip(ends, (left, right), strict=True)]
    alike = np.array([pair.similarity for pair in pairs])
    return (shares[0], shares[1]), float(alike @ (ends[0] + ends[1]) / (left.sum() + right.sum()))


def _rest(count: int, taken: set[int]) -> tuple[int, ...]:
    return tuple(at for at in range(count) if at not in taken)


def _notes(texts: Sequence[Clauses], left: str, right: str, *, missing: bool) -> tuple[Text, ...]:
    sides = (Text("左侧", "Left text: "), Text("右侧", "Right text: "))
    told = [side + note for side, text in zip(sides, texts, strict=True) for note in text.notes]
    told += [NO_WORDS] * missing
    told += [TONGUES] * (_chinese(left) != _chinese(right))
    return (*told, HINT)


def _chinese(text: str) -> bool:
    """Whether a text is mostly Chinese."""
    return 2 * len(re.findall(r"[\u3400-\u9fff]", text)) > len(re.findall(r"[A-Za-z]+", text))


def _check(texts: Sequence[object], threshold: float) -> None:
    """Tell every fault of the input at once."""
    faults = []
    sides = (Text("左侧文本", "The left text"), Text("右侧文本", "The right text"))
    for at, text in enumerate(texts):
        which = sides[at] if at < 2 else _entry(at - 1)
        if not isinstance(text, str):
            read = type(text).__name__
            faults.append(which + Text(f"应为纯文本，读到 {read}。", f" must be plain text; read {read}."))
        elif not any(character.isalnum() for character in text):
            faults.append(which + Text("没有文字。请粘贴正文。", " holds no words. Paste its wording."))
        elif "\x00" in text:
            faults.append(
                which + Text("不是文本文件。请另存为纯文本。", " is no text file. Save it as plain text first.")
            )
    if not 0 < threshold <= 1:
        faults.append(
            Text(
                f"threshold 应大于0、不超过1，读到 {threshold}。",
                f"threshold must be above 0 and at most 1; read {threshold}.",
            )
        )
    _raise(faults)


def _entry(number: int) -> Text:
    return Text(f"登记文本第{number}份", f"Text {number} of the register")


def _check_size(texts: Sequence[Clauses]) -> None:
    long = [len(text) for text in texts if len(text) > MOST]
    _raise(
        [
            Text(
                f"一份文本有{count}条款，一次最多比对{MOST}条款；请按章分开。",
                f"A text has {count} clauses; at most {MOST} can be compared at once. Split it by chapters.",
            )
            for count in long
        ]
    )


def _raise(faults: Sequence[Text]) -> None:
    if faults:
        raise ParameterFault(Text("".join(fault.zh for fault in faults), " ".join(fault.en for fault in faults)))
