"""What an affair is given as, read part by part: names, spillovers, curves, flags, sources; faults are gathered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import ParameterFault, UnknownRegion
from ronghe.base.region import nearest
from ronghe.base.status import STATUSES
from ronghe.base.text import Text, same
from ronghe.simulate.affairs.forms import Curve, Role
from ronghe.simulate.checks import Faults, cells, numeric, shape, shown

NUMBER = Text("不小于0的有限数", "a finite number, 0 or more")
SOURCED: tuple[Role, ...] = ("cost", "benefit")


def need(**given: tuple[object, type]) -> None:
    """Raise unless every value is of its kind.

    Raises
    ------
    ParameterFault
    """
    wrong = [(name, value, kind.__name__) for name, (value, kind) in given.items() if not isinstance(value, kind)]
    if wrong:
        raise ParameterFault(
            Text(
                "；".join(f"{name} 应是 {kind}，读到 {shown(value)}" for name, value, kind in wrong) + "。",
                "; ".join(f"{name} must be of {kind}; read {shown(value)}" for name, value, kind in wrong) + ".",
            )
        )


def player_at(players: Sequence[str], name: object) -> int:
    """Return the position of a player.

    Raises
    ------
    UnknownRegion
        For a name that is no player's, with the nearest ones.
    """
    if isinstance(name, str) and name in players:
        return list(players).index(name)
    raise UnknownRegion(Text("参与方", "player"), str(name), nearest(str(name), players) or players)


def read_players(players: object, faults: Faults) -> tuple[str, ...]:
    """Return the names of the players."""
    names = tuple(players) if isinstance(players, Sequence) else ()
    worded = all(isinstance(name, str) and name.strip() for name in names)
    if not names or not worded or len(set(names)) < len(names):
        read = ", ".join(map(str, names)) or shown(players)
        expected = Text("至少一方，名称互不相同", "one player or more, names that differ")
        faults.add("S160", "players", read, expected, Text("请改名或去重。", "Rename or remove."))
    return names if worded else ()


def read_flags(name: str, given: object, count: int, faults: Faults) -> Bools:
    """Return one true or false a player; all true if left out."""
    if given is None:
        return np.ones(count, dtype=bool)
    if not isinstance(given, Sequence | np.ndarray) or not all(_truth(value) for value in given):
        faults.add("S168", name, shown(given), Text("每一方 True 或 False", "True or False, one a player"),
                   Text("请逐方写明。", "State it player by player."))  # fmt: skip
        return np.ones(count, dtype=bool)
    flags = np.array(given, dtype=bool)
    shape(np.empty(flags.shape), (count,), name, faults)
    return flags


def _truth(value: object) -> bool:
    return isinstance(value, bool | np.bool_) or (isinstance(value, int) and value in (0, 1))


def read_curves(role: Role, given: object, names: Sequence[str], *, whole: bool, faults: Faults) -> tuple[Curve, ...]:
    """Return one curve a player; what speaks against each is a fault."""
    curves = tuple(given) if isinstance(given, Sequence) else ()
    shape(np.empty(len(curves)), (len(names),), f"{role}s", faults)
    for at, curve in enumerate(curves):
        place = f"{role} [{names[at] if at < len(names) else at + 1}]"
        if not isinstance(curve, Curve):
            faults.add("S163", place, shown(curve), Text("曲线", "a curve"),
                       same("linear, linear_quadratic, piecewise, threshold"))  # fmt: skip
        elif at < len(names):
            for read, expected, remedy in curve.trouble(role, whole=whole):
                faults.add("S163", place, read, expected, remedy)
    return curves


def read_matrix(spillovers: object, names: tuple[str, ...], faults: Faults) -> Floats | None:
    """Return B, shape (payer, beneficiary)."""
    if isinstance(spillovers, Mapping):
        matrix = _pairs(spillovers, names, faults)
    else:
        array = numeric(spillovers, "spillovers", faults)
        if array is None or not shape(array, (len(names),) * 2, "spillovers", faults):
            return None
        matrix = array.astype(float)
    cells(~(np.isfinite(matrix) & (matrix >= 0)), matrix, (names, names), "spillovers", NUMBER, "S162", faults)
    return matrix


def _pairs(spillovers: Mapping[object, object], names: tuple[str, ...], faults: Faults) -> Floats:
    matrix = np.zeros((len(names),) * 2)
    for pair, share in spillovers.items():
        if not isinstance(pair, tuple) or len(pair) != 2:
            faults.add("S161", "spillovers", shown(pair), Text("（出力方，受益方）", "(payer, beneficiary)"),
                       Text("请写成一对名称。", "Write a pair of names."))  # fmt: skip
            continue
        place = f"spillovers [{' -> '.join(map(str, pair))}]"
        strangers = [str(name) for name in pair if name not in names]
        number = numeric(share, place, faults)
        if strangers:
            expected = Text("、".join(names), ", ".join(names))
            remedy = Text(
                "受益方和出力方都必须是参与方；请加入该方，或把它列为出力和受益都为0的一方。",
                "Payer and beneficiary must be players; add them, or take the row out.",
            )
            faults.add("S161", place, ", ".join(strangers), expected, remedy)
        elif number is not None and shape(number, (), place, faults):
            matrix[names.index(pair[0]), names.index(pair[1])] = float(number)
    return matrix


def check_words(sources: object, status: object, whole: object, faults: Faults) -> None:
    """Add faults of sources that are no lists of words, a status there is not, and a ``whole`` that is no choice."""
    if not isinstance(status, str) or status not in STATUSES:
        faults.add("S169", "status", shown(status), Text("、".join(STATUSES), ", ".join(STATUSES)),
                   Text("请选一个状态。", "Choose one status."))  # fmt: skip
    if not isinstance(whole, bool):
        faults.add("S168", "whole", shown(whole), same("True, False"), Text("请选一个。", "Choose one."))
    if sources is None:
        return
    if not isinstance(sources, Mapping):
        faults.add("S169", "sources", shown(sources), same('{"cost": [...], "benefit": [...]}'),
                   Text("请按费用和效益分列来源。", "List sources of costs and of benefits."))  # fmt: skip
        return
    for role, given in sources.items():
        if role not in SOURCED:
            faults.add("S169", f"sources [{role}]", str(role), same(", ".join(SOURCED)),
                       Text("请更正名称。", "Correct the name."))  # fmt: skip
        elif isinstance(given, str) or not isinstance(given, Sequence) or not all(map(_source, given)):
            faults.add("S169", f"sources [{role}]", shown(given),
                       Text("每一方一个来源的列表", "a list, one source a player"),
                       Text("没有来源的写空串。", "Write an empty text where there is none."))  # fmt: skip


def _source(given: object) -> bool:
    return given is None or isinstance(given, str)
