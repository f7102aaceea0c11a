"""Research (block 10): what others' research, joined or opened, does to productivity. Off without co-patent or contract
pairs, which give the access that one region has to the research of another.

    A^_nj contains [sum_i om'_ni f'_ij (1 - du'_ni) / sum_i om_ni f_ij (1 - du_ni)]^phi

om is knowledge access (user n, source i), f effort (source, sector) in money, du the share of i's effort that n does
anyway. Merging cannot raise effort and save the same yuan:

    sum_i f'_ij (1 - du'_ni) + money saved <= sum_i f_ij + joint money          for every user n and sector j

References
----------
.. [1] W. M. Cohen, D. A. Levinthal, "Innovation and Learning: The Two Faces of R&D", 1989 (access and effort).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text

HELD = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Research:
    """The state of research.

    Attributes
    ----------
    access : array, shape (user, source)
        om, 0 or more.
    effort : array, shape (source, sector)
        f, 亿元 a year.
    duplicated : array, shape (user, source)
        du, from 0 to below 1.
    """

    access: Floats
    effort: Floats
    duplicated: Floats

    @property
    def usable(self) -> Floats:
        """Return sum_i om_ni f_ij (1 - du_ni), shape (user, sector)."""
        reached: Floats = (self.access * (1.0 - self.duplicated)) @ self.effort
        return reached


def research_productivity(
    *, now: Research, then: Research, strength: float, saved: Floats | float = 0.0, joint: Floats | float = 0.0
) -> Floats:
    """Return A^ of a change in research, shape (sector, region), to be put into ``Shock(productivity=...)``.

    Parameters
    ----------
    now, then : Research
        Before and after.
    strength : float
        phi; 0 is off.
    saved, joint : array, shape (sector,), or float
        Money saved by merging; joint money put in beside, 亿元 a year.

    Raises
    ------
    ParameterFault
        Shapes and ranges that cannot be, a sector that no research reaches, or effort raised with money that is also
        counted as saved: all at once, with the largest effort allowed.
    """
    faults = [*_shape_faults(now, then), *_range_faults(now, "now"), *_range_faults(then, "then")]
    if not 0.0 <= strength <= 1.0:
        faults.append(Text(f"研发强度 {strength:g} 应在0与1之间", f"phi {strength:g} must lie between 0 and 1"))
    if not faults:
        faults += _conserved(now, then, saved, joint)
        if (now.usable <= 0).any() or (then.usable <= 0).any():
            faults.append(Text("有的部门得不到任何研发成果", "some region and sector reach no research at all"))
    if faults:
        raise ParameterFault(Text("；".join(f.zh for f in faults) + "。", "; ".join(f.en for f in faults) + "."))
    gained: Floats = (then.usable / now.usable) ** strength
    return np.ascontiguousarray(gained.T)


def _shape_faults(now: Research, then: Research) -> list[Text]:
    count = len(now.access)
    right = all(
        part.access.shape == part.duplicated.shape == (count, count) and len(part.effort) == count
        for part in (now, then)
    )
    if right and now.effort.shape == then.effort.shape:
        return []
    return [
        Text(
            "研发表的形状不符：access、duplicated 为（用户，来源），effort 为（来源，部门）",
            "research tables do not fit: access and duplicated (user, source), effort (source, sector)",
        )
    ]


def _range_faults(part: Research, name: str) -> list[Text]:
    good = (part.access >= 0).all() and (part.effort >= 0).all()
    if good and (part.duplicated >= 0).all() and (part.duplicated < 1).all():
        return []
    return [
        Text(
            f"{name}：access 和 effort 不小于0，duplicated 在0与1之间",
            f"{name}: access and effort 0 or more, duplicated from 0 to below 1",
        )
    ]


def _conserved(now: Research, then: Research, saved: Floats | float, joint: Floats | float) -> list[Text]:
    """Check the conservation law for every user and sector."""
    spent = (1.0 - then.duplicated) @ then.effort + saved
    held = now.effort.sum(axis=0) + joint
    over = spent - held
    if (over <= HELD * np.maximum(held, 1.0)).all():
        return []
    user, sector = np.unravel_index(int(np.argmax(over)), over.shape)
    most = float(np.broadcast_to(held, over.shape)[user, sector])
    return [
        Text(
            f"研发投入不守恒：第{user + 1}个地区、第{sector + 1}个部门的投入与节省合计 {spent[user, sector]:.6g}，"
            f"最多 {most:.6g}；合并不能既增加投入又省下同一笔钱",
            f"research is not conserved: region {user + 1}, sector {sector + 1} counts {spent[user, sector]:.6g} of "
            f"effort and saving, at most {most:.6g}; merging cannot raise effort and save the same yuan",
        )
    ]
