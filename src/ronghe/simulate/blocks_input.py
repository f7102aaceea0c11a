"""Blocks as they are given: kinds, sizes, ranges and sums, every fault at once; lists of numbers become arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.text import Text, same
from ronghe.simulate.blocks import Blocks, Groups, Services, Sharing
from ronghe.simulate.checks import Faults, cells, is_number, lengths, numeric, shown

SUMS = 1e-9
PART = Text("0至1", "0 to 1")
POSITIVE = Text("不小于0", "0 or more")

Block = TypeVar("Block")


def checked(blocks: object, *, regions: Sequence[str], sectors: Sequence[str], homes: Sequence[str]) -> Blocks:
    """Return blocks whose arrays fit a world.

    Parameters
    ----------
    homes : sequence of str
        Domestic regions, between which people move.

    Raises
    ------
    DataFault
        Kinds, sizes, shares that do not add up, rates out of range, cells that are no numbers: every fault at once.
    """
    faults = Faults()
    given = _kind(blocks, Blocks, "blocks", faults)
    if given is None:
        faults.settle()
        return Blocks()
    reader = _Reader(tuple(regions), tuple(sectors), tuple(homes), faults)
    made = Blocks(
        groups=reader.groups(given.groups),
        services=reader.services(given.services),
        sharing=reader.sharing(given.sharing),
        subsidies=reader.subsidies(given.subsidies),
        ownership=reader.ownership(given.ownership),
        waste=reader.waste(given.waste),
    )
    faults.settle()
    return made


def _kind(given: object, wanted: type[Block], name: str, faults: Faults) -> Block | None:
    """Return a block of the wanted kind; None, with a fault where it is another thing."""
    if isinstance(given, wanted):
        return given
    if given is not None or wanted is Blocks:
        fields = ", ".join(getattr(wanted, "__slots__", ()))
        faults.add("S134", name, shown(given, kind=True), same(f"{wanted.__name__}({fields})"),
                   Text("请用这一类型给出。", "Give an object of this kind."))  # fmt: skip
    return None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the blocks of one world and keeps every fault."""

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    homes: tuple[str, ...]
    faults: Faults

    def groups(self, given: object) -> Groups | None:
        block = _kind(given, Groups, "groups", self.faults)
        if block is None:
            return None
        names, called = self.names(block.names, "groups, names")
        bills = self.array(block.bills, "groups, bills", group=called, sector=self.sectors, region=self.regions)
        if bills is not None:
            self.adds_up(bills, (self.sectors, self.regions), "groups, bills")
        residents = block.residents
        if residents is not None:
            residents = self.array(residents, "groups, residents", group=called, home=self.homes, residence=self.homes)
        if residents is not None:
            self.peopled(residents, called)
        return block if bills is None else replace(block, names=names, bills=bills, residents=residents)

    def peopled(self, residents: Floats, called: tuple[str, ...]) -> None:
        """Add faults for counts below 0, and for homes and places where a group has nobody."""
        wrong = ~(residents >= 0) | np.isinf(residents)
        cells(wrong, residents, (called, self.homes, self.homes), "groups, residents", POSITIVE, "S135", self.faults)
        if wrong.any():
            return
        for axis, side in ((2, "home"), (1, "residence")):
            total = residents.sum(axis=axis)
            where = f"groups, residents by {side}"
            cells(~(total > 0), total, (called, self.homes), where, Text("大于0", "above 0"), "S135", self.faults)

    def services(self, given: object) -> Services | None:
        block = _kind(given, Services, "services", self.faults)
        if block is None:
            return None
        names, called = self.names(block.names, "services, names")
        budget = self.array(block.budget, "services, budget", service=called, region=self.regions)
        if budget is not None:
            self.adds_up(budget, (self.regions,), "services, budget")
        rivalry = self.parts(block.rivalry, "services, rivalry", service=called)
        weight = self.parts(block.weight, "services, weight", service=called)
        pooling = block.pooling
        if pooling is not None:
            pooling = self.parts(pooling, "services, pooling", service=called, user=self.regions, provider=self.regions)
        if pooling is not None:
            self.others_only(pooling, called)
        if budget is None or rivalry is None or weight is None:
            return block
        return Services(names, budget, rivalry, weight, pooling)

    def others_only(self, pooling: Floats, called: tuple[str, ...]) -> None:
        """Add faults for services that a region would pool with itself."""
        own: Bools = np.eye(len(self.regions), dtype=bool) & (pooling != 0)
        names = (called, self.regions, self.regions)
        cells(own, pooling, names, "services, pooling", Text("本地区对自己为0", "0 of a region for itself"), "S133",
              self.faults)  # fmt: skip

    def sharing(self, given: object) -> Sharing | None:
        block = _kind(given, Sharing, "sharing", self.faults)
        if block is None:
            return None
        rates = self.parts(block.capital_rates, "sharing, capital_rates", region=self.regions)
        kinds = ("*",) if _one(block.shares) else self.sectors
        shares = self.array(block.shares, "sharing, shares (sector or 1, receiver, place)", sector=kinds,
                            receiver=self.regions, place=self.regions)  # fmt: skip
        if shares is not None:
            names = (kinds, self.regions, self.regions)
            cells(~(shares >= 0), shares, names, "sharing, shares", POSITIVE, "S131", self.faults)
            sent = shares.sum(axis=1)
            most = Text("至多1", "at most 1")
            cells(sent > 1 + SUMS, sent, (kinds, self.regions), "sharing, columns", most, "S131", self.faults)
        return block if rates is None or shares is None else Sharing(rates, shares)

    def subsidies(self, given: object) -> Floats | None:
        if given is None:
            return None
        rates = self.array(given, "subsidies", sector=self.sectors, region=self.regions)
        if rates is not None:
            below = Text("绝对值小于1", "below 1 in size")
            cells(~(np.abs(rates) < 1), rates, (self.sectors, self.regions), "subsidies", below, "S132", self.faults)
        return rates

    def ownership(self, given: object) -> Floats | None:
        if given is None:
            return None
        parts = self.array(given, "ownership", owner=self.regions, place=self.regions)
        if parts is not None:
            self.adds_up(parts, (self.regions,), "ownership, columns")
        return parts

    def waste(self, given: object) -> float:
        if is_number(given) and 0.0 <= given <= 1.0:
            return float(given)
        self.faults.add("S133", "waste", shown(given), PART,
                        Text("浪费比例是加价收入的一部分。", "Waste is a share of wedge income."))  # fmt: skip
        return 0.0

    def names(self, given: object, place: str) -> tuple[tuple[Text, ...], tuple[str, ...]]:
        """Return names in both languages and the words by which cells are called."""
        listed = given if isinstance(given, (list, tuple)) else ()
        names = tuple(same(name) if isinstance(name, str) else name for name in listed)
        right = names and all(isinstance(name, Text) for name in names) and len(set(names)) == len(names)
        if not right:
            self.faults.add("S104", place, shown(given), Text("互不相同的名称列表", "a list of names that differ"),
                            Text("请给每项一个名称。", "Give each its own name."))  # fmt: skip
        return names, tuple(name.en if isinstance(name, Text) else str(name) for name in names)

    def array(self, given: object, name: str, **axes: tuple[str, ...]) -> Floats | None:
        """Return an array with one entry for each name along each axis; None with a fault if it is none."""
        array = numeric(given, name, self.faults, tuple(axes.values()))
        if array is None:
            return None
        wanted = [(axis, _LISTS.get(axis, "regions"), len(names)) for axis, names in axes.items()]
        return np.asarray(array, dtype=float) if lengths(array, wanted, name, self.faults) else None

    def parts(self, given: object, name: str, **axes: tuple[str, ...]) -> Floats | None:
        """Return an array of numbers from 0 to 1."""
        array = self.array(given, name, **axes)
        if array is not None:
            cells(~((array >= 0) & (array <= 1)), array, tuple(axes.values()), name, PART, "S133", self.faults)
        return array

    def adds_up(self, array: Floats, names: tuple[tuple[str, ...], ...], what: str) -> None:
        """Add faults where parts are below 0 or do not add up to 1 over the first axis."""
        total = array.sum(axis=0)
        wrong = ~(np.abs(total - 1.0) <= SUMS) | (array < 0).any(axis=0)
        cells(wrong, total, names, what, Text("不小于0，合计为1", "0 or more, a sum of 1"), "S130", self.faults)


def _one(given: object) -> bool:
    """Return whether a table has one entry along its first axis."""
    if isinstance(given, np.ndarray):
        return bool(given.shape[:1] == (1,))
    return isinstance(given, (list, tuple)) and len(given) == 1


_LISTS = {"group": "groups.names", "service": "services.names", "sector": "sectors", "home": "domestic regions",
          "residence": "domestic regions"}  # fmt: skip
