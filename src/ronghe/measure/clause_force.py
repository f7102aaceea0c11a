"""The force of a clause: the words that order, allow or forbid.

Five classes: prohibition (不得, shall not), duty (应当, shall), permission (可以, may), refusal (不予) and
encouragement (鼓励, should). The force of a clause is the row of classes in the order of its words; 必须 in place
of 应当 is no change of force, 可以 in place of 应当 is. 应 in 适应 and 可 in 可能 have none.

References
----------
.. [1] 全国人大常委会法制工作委员会，《立法技术规范（试行）》（一），2009: how 应当, 必须, 不得 and 禁止 are used.
"""

from __future__ import annotations

import re
from typing import Literal

Force = Literal["prohibition", "duty", "permission", "refusal", "encouragement"]

# Where two words begin alike the first row wins: 不得不 before 不得, "shall not" before "shall".
_WORDS: tuple[tuple[Force, str], ...] = (
    (
        "duty",
        r"不得不|必须|务必|应当|须经|(?<!必)须(?!知)|(?<![相响适供反效对呼感顺回])应(?![用急对届聘邀付答允])|责令",
    ),
    ("prohibition", r"不得(?!已)|禁止|严禁|不准|不许|不可以|不可(?!抗|避|分|少|逆)|不应当?(?!急)|不宜"),
    ("refusal", r"不予|不再|不受"),
    ("permission", r"(?<!不)可以|有权|准许|允许|(?<!不)可(?=由|依|根据|按|向|在|自行|申请|结合|视|采取)"),
    ("encouragement", r"鼓励|支持|提倡|引导"),
    (
        "prohibition",
        r"\b(?:shall|must|may|should)\s+not\b|\bcannot\b|\bcan\s+not\b|\bprohibit(?:s|ed)?\b|\bforbidden\b",
    ),
    ("duty", r"\b(?:shall|must|is required to|are required to)\b"),
    ("permission", r"\b(?:may|can|is entitled to|are entitled to)\b"),
    ("encouragement", r"\b(?:should|encourages?|is encouraged to|are encouraged to)\b"),
)
_FORCES = re.compile("|".join(f"({words})" for _kind, words in _WORDS), re.IGNORECASE)


def force_of(text: str) -> tuple[tuple[Force, str], ...]:
    """Return the words of force of a unified text, in order: class and word.

    Examples
    --------
    >>> force_of("各地不得设置门槛,可以给予补助,以适应需要")
    (('prohibition', '不得'), ('permission', '可以'))
    """
    return tuple((_WORDS[int(match.lastindex or 1) - 1][0], match.group().lower()) for match in _FORCES.finditer(text))


def without_force(text: str) -> str:
    """Return a unified text less its words of force."""
    return _FORCES.sub(" ", text)
