"""The worth of coalitions from the equilibrium model: what opening to each other brings the members.

    E(S) = both orders of every pair inside S
    v(S) = sum over i in S of g_i(E(S))       g: payable part of the exact gain, 亿元 a year

Every coalition is one exact equilibrium, never a first-order formula. On an estimated trade table the only
game is the gain per stated cut, the same factor on every pair; a coalition without a certified equilibrium
has no worth, and then there is no game.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ronghe.base.area import Area
from ronghe.base.arrays import Floats
from ronghe.base.errors import UnconvergedSolution
from ronghe.base.provenance import Provenance
from ronghe.base.text import Text, joined
from ronghe.share.coalitions import coalition_name
from ronghe.share.game import YEARLY, CoalitionGame, Kind
from ronghe.share.gamecheck import LISTED, check_players
from ronghe.simulate import BatchGains, Economy, Scenario, batch
from ronghe.simulate.closure import Closure
from ronghe.simulate.opening import block_names

BESIDE = ("household", "services")


def coalition_game(
    economy: Economy,
    scenario: Scenario,
    *,
    players: Area | str | Sequence[str],
    closure: Closure = "short",
    progress: Callable[[int, int], None] | None = None,
) -> CoalitionGame:
    """Return the game of a scenario among the regions of an area.

    Parameters
    ----------
    economy : Economy
    scenario : Scenario
        What falls between members, e.g. a stated cut; a coalition opens what lies inside it.
    players : Area, str or sequence of str
        Members without data stay out, and a note names them.
    closure : {"short", "medium"}
        People fixed, or moving.
    progress : callable, optional
        Called with (coalitions done, all).

    Raises
    ------
    GameTooLargeError
        More than 22 players, before anything is solved.
    NotIdentified
        A scenario other than one stated cut, on a trade table that is estimated.
    UnconvergedSolution
        If a coalition has no certified equilibrium: the coalitions are named.
    """
    held = _area(economy, players)
    check_players(_count(economy, held))
    kind = _kind(scenario)
    if kind != "gain per stated cut":
        economy.require("pair_walls")
    gains = batch(economy, scenario, held, closure=closure, progress=progress)
    named = dict(zip(economy.regions, economy.names, strict=True)) | dict(block_names(economy))
    names = tuple(named[code] for code in gains.players)
    if not gains.converged:
        raise _unconverged(gains, names)
    return CoalitionGame(
        regions=gains.players,
        worth=gains.worth(),
        kind=kind,
        unit=YEARLY,
        status=gains.status,
        provenance=_provenance(economy, gains),
        notes=(*gains.notes, gains.status_text, *_absent(economy, held, gains)),
        gains=_columns(gains, gains.payable),
        gain_regions=(*gains.players, *gains.others),
        beside={column: _columns(gains, getattr(gains, column)) for column in BESIDE},
        names=names,
        gain_names=(*names, *(named[code] for code in gains.others)),
    )


def _count(economy: Economy, held: Area | Sequence[str]) -> int:
    """Return how many play: the blocks that own the walls, where a data set has them."""
    codes = held.regions if isinstance(held, Area) else held
    owner = {} if economy.data is None else economy.data.blocks
    blocks = {owner.get(code, code) for code in codes}
    return len(blocks) if len(blocks) > 1 else len(codes)


def _columns(gains: BatchGains, column: Floats) -> Floats:
    """Return a column by player, then by every region outside, shape (2**n, player + other)."""
    outside = [gains.regions.index(code) for code in gains.others]
    return np.concatenate([gains.by_player(column), column[:, outside]], axis=1)


def silent_losers(game: CoalitionGame) -> tuple[str, ...]:
    """Return players that do not lose payable money when all open, but lose in a column money does not carry."""
    own = game.player_gains()
    if own is None or not game.beside:
        return ()
    columns = [game.gain_regions.index(code) for code in game.regions]
    others = np.array([table[-1, columns] for table in game.beside.values()])
    return tuple(
        code
        for code, paid, lowest in zip(game.regions, own[-1], others.min(axis=0), strict=True)
        if paid >= 0 and lowest < 0
    )


def _area(economy: Economy, players: Area | str | Sequence[str]) -> Area | Sequence[str]:
    if isinstance(players, Area):
        return players
    if economy.data is not None:
        return economy.data.area(players)
    return (players,) if isinstance(players, str) else players


def _kind(scenario: Scenario) -> Kind:
    """One factor on every pair of one set of regions is a stated cut; anything else tells pairs apart."""
    plain = all(change.kind == "cut" and not (change.buyers or change.pairs) for change in scenario.changes)
    sets = {frozenset(change.area.regions if change.area else change.members) for change in scenario.changes}
    return "gain per stated cut" if plain and len(sets) == 1 else "gain of a scenario"


def _provenance(economy: Economy, gains: BatchGains) -> Provenance:
    how = Text(
        f"一般均衡逐个联盟求解，闭合 {gains.closure}，情景“{gains.scenario.name}”",
        f'one general equilibrium a coalition, closure {gains.closure}, scenario "{gains.scenario.name}"',
    )
    return Provenance(gains.status, () if economy.data is None else economy.data.sources, "", how)


def _absent(economy: Economy, held: Area | Sequence[str], gains: BatchGains) -> tuple[Text, ...]:
    playing = {code for group in gains.groups for code in group}
    absent = [code for code in held.regions if code not in playing] if isinstance(held, Area) else []
    if not absent:
        return ()
    known = {region.code: region.name for region in economy.known}
    names = joined([known.get(code, Text(code, code)) for code in absent])
    return (Text(f"没有数据、不参加博弈的成员：{names.zh}。", f"Members without data, not in the game: {names.en}."),)


def _unconverged(gains: BatchGains, names: Sequence[Text]) -> UnconvergedSolution:
    shown = [coalition_name(mask, names) for mask in gains.failed[:LISTED]]
    braced = joined([Text(f"{{{name.zh}}}", f"{{{name.en}}}") for name in shown])
    more = len(gains.failed) - len(shown)
    return UnconvergedSolution(
        Text(
            f"{gains.status_text.zh}：{braced.zh}"
            + (f"，另有{more}个" if more else "")
            + "。没有均衡就没有联盟的值，不作插补；请改用较小的降幅。",
            f"{gains.status_text.en}: {braced.en}"
            + (f" and {more} more" if more else "")
            + ". Without an equilibrium a coalition has no worth, and none is filled in; try a smaller cut.",
        )
    )
