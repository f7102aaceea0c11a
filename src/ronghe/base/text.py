"""Text in two languages: every sentence a user can see exists in Chinese and in English.

A :class:`Text` holds both; nothing is translated at run time. Sentences that a program fills
with numbers live in the catalogues (:mod:`ronghe.base.i18n`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or name, in both languages.

    Examples
    --------
    >>> Text("上海", "Shanghai").of("en")
    'Shanghai'
    """

    zh: str
    en: str

    def of(self, lang: Lang) -> str:
        """Return the wording in ``lang``."""
        return self.zh if lang == "zh" else self.en

    def format(self, **values: object) -> Text:
        """Fill the braces of both wordings; a :class:`Text` value enters in its own language."""
        return Text(*(_filled(self.of(lang), lang, values) for lang in LANGS))

    def __add__(self, other: Text) -> Text:
        return Text(self.zh + other.zh, self.en + other.en)


def _filled(wording: str, lang: Lang, values: dict[str, object]) -> str:
    chosen = {name: value.of(lang) if isinstance(value, Text) else value for name, value in values.items()}
    return wording.format(**chosen)


def same(text: str) -> Text:
    """Return a text whose two wordings are alike (a code, a file name, a number)."""
    return Text(text, text)


def joined(parts: tuple[Text, ...] | list[Text]) -> Text:
    """Join names into a list as each language writes it.

    Examples
    --------
    >>> joined([Text("沪", "Shanghai"), Text("苏", "Jiangsu")]).zh
    '沪、苏'
    """
    return Text("、".join(part.zh for part in parts), ", ".join(part.en for part in parts))
