"""Structural depth (融合深度): how far an area is from merely added (相加) towards fused (相融).

    D = A / (A + G),     A = W(now) - W(blocks),     G = W(fused) - W(now)

W counts household consumption and public services of the members. *Blocks* is the same economy with the walls
that the members have with outsiders at the same distance (``as_outsiders``), or with no trade between them
(``prohibitive``). *Fused* keeps geography and productivities and takes away a share ``removable`` of the border
terms, or what documented levers take away. ``removable`` has no default: D exists as a scenario band only, and it
is printed only if its sign is the same over the whole grid of trade elasticity, distance elasticity and removable.

On estimated trade the walls inside and outside are equal by construction, and nothing is told: ``not identified``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ronghe.base.arrays import Floats
from ronghe.base.errors import NotIdentified, ScenarioFault, UnconvergedSolution
from ronghe.base.spread import Spread
from ronghe.base.text import Text
from ronghe.simulate.binding import shock_of
from ronghe.simulate.borders import DistanceElasticity
from ronghe.simulate.checks import Faults, numeric
from ronghe.simulate.depth_grid import NOTHING, Central, DepthCell, DepthGrid, band
from ronghe.simulate.economy import Economy
from ronghe.simulate.opening import opening
from ronghe.simulate.scenario import Scenario, Where
from ronghe.simulate.shock import Shock
from ronghe.simulate.walls import Walls, refusal, walls

DepthStatus = Literal["stable", "sign not stable", "no potential", "not converged", "not identified"]

_TITLES = {
    "as_outsiders": Text("以对区外同等距离的壁垒为参照", "against walls as to outsiders"),
    "prohibitive": Text("以完全隔断为参照", "against prohibitive walls"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Depth:
    """The depth of integration of one area; every figure is None or empty unless the status allows it.

    Attributes
    ----------
    status : str
        ``stable``, ``sign not stable``, ``no potential``, ``not converged`` or ``not identified``.
    status_text : Text
        The same as a sentence, with the cells where the sign turns or the tables that would unlock it.
    value, prohibitive : float or None
        D under both readings at the economy's own elasticities, fused by documented levers. None without levers:
        D then exists as the band only. None unless ``stable``; ``value`` is also None without outsiders.
    band : mapping of reading to (low, high)
        Scenario band over the grid.
    annex : mapping of reading to float
        D if all of the border terms were removed, at the economy's own elasticities: for an annex, never the answer.
        Empty unless ``stable``, and where levers are given.
    interval : mapping of reading to Spread
        5-95 % interval of the annex's reading from the noise of the border terms, where the flows show any; across 0
        the sign is not stable. Empty where levers are given.
    achieved : mapping of reading to float
        A, 亿元 a year; like all that follows empty unless ``stable``.
    remaining, potential : float, mapping of reading to float
        G, and A + G: by the levers or, without them, for the annex, with all border terms removed.
    by_region : mapping of code to mapping of str to float
        Each member's part of A (by reading) and of G (``remaining``).
    losers : tuple of str
        Members whose part of G is below 0.
    curve : mapping of reading to mapping of float to float
        W less W(now) from blocks (-1) over now (0) to fused (1); ``prohibitive`` starts from a kernel of 0.
    cells : tuple of DepthCell
        The whole grid, raw.
    refusal : NotIdentified or None
    """

    status: DepthStatus
    status_text: Text
    value: float | None = None
    prohibitive: float | None = None
    band: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    annex: Mapping[str, float] = field(default_factory=dict)
    interval: Mapping[str, Spread] = field(default_factory=dict)
    achieved: Mapping[str, float] = field(default_factory=dict)
    remaining: float | None = None
    potential: Mapping[str, float] = field(default_factory=dict)
    by_region: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    losers: tuple[str, ...] = ()
    curve: Mapping[str, Mapping[float, float]] = field(default_factory=dict)
    cells: tuple[DepthCell, ...] = ()
    distance: DistanceElasticity | None = None
    certificate: Text = Text("", "")
    refusal: NotIdentified | None = None

    @property
    def stable(self) -> bool:
        """Whether D may be printed: its sign is the same over the whole grid."""
        return self.status == "stable"

    @property
    def identified(self) -> bool:
        """Whether the tables can tell anything about depth."""
        return self.status != "not identified"

    @property
    def reason(self) -> Text:
        """Why there is no depth, where there is none."""
        return self.status_text if self.refusal is None else self.refusal.reason

    @property
    def unlocks(self) -> tuple[str, ...]:
        """Tables that would unlock it."""
        return () if self.refusal is None else self.refusal.unlocks


def depth(economy: Economy, area: Where, *, levers: Scenario | None = None, distances: Floats | None = None) -> Depth:
    """Return the depth of integration of an area, people fixed.

    Parameters
    ----------
    area : Area, its name, or list of names or codes
    levers : Scenario, optional
        Documented levers that fuse the area; without them a share of the border terms is removed, and the answer
        is the band over that share.
    distances : array, shape (region, region), optional
        km, own distances on the diagonal, for an economy made from flows; without any the whole cost of trade
        relative to home counts as border, and the status says so.

    Returns
    -------
    Depth
        With status ``not identified`` where trade is estimated: never an error, never a number.

    Raises
    ------
    UnknownRegion, ScenarioFault
        Unknown names; fewer than two members with data; levers without a documented measure.
    DataFault
        If distances are no numbers.
    """
    known = _numbers(distances)
    where = opening(economy, area)
    refused = refusal(economy, "depth", area)
    if refused is not None:
        return Depth("not identified", refused.text, refusal=refused)
    read = walls(economy, where, distances=known)
    grid = DepthGrid(economy, where, read, _documented(economy, levers))
    try:
        return _answer(grid, read)
    except UnconvergedSolution as failure:
        return Depth("not converged", failure.text, distance=read.elasticity)


def _numbers(distances: object) -> Floats | None:
    if distances is None:
        return None
    faults = Faults()
    table = numeric(distances, "distances", faults)
    faults.settle()
    return table


def _documented(economy: Economy, levers: Scenario | None) -> Shock | None:
    """Return the shock of documented levers."""
    if levers is None:
        return None
    bound = economy.bind(levers)
    if not bound.pieces or any(piece.lever is None for piece in bound.pieces):
        raise ScenarioFault(
            Text(
                "融合深度只接受有实测依据和来源的举措（Scenario.lever），不接受设想的降幅。",
                "Depth takes levers with a documented measure and source (Scenario.lever), no stated cut.",
            )
        )
    return shock_of(bound, economy.world)


def _answer(grid: DepthGrid, read: Walls) -> Depth:
    cells = grid.cells()
    status = judged(cells)
    interval = grid.interval() if status == "stable" else {}
    if any(spread.low < 0.0 < spread.high for spread in interval.values()):
        status = "sign not stable"
    stable = status == "stable"
    central = grid.central(certified=stable)
    values = central.values if stable else {}
    measured = values if grid.levers is not None else {}
    floor = -NOTHING * grid.income
    return Depth(
        status=status,
        status_text=_sentence(status, cells, central, read, interval),
        value=measured.get("as_outsiders"),
        prohibitive=measured.get("prohibitive"),
        annex={} if grid.levers is not None else values,
        band=band(cells) if stable else {},
        interval=interval,
        achieved=central.achieved if stable else {},
        remaining=central.remaining if stable else None,
        potential={reading: value + central.remaining for reading, value in central.achieved.items() if stable},
        by_region=central.by_region if stable else {},
        losers=tuple(code for code, row in central.by_region.items() if stable and row["remaining"] < floor),
        curve=central.curve if stable else {},
        cells=cells,
        distance=read.elasticity,
        certificate=central.certificate,
    )


def judged(cells: Sequence[DepthCell]) -> DepthStatus:
    """Say whether D may be printed: under each reading one sign in every cell."""
    signs = {(cell.reading, cell.sign) for cell in cells}
    if all(sign is None for _, sign in signs):
        return "no potential"
    readings = {reading for reading, _ in signs}
    if len(signs) == len(readings) and all(sign is not None for _, sign in signs):
        return "stable"
    return "sign not stable"


def _sentence(
    status: DepthStatus, cells: Sequence[DepthCell], central: Central, read: Walls, interval: Mapping[str, Spread]
) -> Text:
    if status == "no potential":
        return Text(
            "没有潜力：隔断、现状与相融之间没有差别（成员之间没有可测的贸易），融合深度没有定义。",
            "no potential: walls, today and fusion do not differ (no measured trade between members); "
            "depth is undefined.",
        )
    if status == "sign not stable":
        return _turns(cells, interval)
    text = Text("正负号在全部假设下一致。", "The sign is the same under all assumptions.")
    if central.values.get("as_outsiders", 0.0) < 0:
        text += Text("小于0：区内壁垒已经高于对区外的壁垒。", " Below 0: walls inside are already above those outside.")
    if central.remaining < 0:
        text += Text("大于1：相融会降低福利。", " Above 1: fusing would lower welfare.")
    if "as_outsiders" not in central.values:
        text += Text("没有区外成员可比，只有一种参照。", " No outsiders to compare with: one reading only.")
    if read.elasticity.high == 0:
        text += Text("没有距离：全部贸易成本都算作边界。", " No distances: the whole cost of trade counts as border.")
    return text


def _turns(cells: Sequence[DepthCell], interval: Mapping[str, Spread]) -> Text:
    """Name the cells where the sign is not the first one's, at most three a reading, and intervals across 0."""
    parts = []
    for reading, title in _TITLES.items():
        own = [cell for cell in cells if cell.reading == reading]
        other = [cell for cell in own if cell.sign != own[0].sign]
        if not other:
            continue
        zh = "、".join(_place(cell).zh for cell in other[:3])
        en = ", ".join(_place(cell).en for cell in other[:3])
        parts.append(
            Text(
                f"{title.zh}：{len(own)}格中{len(other)}格不同，如{zh}。",
                f" {title.en}: {len(other)} of {len(own)} cells differ, e.g. {en}.",
            )
        )
    for reading, spread in interval.items():
        if spread.low < 0.0 < spread.high:
            title = _TITLES[reading]
            parts.append(Text(f"{title.zh}：流量噪声的区间跨过0。", f" {title.en}: the interval from noise crosses 0."))
    whole = Text("正负号不稳定，不发布数值。", "sign not stable; no value is published.")
    for part in parts:
        whole += part
    return whole


def _place(cell: DepthCell) -> Text:
    share = "" if cell.removable is None else f"{cell.removable:g}"
    return Text(
        f"（贸易弹性{cell.elasticity:g}，距离弹性{cell.distance:.2f}" + (f"，可移除{share}）" if share else "）"),
        f"(trade elasticity {cell.elasticity:g}, distance elasticity {cell.distance:.2f}"
        + (f", removable {share})" if share else ")"),
    )
