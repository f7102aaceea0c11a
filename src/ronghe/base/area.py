"""Areas: the six overlapping strategies, the four plates, and any list of regions a user names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ronghe.base.text import Text

AreaKind = Literal["strategy", "plate", "own"]
Coverage = Literal["full", "partial"]


@dataclass(frozen=True, slots=True)
class Member:
    """Membership of one region in an area.

    Attributes
    ----------
    region : str
        Code of the region.
    coverage : {"full", "partial"}
        Whether the whole region belongs to the area.
    covered : Text
        Which part, where coverage is partial.
    since : str
        ISO date from which the membership counts, empty if not dated.
    """

    region: str
    coverage: Coverage = "full"
    covered: Text = Text("", "")
    since: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A named set of regions. Areas may overlap.

    Attributes
    ----------
    code : str
        Short ASCII code, e.g. ``"yrd"``.
    name, short : Text
        Full name and the name used in sentences.
    kind : {"strategy", "plate", "own"}
        Where it comes from.
    members : tuple of Member
        In the order of the data set.
    document : Text
        The document that founds it.
    date : str
        ISO date or year of that document.
    status : str
        ``verified`` or ``recalled``.
    """

    code: str
    name: Text
    short: Text
    kind: AreaKind
    members: tuple[Member, ...]
    document: Text = Text("", "")
    date: str = ""
    status: Literal["verified", "recalled", "user"] = "user"

    @property
    def regions(self) -> tuple[str, ...]:
        """Codes of the members."""
        return tuple(member.region for member in self.members)

    @property
    def partial(self) -> tuple[Member, ...]:
        """Members of which only a part belongs to the area."""
        return tuple(member for member in self.members if member.coverage == "partial")

    def __contains__(self, region: object) -> bool:
        return region in self.regions

    def __len__(self) -> int:
        return len(self.members)
