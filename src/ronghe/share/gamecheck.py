"""What makes a table of coalitions a game: every fault is found in one pass and told with its remedy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import GameFault, GameTooLargeError
from ronghe.base.text import Text, joined
from ronghe.share.coalitions import coalition_name

MOST_PLAYERS = 22
LISTED = 8
"""How many faulty coalitions are named before the rest is only counted."""


def check_players(players: int) -> None:
    """Refuse a number of players outside 1 to 22, before any table is made.

    Raises
    ------
    GameTooLargeError, GameFault
    """
    if players > MOST_PLAYERS:
        count = f"{2**players:,}" if players <= 64 else f"2^{players}"
        most = Text(
            f"{players}个地区有{count}个联盟；完整的表最多容纳{MOST_PLAYERS}个地区。请合并地区，或缩小区域。",
            f"{players} regions make {count} coalitions; the table stops at {MOST_PLAYERS}. "
            "Group regions, or choose a smaller area.",
        )
        raise GameTooLargeError(most)
    if players < 1:
        raise GameFault(Text("博弈至少要有一个地区。", "A game needs at least one region."))


def players_of(regions: Sequence[str]) -> tuple[str, ...]:
    """Return the codes of the players; their number is checked first.

    Raises
    ------
    GameTooLargeError, GameFault
        More than 22 players, or none.
    """
    codes = codes_of(regions)
    check_players(len(codes))
    return codes


def codes_of(regions: Sequence[str]) -> tuple[str, ...]:
    """Return codes as a tuple; a bare text is refused, it would become its letters."""
    if isinstance(regions, str):
        raise GameFault(
            Text(
                f"regions 应为地区代码的序列，读到文本“{regions}”。",
                f'regions must be a sequence of codes; read the text "{regions}".',
            )
        )
    return tuple(str(code) for code in regions)


def listing_faults(count: int, players: int, order: str, orders: Sequence[str]) -> list[Text]:
    """Return what is wrong with a list of worths: its order or its length."""
    faults = []
    if order not in orders:
        faults.append(
            Text(
                f"order 应为 {' 或 '.join(orders)}，读到“{order}”。",
                f'order must be {" or ".join(orders)}; read "{order}".',
            )
        )
    if count not in (2**players, 2**players - 1):
        faults.append(_length(count, players))
    return faults


def check_table(
    regions: tuple[str, ...],
    names: Sequence[Text],
    columns: tuple[str, ...],
    worth: Any,
    gains: Any,
    beside: Mapping[str, Any],
) -> tuple[Floats, Floats | None, dict[str, Floats]]:
    """Return the tables of a game as read-only arrays.

    Raises
    ------
    GameFault
        With every fault: length, cells without a number by coalition, v(∅), columns of the gains.
    """
    rows = 2 ** len(regions)
    faults: list[Text] = []
    twice = [code for code, count in Counter(regions).items() if count > 1]
    if twice:
        faults.append(
            Text(
                f"地区重复：{'、'.join(twice)}。每个地区只能出现一次。",
                f"Regions named twice: {', '.join(twice)}. Each region may stand once.",
            )
        )
    if len(names) != len(regions):
        faults.append(
            Text(
                f"names 有{len(names)}个，地区有{len(regions)}个。",
                f"There are {len(names)} names for {len(regions)} regions.",
            )
        )
        names = [Text(code, code) for code in regions]
    table = _numbers("worth", worth, faults)
    if table is not None and _cells(table, names, faults) and table[0] != 0:
        faults.append(
            Text(
                f"空联盟的值应为 0，读到 {table[0]:g}。",
                f"The worth of the empty coalition must be 0; read {table[0]:g}.",
            )
        )
    missing = [code for code in regions if code not in columns]
    if missing and (gains is not None or beside):
        faults.append(
            Text(f"收益表缺少参与地区：{'、'.join(missing)}。", f"The gains lack these players: {', '.join(missing)}.")
        )
    sides = {key: _side(key, value, (rows, len(columns)), faults) for key, value in beside.items()}
    own = None if gains is None else _side("gains", gains, (rows, len(columns)), faults)
    if faults or table is None:
        raise GameFault(_all(faults))
    return table, own, {key: side for key, side in sides.items() if side is not None}


def _numbers(name: str, values: Any, faults: list[Text]) -> Floats | None:
    try:
        table = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        faults.append(
            Text(f"{name} 含有不是数字的内容（{error}）。", f"{name} holds something that is no number ({error}).")
        )
        return None
    table.setflags(write=False)
    return table


def _cells(table: Floats, names: Sequence[Text], faults: list[Text]) -> bool:
    """Note a wrong length or shape, and cells without a finite number; True when v(∅) can be looked at."""
    if table.ndim != 1:
        faults.append(
            Text(f"worth 应为一维表，读到形状 {table.shape}。", f"worth must have one axis; read shape {table.shape}.")
        )
        return False
    if len(table) != 2 ** len(names):
        faults.append(_length(len(table), len(names)))
        return False
    bad = np.flatnonzero(~np.isfinite(table))
    if len(bad):
        shown = [coalition_name(int(mask), names) for mask in bad[:LISTED]]
        braced = joined([Text(f"{{{name.zh}}}", f"{{{name.en}}}") for name in shown])
        more = len(bad) - len(shown)
        faults.append(
            Text(
                f"{len(bad)}个联盟没有有限的数值：{braced.zh}" + (f"，另有{more}个" if more else "") + "。",
                f"{len(bad)} coalition{'s have' if len(bad) > 1 else ' has'} no finite number: {braced.en}"
                + (f" and {more} more" if more else "")
                + ".",
            )
        )
    return bool(np.isfinite(table[0]))


def _side(name: str, values: Any, shape: tuple[int, int], faults: list[Text]) -> Floats | None:
    table = _numbers(name, values, faults)
    if table is not None and table.shape != shape:
        faults.append(
            Text(
                f"{name} 的形状应为 {shape}（联盟 × 地区），读到 {table.shape}。",
                f"{name} must have shape {shape} (coalition, region); read {table.shape}.",
            )
        )
    elif table is not None and not np.isfinite(table).all():
        count = int((~np.isfinite(table)).sum())
        faults.append(Text(f"{name} 有{count}格没有有限的数值。", f"{name} has {count} cells without a finite number."))
    return table


def _length(count: int, players: int) -> Text:
    return Text(
        f"{players}个地区有 2^{players} = {2**players:,} 个联盟，读到{count:,}个值。",
        f"{players} regions make 2^{players} = {2**players:,} coalitions; read {count:,} values.",
    )


def _all(faults: list[Text]) -> Text:
    count = len(faults)
    return Text(
        f"博弈有{count}处错误：\n" + "\n".join("  " + fault.zh for fault in faults),
        f"The game has {count} fault{'s' if count > 1 else ''}:\n" + "\n".join("  " + fault.en for fault in faults),
    )
