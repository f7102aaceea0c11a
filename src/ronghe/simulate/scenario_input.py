"""What is read into a scenario: every fault of one step in both languages, told at once.

Names of regions, areas and sectors are looked up later, when the scenario meets an economy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
from typing import NamedTuple

import numpy as np

from ronghe.base.area import Area
from ronghe.base.arrays import Floats
from ronghe.base.errors import ScenarioFault
from ronghe.base.status import STATUSES
from ronghe.base.text import Text
from ronghe.simulate.changes import MEASURED_CHANNELS, RELATIONS, Change, ChangeKind, Lever
from ronghe.simulate.checks import AXES, Faults, is_number, numeric, shown, size_of

Place = Area | str | tuple[str, ...]
"""An area, one name, or the names of a list."""


class Limits(NamedTuple):
    """What a value may be; ``ends`` says whether the limits themselves may."""

    low: float
    high: float
    ends: bool

    @property
    def words(self) -> Text:
        """The limits as they stand in a fault."""
        if not np.isfinite(self.high):
            return Text(f"大于 {self.low:g}", f"above {self.low:g}")
        without = Text("", "") if self.ends else Text("（不含两端）", ", ends excluded")
        return Text(f"在 {self.low:g} 至 {self.high:g} 之间", f"between {self.low:g} and {self.high:g}") + without

    def hold(self, value: float) -> bool:
        """Return whether a value lies inside."""
        return self.low <= value <= self.high if self.ends else self.low < value < self.high


FACTOR = Limits(0.0, float("inf"), ends=False)
RATE = Limits(-1.0, 1.0, ends=False)
PART = Limits(0.0, 1.0, ends=True)


def settle(faults: Sequence[Text]) -> None:
    """Raise a :class:`ScenarioFault` with every fault."""
    if faults:
        raise ScenarioFault(Text("".join(f.zh for f in faults), " ".join(f.en for f in faults)))


def share_of(share: object, faults: list[Text]) -> float:
    """Return the share of a cut; add a fault unless it is a fraction of at least 0 and below 1."""
    if isinstance(share, bool) or not isinstance(share, Real):
        read = share if isinstance(share, str) else shown(share)
        faults.append(Text(f"降幅应为小数，读到“{read}”（0.10 表示一成）。",
                           f'A cut is a fraction; read "{read}" (0.10 is ten per cent).'))  # fmt: skip
        return 0.0
    cut = float(share)
    if not 0.0 <= cut < 1.0:
        faults.append(Text(f"降幅 {cut:g} 应不小于0且小于1（0.10 表示一成）。",
                           f"A cut of {cut:g} must be at least 0 and below 1 (0.10 is ten per cent)."))  # fmt: skip
    return cut


def area_of(within: object, faults: list[Text]) -> Place:
    """Return an area, its name or a list of names; add a fault for a list of fewer than two.

    One name alone is an area's; whether there is such an area is known when the scenario meets an economy.
    """
    place = place_of(within, faults)
    if isinstance(place, tuple) and len(set(place)) < 2 and isinstance(within, Iterable):
        faults.append(Text("一个范围至少要有两个地区。", "An area needs at least two regions."))
    return place


def sides_of(first: object, second: object, missing: Text, faults: list[Text]) -> tuple[tuple[str, ...], ...]:
    """Return the names on both sides of ordered pairs; add ``missing`` where a side names nobody."""
    sides = tuple(codes(place_of(side, faults)) for side in (first, second))
    if not all(sides) and not faults:
        faults.append(missing)
    return sides


def place_of(where: object, faults: list[Text]) -> Place:
    """Return a place as given; add a fault for what is none."""
    if isinstance(where, Area | str):
        return where
    if not isinstance(where, Iterable):
        faults.append(Text(f"范围应为区域、区域名或地区列表，读到 {shown(where)}。",
                           f"A place is an area, its name or a list of regions; read {shown(where)}."))  # fmt: skip
        return ()
    return tuple(str(code) for code in where)


def codes(place: Place) -> tuple[str, ...]:
    """Return the names of a place."""
    if isinstance(place, Area):
        return place.regions
    return (place,) if isinstance(place, str) else place


def sectors_of(sectors: object, faults: list[Text]) -> tuple[str, ...] | None:
    """Return the names of sectors; None where they are left out."""
    if sectors is None or isinstance(sectors, str):
        return None if sectors is None else (sectors,)
    if not isinstance(sectors, Iterable):
        faults.append(Text(f"部门应为名称列表，读到 {shown(sectors)}。",
                           f"Sectors are a list of names; read {shown(sectors)}."))  # fmt: skip
        return None
    named = tuple(str(sector) for sector in sectors)
    if not named:
        faults.append(Text("没有写出任何部门；不限部门时请省略 sectors。",
                           "No sector is named; leave sectors out to mean all traded ones."))  # fmt: skip
    return named


def pairs_of(pairs: object, faults: list[Text]) -> tuple[tuple[str, str], ...]:
    """Return ordered pairs (buyer, seller); add faults for none at all, for what is no pair, and for one's own."""
    listed = list(pairs) if isinstance(pairs, Iterable) and not isinstance(pairs, str) else [pairs]
    if not listed:
        faults.append(Text("pairs 中没有地区对；不限地区对时请省略 pairs。",
                           "No pair is named; leave pairs out where none is meant."))  # fmt: skip
    ordered = [(str(pair[0]), str(pair[1])) for pair in listed if isinstance(pair, tuple) and len(pair) == 2]
    if len(ordered) < len(listed):
        faults.append(Text("请写明买方和卖方，或给出一个联合体。", "State buyer and seller, or give a coalition."))
    own = [buyer for buyer, seller in ordered if buyer == seller]
    if own:
        faults.append(Text(f"买方和卖方须是两个地区，同为一个的有：{'、'.join(own)}。",
                           f"Buyer and seller must be two regions; one and the same: {', '.join(own)}."))  # fmt: skip
    return tuple(ordered)


def valued(kind: ChangeKind, values: object, limits: Limits, *, size: int = 1, sectors: object = None) -> Change:
    """Return a change given by numbers, one a region or an ordered pair of regions.

    Raises
    ------
    ScenarioFault
        Every fault at once.
    """
    faults: list[Text] = []
    made: list[tuple[tuple[str, ...], float]] = []
    for key, value in _items(values, size, faults):
        names = (key,) if isinstance(key, str) else tuple(str(name) for name in key) if isinstance(key, tuple) else ()
        if len(names) != size:
            faults.append(Text(f"“{key}”应写{size}个地区。", f'"{key}" must name {size} region(s).'))
        elif len(set(names)) < size:
            faults.append(Text(f"“{names[0]}”应与另一个地区成对。", f'"{names[0]}" needs another region beside it.'))
        called = Text("、".join(names) or str(key), ", ".join(names) or str(key))
        if not is_number(value):
            faults.append(Text(f"{called.zh} 的数值应为数，读到 {shown(value)}。",
                               f"{called.en}: the value must be a number; read {shown(value)}."))  # fmt: skip
        elif not limits.hold(value):
            faults.append(Text(f"{called.zh} 的数值 {value:g} 应{limits.words.zh}。",
                               f"{called.en}: {value:g} must lie {limits.words.en}."))  # fmt: skip
        else:
            made.append((names, float(value)))
    named = sectors_of(sectors, faults)
    settle(faults)
    return Change(kind, values=tuple(made), sectors=named)


def _items(values: object, size: int, faults: list[Text]) -> Iterable[tuple[object, object]]:
    if not isinstance(values, Mapping):
        key = Text("地区", "region") if size == 1 else Text("（地区, 地区）", "(region, region)")
        faults.append(Text(f"应给出“{key.zh}: 数值”的字典，读到 {shown(values, kind=True)}。",
                           f"Give a mapping of {key.en} to number; read {shown(values, kind=True)}."))  # fmt: skip
        return ()
    if not values:
        faults.append(Text("没有给出任何数值。", "No value is given."))
    return values.items()


def tariffs_of(tariffs: object, axes: object, faults: list[Text]) -> tuple[Floats, tuple[str, ...]]:
    """Return an array of wedges and its axes; add faults for what is none and for wedges of a region on itself."""
    named = tuple(str(axis) for axis in axes) if isinstance(axes, Iterable) and not isinstance(axes, str) else ()
    if sorted(named) != sorted(AXES):
        faults.append(Text("axes 须写明 buyer、seller、sector 各一次。",
                           "axes must name buyer, seller and sector, each once."))  # fmt: skip
    found = Faults()
    array = numeric(tariffs, "tariffs", found)
    faults += [fault.text for fault in found]
    if array is None:
        return np.zeros((0, 0, 0)), named
    array = np.array(array, dtype=float)
    if array.ndim != 3:
        read = size_of(array)
        faults.append(Text(f"关税须是三维数组，读到{read.zh}。", f"Tariffs have three axes; read {read.en}."))
    elif sorted(named) == sorted(AXES):
        _no_own_tariffs(array.transpose([named.index(axis) for axis in ("buyer", "seller", "sector")]), faults)
    if not np.isfinite(array).all() or (array <= -1).any():
        faults.append(Text("关税须为大于-1的小数。", "Tariffs must be fractions above -1."))
    return array, named


def _no_own_tariffs(tariffs: Floats, faults: list[Text]) -> None:
    if tariffs.shape[0] != tariffs.shape[1]:
        return
    at = np.argwhere(np.diagonal(tariffs))
    if len(at):
        sector, region = (int(index) + 1 for index in at[0])
        value = tariffs[region - 1, region - 1, sector - 1]
        faults.append(
            Text(
                f"{len(at)}个格子的买方就是卖方而关税不为0，如第{region}个地区、第{sector}个部门 {value:g}；"
                "本地关税须为0。",
                f"{len(at)} cells have a tariff where buyer and seller are one region, such as {value:g} for region "
                f"{region}, sector {sector}; at home it must be 0.",
            )
        )


def lever_faults(lever: Lever) -> list[Text]:
    """Return every fault of a lever."""
    return [*_word_faults(lever), *_choice_faults(lever), *_number_faults(lever)]


def _word_faults(lever: Lever) -> list[Text]:
    needed = (
        ("name", Text("名称（name）", "name")),
        ("measure", Text("实测依据（measure）", "measure")),
        ("source", Text("来源（source）", "source")),
        ("owner", Text("责任主体（owner）", "owner")),
    )
    missing = [
        title for key, title in needed if not isinstance(getattr(lever, key), str) or not getattr(lever, key).strip()
    ]
    return [
        Text(f"杠杆“{lever.name}”没有{title.zh}。", f'Lever "{lever.name}" names no {title.en}.') for title in missing
    ]


def _choice_faults(lever: Lever) -> list[Text]:
    faults = []
    if lever.channel not in MEASURED_CHANNELS:
        known = "、".join(MEASURED_CHANNELS)
        faults.append(
            Text(
                f"渠道“{lever.channel}”不能直接给出实测举措；可用：{known}。",
                f'Channel "{lever.channel}" takes no documented measure; known: {known.replace("、", ", ")}.',
            )
        )
    if lever.layer not in ("hardware", "software"):
        faults.append(Text(f"层次“{lever.layer}”应为 hardware 或 software。",
                           f'Layer "{lever.layer}" must be hardware or software.'))  # fmt: skip
    if lever.relation not in RELATIONS:
        faults.append(Text(f"关系“{lever.relation}”应为央地、府际、政企、企企之一。",
                           f'Relation "{lever.relation}" must be one of {", ".join(RELATIONS)}.'))  # fmt: skip
    if lever.status not in STATUSES:
        faults.append(Text(f"数据状态“{lever.status}”应为 {'、'.join(STATUSES)} 之一。",
                           f'Status "{lever.status}" must be one of {", ".join(STATUSES)}.'))  # fmt: skip
    return faults


def _number_faults(lever: Lever) -> list[Text]:
    values = {key: getattr(lever, key) for key in ("before", "after", "conversion")}
    faults = [
        Text(f"{key} 应为数，读到 {shown(value)}。", f"{key} must be a number; read {shown(value)}.")
        for key, value in values.items()
        if not is_number(value)
    ]
    if faults:
        return faults
    if not lever.conversion > 0:
        return [
            Text(
                f"换算系数 conversion 须大于0，读到 {lever.conversion:g}：0 使举措没有作用，负数把降低变成提高；"
                "提高成本的举措请写 after 大于 before。",
                f"conversion must be above 0; read {lever.conversion:g}: 0 leaves the lever without effect, and "
                "below 0 a cut becomes a rise. For a measure that raises cost give an after above before.",
            )
        ]
    if not (lever.conversion * lever.before > -1 and lever.conversion * lever.after > -1):
        return [Text("换算后的成本须大于-1。", "Costs after conversion must be above -1.")]
    return []
