"""Parameters of behaviour: what no table of accounts contains, each with its mark and its swept range.

Marks: ``assumed`` [A], ``recalled`` from a source not at hand [R]. Every result lists the parameters it used.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text
from ronghe.simulate.checks import is_number, shown


@dataclass(frozen=True, slots=True)
class ParameterNote:
    """One line of the parameter list that is printed with a result."""

    key: str
    name: Text
    default: float
    low: float
    high: float
    mark: str
    source: Text


NOTES: tuple[ParameterNote, ...] = (
    ParameterNote(
        "theta",
        Text("贸易弹性", "trade elasticity"),
        4.0,
        3.0,
        8.0,
        "recalled",
        Text("Tombe、Zhu 2019 所用数值", "value used by Tombe and Zhu 2019"),
    ),
    ParameterNote(
        "kappa",
        Text("迁移弹性", "migration elasticity"),
        1.5,
        1.0,
        3.0,
        "recalled",
        Text("Tombe、Zhu 2019 所用数值", "value used by Tombe and Zhu 2019"),
    ),
    ParameterNote(
        "capital_share",
        Text("资本和土地占增加值份额", "share of capital and land in value added"),
        0.45,
        0.35,
        0.55,
        "assumed",
        Text("设想", "assumed"),
    ),
    ParameterNote(
        "rivalry",
        Text("公共服务拥挤程度", "rivalry of public services"),
        0.5,
        0.0,
        1.0,
        "assumed",
        Text("设想", "assumed"),
    ),
    ParameterNote(
        "service_weight",
        Text("公共服务在居民效用中的权重", "weight of public services in residents' welfare"),
        0.15,
        0.0,
        0.3,
        "assumed",
        Text("设想；量级参照 Fajgelbaum 等 2019", "assumed; size as in Fajgelbaum et al. 2019"),
    ),
    ParameterNote(
        "land_supply",
        Text("土地供给弹性（长期）", "elasticity of land supply (long)"),
        0.5,
        0.0,
        2.0,
        "assumed",
        Text("设想", "assumed"),
    ),
    ParameterNote(
        "capital_mobility",
        Text("资本流动弹性（长期）", "elasticity of mobile capital (long)"),
        3.0,
        1.0,
        10.0,
        "assumed",
        Text("设想", "assumed"),
    ),
    ParameterNote(
        "scale",
        Text("规模弹性（长期）", "scale elasticity (long)"),
        0.05,
        0.0,
        0.10,
        "assumed",
        Text(
            "设想；Bartelme 等报告的行业数值更大（凭记忆）",
            "assumed; Bartelme et al. report larger sector values (recalled)",
        ),
    ),
    ParameterNote(
        "group_substitution",
        Text("两组劳动者的替代弹性", "substitution between groups of workers"),
        1.5,
        1.0,
        2.0,
        "assumed",
        Text("设想", "assumed"),
    ),
)


@dataclass(frozen=True, slots=True)
class Parameters:
    """Parameters of the blocks beyond trade.

    Attributes
    ----------
    kappa : float
        Migration elasticity; 0 is the fixed-population model.
    capital_share : float
        Share of capital and land in value added where no table gives it.
    rivalry : float
        rho: 0 a pure public good, 1 fully rival.
    service_weight : float
        chi: weight of services in the welfare that people move for.
    land_supply : float
        eps of the long closure: quantity of land in use over its rent; 0 in the others.
    capital_mobility : float
        epsK of the long closure: capital in a place over its rent; 0 holds it where it is.
    scale : float
        psi of the long closure: productivity of a sector over the labour in it. psi theta may not pass 1.
    group_substitution : float
        sigma between groups of workers; 1 is Cobb-Douglas.
    """

    kappa: float = 1.5
    capital_share: float = 0.45
    rivalry: float = 0.5
    service_weight: float = 0.15
    land_supply: float = 0.5
    capital_mobility: float = 3.0
    scale: float = 0.05
    group_substitution: float = 1.5

    def __post_init__(self) -> None:
        limits = {"kappa": 50.0, "capital_share": 0.95, "rivalry": 1.0, "service_weight": 1.0}
        limits |= {"land_supply": 10.0, "capital_mobility": 50.0, "scale": 0.5, "group_substitution": 20.0}
        wrong = [
            (f.name, shown(value), limits[f.name])
            for f in fields(self)
            if not (is_number(value := getattr(self, f.name)) and 0.0 <= value <= limits[f.name])
        ]
        if wrong:
            zh = "；".join(f"参数 {name} = {value} 应在 0 与 {most:g} 之间" for name, value, most in wrong)
            en = "; ".join(f"parameter {name} = {value} must lie between 0 and {most:g}" for name, value, most in wrong)
            raise ParameterFault(Text(f"{zh}。", f"{en}."))
