"""Faults as they are found: each with its place, what was read, what was expected and the remedy, in two languages.

The wording stands in ``base/locale/faults.toml``: an entry ``E103_size`` is one case of code E103, in three lines
(read, expected, remedy); the entry ``E103`` is the code's title.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from ronghe.base.errors import Fault, Severity
from ronghe.base.i18n import catalogue
from ronghe.base.text import Text, same

SHOWN = 3
"""Repeats of one code in one column that are shown; the others are counted, and all stand in the export."""

WARNINGS = frozenset({"E106", "E116", "E119", "E211", "E229", "E505", "E511", "E512"})
"""Codes that a reader should look at and that stop nothing; those that begin with N are notes."""


def severity_of(code: str) -> Severity:
    """Return how grave a code is."""
    return "note" if code.startswith("N") else "warning" if code in WARNINGS else "error"


EXPLAINED = {"N003_example": "E105"}
"""Cases that answer for a fault of the same sheet: a template with its example is not filled in yet, no empty table."""


class Findings(list[Fault]):
    """All faults, warnings and notes of a run, as they come."""

    def add(self, case: str, place: str, **told: object) -> None:
        """Add one case of the catalogue; what is told may be a ``Text``, or the same in both languages."""
        code = case.partition("_")[0]
        if case in EXPLAINED:
            self[:] = [one for one in self if one.code != EXPLAINED[case] or not place.startswith(f"{one.place}!")]
        texts = {name: value if isinstance(value, Text) else same(f"{value}") for name, value in told.items()}
        entry = catalogue("faults")[case]
        zh = entry.zh.format(**{name: text.zh for name, text in texts.items()}).split("\n")
        en = entry.en.format(**{name: text.en for name, text in texts.items()}).split("\n")
        read, expected, remedy = (Text(*pair) for pair in zip(zh, en, strict=True))
        self.append(Fault(code, place, read, expected, remedy, severity_of(code)))

    @property
    def errors(self) -> list[Fault]:
        """Faults that stop a table."""
        return [fault for fault in self if fault.severity == "error"]


def quoted(value: object) -> Text:
    """Return a value as it was read, in quotation marks, printable and short."""
    text = value if isinstance(value, str) else f"{value:.15g}" if isinstance(value, float) else f"{value}"
    shown = "".join(c if c.isprintable() or c == "\u3000" else "\N{REPLACEMENT CHARACTER}" for c in text)
    shown = shown if len(shown) <= 60 else shown[:57] + "…"
    return Text(f"“{shown}”", f'"{shown}"')


def column_of(place: str) -> str:
    """Return file, sheet and column of a place, by which repeats are counted."""
    file, _, cell = place.rpartition("!")
    if "column " in cell:
        return f"{file}!{cell[cell.index('column ') :]}"
    return f"{file}!{''.join(c for c in cell.split(':')[0] if c.isalpha())}"


def shortened(faults: Iterable[Fault]) -> list[tuple[Fault, int]]:
    """Return faults as they are shown: three of each code and column, the third with the number left out."""
    groups: dict[tuple[str, str], list[Fault]] = defaultdict(list)
    for fault in faults:
        groups[fault.code, column_of(fault.place)].append(fault)
    counts = Counter({key: len(group) for key, group in groups.items()})
    return [
        (fault, counts[key] - SHOWN if place == SHOWN - 1 else 0)
        for key, group in groups.items()
        for place, fault in enumerate(group[:SHOWN])
    ]
