"""``ronghe explain``: a term of the field, with definition and source."""

from __future__ import annotations

from pathlib import Path

from ronghe.base.errors import UnknownTerm
from ronghe.base.glossary import Entry, lookup
from ronghe.base.text import Text, same
from ronghe.cli.common import Session, say

_LETTERS = {"θ": "theta", "κ": "kappa", "δ": "distance_elasticity", "delta": "distance_elasticity"}
"""Letters under which formulas know a parameter."""


def run(here: Session, *, term: str, data: Path | None = None) -> int:
    """Print the definition of ``term`` in the reader's language, its name in both; of a number, where it comes from."""
    if data is not None or len(term.split()) > 1:
        from ronghe.cli.load import opened
        from ronghe.cli.origin import is_number, understood
        from ronghe.cli.origin import run as origin
        from ronghe.data import load

        held = load() if data is None else opened(data)
        asked = understood(held, term)
        if is_number(asked):
            return origin(here, held, asked)
    entry = _entry(term)
    if here.as_json:
        here.json(
            {
                "zh": entry.term.zh,
                "en": entry.term.en,
                "definition": {"zh": entry.definition.zh, "en": entry.definition.en},
                "source": entry.source,
            }
        )
        return 0
    here.out(same(f"{entry.term.zh} / {entry.term.en}"))
    here.out(entry.definition)
    if entry.source:
        here.out(Text(f"出处：{entry.source}", f"Source: {entry.source}"))
    return 0


def _entry(term: str) -> Entry:
    """Return the entry of a term, or of a parameter by its key."""
    key = term.strip().lower()
    key = _LETTERS.get(key, key)
    try:
        return lookup(term if key == term.strip().lower() else key)
    except UnknownTerm:
        found = _parameter(key)
        if found is None:
            raise
        return found


def _parameter(key: str) -> Entry | None:
    """Return what a parameter is: the glossary's words where it has them, else its value, its range and its source."""
    from ronghe.simulate.parameters import NOTES

    note = next((one for one in NOTES if one.key == key), None)
    if note is None:
        return None
    try:
        return lookup(note.name.en)
    except UnknownTerm:
        told = say("parameter", name=key, value=f"{note.default:g}", low=f"{note.low:g}", high=f"{note.high:g}")
        return Entry(key, note.name, told, note.source.zh)
