"""ronghe (融合): measure, simulate, share and govern the gains of deep regional integration.

>>> import ronghe as rh
>>> data = rh.load()
>>> data.identifies["depth"]
False

Names resolve on first use (PEP 562), so that ``import ronghe`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "ronghe.base.errors": (
        "DataFault",
        "EnvironmentFault",
        "GameFault",
        "GameTooLargeError",
        "NotIdentified",
        "ParameterFault",
        "RongheError",
        "ScenarioFault",
        "UnconvergedSolution",
        "UnitFault",
        "UnknownArea",
        "UnknownRegion",
        "VintageFault",
    ),
    "ronghe.base.units": ("convert",),
    "ronghe.data": ("Dataset", "load", "request"),
    "ronghe.simulate": ("Economy", "Scenario", "blocked_points", "depth", "gain", "realised_gain"),
    "ronghe.share": (
        "Allocation",
        "CoalitionGame",
        "coalition_game",
        "core_range",
        "least_compensation",
        "nucleolus",
        "shapley",
    ),
    "ronghe.report": ("build_document", "render_svg", "write_document"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    try:
        home = _HOME_OF[name]
    except KeyError:
        raise AttributeError(f"module 'ronghe' has no attribute {name!r}") from None
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
