"""What moves and what is held: the three closures.

short    trade, prices, wages, rents, fiscal accounts, public spending       held: people, capital, land
medium   + migration, dilution of services                                   held: capital, land
long     + mobile capital, land supply, scale
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text
from ronghe.simulate.parameters import Parameters

Closure = Literal["short", "medium", "long"]


@dataclass(frozen=True, slots=True)
class Moves:
    """Elasticities of what moves; 0 holds it.

    Attributes
    ----------
    kappa, land_supply, capital, scale : float
    """

    kappa: float = 0.0
    land_supply: float = 0.0
    capital: float = 0.0
    scale: float = 0.0


def moves(closure: Closure, parameters: Parameters) -> Moves:
    """Return what moves under a closure.

    Raises
    ------
    ParameterFault
        For a closure there is not.
    """
    if closure == "short":
        return Moves()
    if closure == "medium":
        return Moves(kappa=parameters.kappa)
    if closure == "long":
        return Moves(parameters.kappa, parameters.land_supply, parameters.capital_mobility, parameters.scale)
    known = get_args(Closure)
    raise ParameterFault(
        Text(
            f"未知的闭合“{closure}”，可用 {'、'.join(known)}。", f'Unknown closure "{closure}"; use {", ".join(known)}.'
        )
    )
