"""Catalogues of sentences: one TOML file a topic, each entry with its zh and en wording side by side.

Both wordings of an entry stand in one place, so neither can be forgotten; a test holds that they
carry the same placeholders.
"""

from __future__ import annotations

import locale
import os
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from ronghe.base.text import Lang, Text


class Catalogue(Mapping[str, Text]):
    """The sentences of one topic, by key."""

    def __init__(self, topic: str, entries: Mapping[str, Text]) -> None:
        self.topic = topic
        self._entries = dict(entries)

    def __getitem__(self, key: str) -> Text:
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


@cache
def catalogue(topic: str) -> Catalogue:
    """Return the catalogue ``base/locale/<topic>.toml``."""
    raw = files("ronghe.base").joinpath("locale", f"{topic}.toml").read_text(encoding="utf-8")
    return Catalogue(topic, {key: Text(entry["zh"], entry["en"]) for key, entry in tomllib.loads(raw).items()})


def topics() -> tuple[str, ...]:
    """Return the names of all catalogues."""
    folder = files("ronghe.base").joinpath("locale")
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


def reader_language() -> Lang:
    """Return the language of the reader's locale: English where it says so, else Chinese."""
    spoken = os.environ.get("RONGHE_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    spoken = spoken or (locale.getlocale()[0] or "")
    return "en" if spoken.lower().startswith("en") else "zh"
