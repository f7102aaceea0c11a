"""An opening: the set of ordered pairs (buyer, seller) whose walls fall as the scenario says.

    coalition S     both orders of every pair inside S
    profile         those who open lower what enters them: (g, i) for every i
    partition       both orders inside each bloc; whoever is in no bloc stays alone
    union           overlapping areas, a pair counted once

The own wall of a region is what enters it. An opening says where walls may fall; how far they fall, and in which
sectors, the scenario says, and pairs outside the scenario stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ronghe.base.area import Area
from ronghe.base.arrays import Bools, Ints
from ronghe.base.errors import RongheError, ScenarioFault, UnknownName, UnknownRegion
from ronghe.base.region import find_region
from ronghe.base.text import Text
from ronghe.simulate.checks import shown
from ronghe.simulate.economy import Economy
from ronghe.simulate.scenario import Where

NO_AREAS = Text(
    "union 取若干区域的列表，每个是区域、区域名或地区列表，如 [[甲, 乙], [乙, 丙]]。",
    "A union takes a list of areas, each an area, its name or a list of regions, such as [[A, B], [B, C]].",
)
UNORDERED = Text("请写明买方和卖方，或给出一个联合体。", "State buyer and seller, or give a coalition.")


@dataclass(frozen=True, slots=True, eq=False)
class OpenPairs:
    """Ordered pairs on the regions of one economy.

    Attributes
    ----------
    regions : tuple of str
        Codes of every region.
    mask : array of bool, shape (buyer, seller)
        Never the diagonal.

    Examples
    --------
    >>> from ronghe.simulate import Economy
    >>> flows = np.array([[8.0, 1, 1], [1, 8, 1], [1, 1, 8]])[:, :, None]
    >>> economy = Economy.from_flows(
    ...     flows=flows, axes=("buyer", "seller", "sector"), value_added_shares=np.ones((3, 1)),
    ...     input_shares=np.zeros((1, 1)), elasticities=4.0, regions=["A", "B", "C"], sectors=["T"])
    >>> OpenPairs.coalition(economy, ["A", "B"]).pairs
    (('A', 'B'), ('B', 'A'))
    >>> OpenPairs.profile(economy, ["A"]).pairs
    (('A', 'B'), ('A', 'C'))
    """

    regions: tuple[str, ...]
    mask: Bools

    @classmethod
    def coalition(cls, economy: Economy, members: Where) -> OpenPairs:
        """Return both orders of every pair of members; nobody, or one member, opens nothing."""
        return cls._of(economy, [_inside(economy, members)])

    @classmethod
    def profile(cls, economy: Economy, openers: Where) -> OpenPairs:
        """Return the pairs (g, i), for every i, of those who lower what enters them.

        Raises
        ------
        ScenarioFault
            If what is given is no area, name or list of names.
        """
        mask = np.zeros((len(economy.regions),) * 2, dtype=bool)
        mask[_inside(economy, openers)] = True
        return cls(economy.regions, _off_diagonal(mask))

    @classmethod
    def partition(cls, economy: Economy, *blocs: Where) -> OpenPairs:
        """Return both orders inside each bloc.

        With one bloc the others stay alone; name them as a second bloc where they form one.

        Raises
        ------
        ScenarioFault
            If a region stands in two blocs.
        """
        inside = [_inside(economy, bloc) for bloc in blocs]
        twice = [code for code, times in zip(economy.regions, sum(inside, np.zeros(len(economy.regions), int)),
                                             strict=True) if times > 1]  # fmt: skip
        if twice:
            raise ScenarioFault(
                Text(
                    f"一个地区只能在一个集团里，重复的有：{'、'.join(twice)}；范围有重叠时请用 union。",
                    f"A region stands in one bloc only; in two: {', '.join(twice)}. Use union where areas overlap.",
                )
            )
        return cls._of(economy, inside)

    @classmethod
    def union(cls, economy: Economy, areas: Sequence[Where]) -> OpenPairs:
        """Return the pairs of areas that may overlap; a pair counts once.

        Raises
        ------
        ScenarioFault
            If areas are no list of areas: one area, or a flat list of regions, which would open nothing.
        """
        if isinstance(areas, str) or not isinstance(areas, Iterable):
            raise ScenarioFault(NO_AREAS + Text(f"读到 {shown(areas)}。", f" Read {shown(areas)}."))
        listed = list(areas)
        inside = [_inside(economy, area) for area in listed]
        single = [area for area, mask in zip(listed, inside, strict=True) if isinstance(area, str) and mask.sum() < 2]
        if single:
            raise ScenarioFault(
                NO_AREAS
                + Text(f"只有一个地区的有：{'、'.join(single)}。", f" Only one region stands in: {', '.join(single)}.")
            )
        return cls._of(economy, inside)

    @classmethod
    def of_pairs(cls, economy: Economy, pairs: Iterable[tuple[str, str]]) -> OpenPairs:
        """Return the ordered pairs (buyer, seller) named.

        Raises
        ------
        ScenarioFault
            If a pair is not an ordered one, a tuple of two names, or if both names are one region.
        UnknownRegion
            If a name is unknown.
        """
        if isinstance(pairs, str) or not isinstance(pairs, Iterable):
            raise ScenarioFault(UNORDERED + Text(f"读到 {shown(pairs)}。", f" Read {shown(pairs)}."))
        listed: list[object] = list(pairs)
        ordered = [pair for pair in listed if isinstance(pair, tuple) and len(pair) == 2]
        if len(ordered) < len(listed):
            raise ScenarioFault(UNORDERED)
        mask = np.zeros((len(economy.regions),) * 2, dtype=bool)
        own: list[str] = []
        for buyer, seller in ((str(first), str(second)) for first, second in ordered):
            buyers, sellers = _positions(economy, [buyer]), _positions(economy, [seller])
            mask[np.ix_(buyers, sellers)] = True
            own += [f"({buyer}, {seller})"] * (len(buyers) == len(sellers) == 1 and bool((buyers == sellers).all()))
        if own:
            raise ScenarioFault(
                Text(
                    f"买方和卖方须是两个地区，同为一个的有：{'、'.join(own)}。",
                    f"Buyer and seller must be two regions; one and the same: {', '.join(own)}.",
                )
            )
        return cls(economy.regions, _off_diagonal(mask))

    @classmethod
    def of_mask(cls, economy: Economy, mask: Bools, *, axes: Sequence[str] | None = None) -> OpenPairs:
        """Return the pairs of a boolean array over the economy's regions; its two axes are named, never guessed.

        Parameters
        ----------
        axes : sequence of str
            ``("buyer", "seller")`` or ``("seller", "buyer")``.

        Raises
        ------
        ScenarioFault
            Without axes, for another shape, or for anything but true and false.
        """
        named = sorted(str(axis) for axis in axes) if isinstance(axes, Iterable) else []
        if axes is None or named != ["buyer", "seller"]:
            raise ScenarioFault(UNORDERED)
        given = _as_array(mask)
        count = len(economy.regions)
        if given.dtype != np.bool_ or given.shape != (count, count):
            raise ScenarioFault(
                Text(
                    f"掩码为 {given.dtype} {given.shape}，应为 {count} x {count} 的真假值。",
                    f"The mask is {given.dtype} {given.shape}; expected {count} x {count} true or false.",
                )
            )
        return cls(economy.regions, _off_diagonal(given if axes[0] == "buyer" else given.T))

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The ordered pairs (buyer, seller)."""
        return tuple((self.regions[n], self.regions[i]) for n, i in np.argwhere(self.mask))

    def __or__(self, other: OpenPairs) -> OpenPairs:
        """Return the pairs of either.

        Raises
        ------
        ScenarioFault
            If the other is no opening, or one of another economy.
        """
        if not isinstance(other, OpenPairs) or other.regions != self.regions:
            regions = other.regions if isinstance(other, OpenPairs) else None
            read = shown(other, kind=True) if regions is None else ", ".join(regions[:5])
            raise ScenarioFault(
                Text(
                    f"只能合并同一经济体的放开，读到另一个：{read}。",
                    f"Only openings of one economy can be joined; read another: {read}.",
                )
            )
        return OpenPairs(self.regions, self.mask | other.mask)

    @classmethod
    def _of(cls, economy: Economy, blocs: Sequence[Bools]) -> OpenPairs:
        mask = np.zeros((len(economy.regions),) * 2, dtype=bool)
        for inside in blocs:
            mask |= np.outer(inside, inside)
        return cls(economy.regions, _off_diagonal(mask))


def _off_diagonal(mask: Bools) -> Bools:
    made = mask.copy()
    np.fill_diagonal(made, False)
    return made


def _as_array(mask: object) -> Bools:
    """Return a mask as an array; an empty one where its rows are of different lengths."""
    try:
        return np.asarray(mask)
    except ValueError:
        return np.zeros((0, 0), dtype=bool)


def _inside(economy: Economy, where: Where) -> Bools:
    if not isinstance(where, Area | str | Iterable):
        raise ScenarioFault(
            Text(
                f"范围应为区域、区域名或地区列表，读到 {shown(where)}。",
                f"A place is an area, its name or a list of regions; read {shown(where)}.",
            )
        )
    names = (
        where.regions
        if isinstance(where, Area)
        else [where]
        if isinstance(where, str)
        else [str(name) for name in where]
    )
    inside = np.zeros(len(economy.regions), dtype=bool)
    inside[_positions(economy, names)] = True
    return inside


def _positions(economy: Economy, names: Sequence[str]) -> Ints:
    """Return positions of regions, of the regions of areas and of blocks; known ones without data are left out."""
    found: list[int] = []
    faults: list[RongheError] = []
    owner = {} if economy.data is None else dict(economy.data.blocks)
    for name in names:
        try:
            codes = _codes(economy, name)
        except UnknownName as error:
            faults.append(error)
            continue
        for code in codes:
            found += [at for at, region in enumerate(economy.regions) if code in (region, owner.get(region))]
    if len(faults) == 1:
        raise faults[0]
    if faults:
        near = [name for fault in faults for name in getattr(fault, "nearest", ())]
        read = ", ".join(str(getattr(fault, "read", "")) for fault in faults)
        raise UnknownRegion(Text("地区", "region"), read, list(dict.fromkeys(near)))
    return np.array(found, dtype=np.int64)


def _codes(economy: Economy, name: str) -> Sequence[str]:
    owners = () if economy.data is None else economy.data.blocks.values()
    if name in owners:
        return [name]
    try:
        return [find_region(name, among=(*economy.region_list, *economy.known)).code]
    except UnknownRegion:
        if economy.data is None:
            raise
        return economy.data.area(name).regions
