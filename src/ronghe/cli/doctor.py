"""``ronghe doctor``: one line a check, green, amber or red, each with its remedy."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from ronghe.base.errors import RongheError
from ronghe.base.text import Text, same
from ronghe.cli.common import Session, say

Light = Literal["green", "amber", "red"]


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: what was looked at, how it stands, what to do."""

    key: str
    light: Light
    finding: Text


def run(here: Session) -> int:
    """Print every check; exit 4 where one of them is red."""
    checks = [check() for check in CHECKS]
    if here.as_json:
        here.json([{"key": c.key, "light": c.light, "zh": c.finding.zh, "en": c.finding.en} for c in checks])
    else:
        for check in checks:
            here.out(same(f"[{say(check.light).of(here.lang)}] {check.key}: {check.finding.of(here.lang)}"))
    return 4 if any(check.light == "red" for check in checks) else 0


def _python() -> Check:
    found = platform.python_version()
    light: Light = "green" if sys.version_info >= (3, 11) else "red"
    return Check("python", light, same(f"{found} ({platform.machine()}, {platform.system()})"))


def _packages() -> Check:
    wanted = [line.split(";")[0] for line in requires("ronghe") or [] if "extra ==" not in line]
    names = [line.split("<")[0].split(">")[0].split("=")[0].split("[")[0].strip() for line in wanted]
    absent = []
    for name in names:
        try:
            version(name)
        except PackageNotFoundError:
            absent.append(name)
    if absent:
        listed = ", ".join(absent)
        return Check("packages", "red", Text(f"缺少 {listed}；请运行 make setup", f"{listed} absent; run make setup"))
    return Check(
        "packages", "green", Text(f"{len(names)}个依赖包都在", f"all {len(names)} required packages are there")
    )


def _assets() -> Check:
    from ronghe.report.svg import missing

    reason = missing()
    if reason is not None:
        return Check("charts", "amber", reason)
    return Check("charts", "green", Text("绘图资源完好", "the drawing parts are sound"))


def _terminal() -> Check:
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding in ("utf8", "gb18030", "gbk", "cp936"):
        return Check("terminal", "green", same(encoding))
    return Check(
        "terminal",
        "amber",
        Text(
            f"编码 {encoding} 可能无法显示中文；请设 PYTHONUTF8=1",
            f"encoding {encoding} may not show Chinese; set PYTHONUTF8=1",
        ),
    )


def _rights() -> Check:
    try:
        with tempfile.NamedTemporaryFile(dir=Path.cwd()):
            pass
    except OSError as error:
        return Check(
            "folder",
            "amber",
            Text(
                f"当前目录不可写（{error.strerror}）；请用 --out",
                f"this folder cannot be written ({error.strerror}); use --out",
            ),
        )
    return Check("folder", "green", Text("当前目录可写", "this folder can be written"))


def _machine() -> Check:
    cores = os.cpu_count() or 1
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (ValueError, OSError, AttributeError):
        return Check("machine", "green", Text(f"{cores}核", f"{cores} cores"))
    light: Light = "green" if memory >= 2 else "amber"
    return Check(
        "machine", light, Text(f"{cores}核，内存{memory:.0f} GiB", f"{cores} cores, {memory:.0f} GiB of memory")
    )


def _clock() -> Check:
    zone = time.strftime("%Z")
    return Check("clock", "green", same(f"{time.strftime('%Y-%m-%d %H:%M')} {zone}"))


def _data() -> Check:
    from ronghe.data import load

    try:
        data = load()
    except RongheError as fault:
        return Check("data", "red", fault.text)
    return Check(
        "data",
        "green",
        say(
            "ok_data",
            rows=sum(data.table_rows.values()),
            tables=len(data.table_rows),
            year=data.year,
            hash=data.content_hash[:16],
        ),
    )


def _solve() -> Check:
    from ronghe.data import load
    from ronghe.simulate import Economy, Scenario

    try:
        data = load()
        result = Economy.from_data(data).solve(Scenario("doctor").cut_trade_cost(0.10, within=data.area("长三角")))
    except RongheError as fault:
        return Check("solve", "red", fault.text)
    light: Light = "green" if result.converged else "red"
    return Check("solve", light, result.status_text)


CHECKS: tuple[Callable[[], Check], ...] = (
    _python,
    _packages,
    _assets,
    _terminal,
    _rights,
    _machine,
    _clock,
    _data,
    _solve,
)
