"""How the reading of a documented measure becomes a trade cost, as a share of the value traded (ad valorem).

==========  ==================================  =========================================
kind        reading                             cost
==========  ==================================  =========================================
ad_valorem  any, or the share itself            conversion * reading
days        days                                cost_per_day * days
freight     yuan per tkm                        reading * km / value_per_tonne
acceptance  share of certificates accepted      (1 - rate) * retest_share
==========  ==================================  =========================================

References
----------
.. [1] D. Hummels, G. Schaur, "Time as a Trade Barrier", 2013 (a day costs 0.6 to 2.1 % of the value).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["ad_valorem", "days", "freight", "acceptance"]
KINDS: tuple[Kind, ...] = get_args(Kind)

FIELDS: Mapping[str, tuple[str, ...]] = {
    "ad_valorem": ("conversion",),
    "days": ("cost_per_day",),
    "freight": ("km", "value_per_tonne"),
    "acceptance": ("retest_share",),
}
"""Keys that belong to each kind; all are needed but ``conversion``, which is 1 where it is left out."""

EVERY_FIELD = tuple(name for names in FIELDS.values() for name in names)
OPTIONAL = {"conversion": 1.0}
RANGES: Mapping[str, tuple[float, float]] = {
    "ad_valorem": (-float("inf"), float("inf")),
    "days": (0.0, 3650.0),
    "freight": (0.0, float("inf")),
    "acceptance": (0.0, 1.0),
}
"""What ``before`` and ``after`` may be."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading that is proportional to the cost: cost = conversion * before, conversion * after."""

    before: float
    after: float
    conversion: float


def as_cost(*, kind: Kind, before: float, after: float, fields: Mapping[str, float]) -> Reading:
    """Return the readings whose product with ``conversion`` is the ad-valorem cost.

    Parameters
    ----------
    kind : str
    before, after : float
        Readings of the measure, in its own unit.
    fields : mapping of str to float
        The keys of the kind.

    Examples
    --------
    Three days saved at 1 % a day; two fifths of certificates more accepted, re-testing costs 4 %:

    >>> as_cost(kind="days", before=5, after=2, fields={"cost_per_day": 0.01})
    Reading(before=5, after=2, conversion=0.01)
    >>> as_cost(kind="acceptance", before=0.5, after=0.75, fields={"retest_share": 0.04})
    Reading(before=0.5, after=0.25, conversion=0.04)
    """
    if kind == "days":
        return Reading(before, after, fields["cost_per_day"])
    if kind == "freight":
        return Reading(before, after, fields["km"] / fields["value_per_tonne"])
    if kind == "acceptance":
        return Reading(1.0 - before, 1.0 - after, fields["retest_share"])
    return Reading(before, after, fields["conversion"])
