"""``ronghe explain``: a term of the field, with definition and source."""

from __future__ import annotations

from ronghe.base.glossary import lookup
from ronghe.base.text import Text, same
from ronghe.cli.common import Session


def run(here: Session, *, term: str) -> int:
    """Print the definition of ``term`` in the reader's language, its name in both."""
    entry = lookup(term)
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
