"""Names of regions in a table: of the register at one level, or a list of codes that a mapping gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ronghe.base.region import nearest
from ronghe.base.text import Text
from ronghe.data.intake.cells import Names, Refusal, Wanted, level_name, typed
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.folding import folded
from ronghe.data.schema import schema


@dataclass(eq=False)
class Regions:
    """What names of regions mean.

    Attributes
    ----------
    names : Names
        The register and the working level.
    own : mapping of folded label to code
        Codes that a mapping gives; they come before the register.
    """

    names: Names
    own: Mapping[str, str] = field(default_factory=dict)
    _seen: dict[str, str] = field(default_factory=dict)

    def code(self, text: str) -> str:
        """Return the code of a region, empty where the name is not known."""
        if text not in self._seen:
            own = self.own.get(folded(text), "")
            found = None if own else self.names.places.match(text, self.names.level)
            self._seen[text] = own if found is None else found.code if found.outcome == "found" else ""
        return self._seen[text]

    def tell(self, text: str, place: str, found: Findings) -> None:
        """Tell a region that is not known, with those near it."""
        near = nearest(text, self.own)
        if near:
            told = {"read": quoted(text), "near": Text("、".join(near), ", ".join(near)), "level": level_name(None)}
            found.add("E301_region", place, **told)
            return
        try:
            typed(text, Wanted(schema("io").field("origin")), self.names)
        except Refusal as refusal:
            found.add("E301_own" if refusal.case == "E301_no_region" else refusal.case, place, **refusal.told)


def own_codes(codes: Mapping[str, str], labels: Iterable[str], names: Names) -> dict[str, str]:
    """Return codes by folded label: those stated, or labels of one's own where the register knows none of them."""
    if codes:
        return {folded(label): code for label, code in codes.items()} | {folded(code): code for code in codes.values()}
    listed = list(labels)
    known = [one for one in listed if names.places.match(one, names.level).outcome != "unknown"]
    return {} if known else {folded(one): one for one in listed}
