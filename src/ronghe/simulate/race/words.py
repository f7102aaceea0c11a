"""The sentence of a race's certificate, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from ronghe.base.text import Text, joined
from ronghe.simulate.race.rest import PAYS, RaceCertificate

FAILED = {
    "cycle": Text("各方的回应转成一圈，没有停下的补贴率", "the replies go round in a cycle; no rates are at rest"),
    "stopped": Text(
        "没有找到停下的补贴率；请降低最高补贴率", "stopped before any rates were at rest; try a lower highest rate"
    ),
    "deviation": Text(
        "停下之处仍有一方换一个补贴率更好，多次重来也没有消除",
        "where the replies rest another rate still pays someone, and going on from there did not end it",
    ),
    "no room": Text("有参与方不论补贴多少都低于保障线", "whatever it pays, a player's budget stays below its floor"),
    "unchecked": Text(
        "停下之处无法在全部补贴率上检查：有的补贴率没有解",
        "the rest point could not be held against every rate: some have no equilibrium that is found",
    ),
}


def race_text(certificate: RaceCertificate, names: Sequence[Text]) -> Text:
    """Return what happened, in one sentence."""
    kind = certificate.kind
    if kind in FAILED:
        tries = Text(f"（{certificate.starts}个起点）", f" ({certificate.starts} starts)")
        return FAILED[kind] + tries
    if kind == "several":
        count = len(certificate.equilibria)
        return Text(f"存在多个均衡，已列出{count}个，不取平均", f"several equilibria; {count} are listed, not averaged")
    if kind == "inconsistent":
        return Text(
            f"不一致：独立复算残差 {certificate.residual:.0e}",
            f"inconsistent: the independent residual is {certificate.residual:.0e}",
        )
    told = Text(
        f"{certificate.sweeps}轮停下；在201个补贴率上没有一方单独改变能多得收入的 {PAYS:.0e}；"
        f"独立复算残差 {certificate.residual:.0e}；{certificate.starts}个起点中{certificate.agreed}个一致",
        f"at rest after {certificate.sweeps} sweeps; on 201 rates no one alone gains {PAYS:.0e} of income; "
        f"independent residual {certificate.residual:.0e}; {certificate.agreed} of {certificate.starts} starts agree",
    )
    if certificate.cycled:
        told += Text(f"；{certificate.cycled}个转成一圈", f"; {certificate.cycled} went round in a cycle")
    if certificate.one_of_tops:
        told += Text("；有多个局部最高点，这是其中合计最大的", "; of several local tops this has the largest sum found")
    if certificate.at_most:
        who = _listed(certificate.at_most, names)
        told += Text(f"；在最高补贴率上：{who.zh}", f"; at the highest rate: {who.en}")
    if certificate.at_budget:
        who = _listed(certificate.at_budget, names)
        told += Text(f"；财力已到保障线：{who.zh}", f"; budget at its floor: {who.en}")
    return told


def _listed(at: Sequence[int], names: Sequence[Text]) -> Text:
    shown = joined([names[i] for i in at[:5]])
    return shown + (Text(f"等{len(at)}个", f" and others, {len(at)} in all") if len(at) > 5 else Text("", ""))
