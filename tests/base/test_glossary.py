"""The glossary carries every term in both languages."""

from __future__ import annotations

import pytest

from ronghe.base.errors import UnknownTerm
from ronghe.base.glossary import glossary, lookup


def test_every_entry_is_complete_and_stands_once() -> None:
    entries = glossary()
    assert len(entries) >= 60
    for entry in entries:
        assert all((entry.key, entry.term.zh, entry.term.en, entry.definition.zh, entry.definition.en, entry.source))
    for names in ([e.key for e in entries], [e.term.zh for e in entries], [e.term.en for e in entries]):
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("entry", glossary(), ids=lambda entry: entry.key)
def test_a_term_is_found_by_key_and_in_both_languages(entry) -> None:
    assert lookup(entry.key) is lookup(entry.term.zh) is lookup(entry.term.en) is entry


def test_an_unknown_term_names_the_nearest() -> None:
    with pytest.raises(UnknownTerm) as fault:
        lookup("情景代")
    assert "情景带" in fault.value.nearest
    assert fault.value.exit_code == 2
