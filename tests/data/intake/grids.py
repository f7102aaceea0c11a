"""Small multi-regional tables that add up, and the layouts in which they are published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ronghe.base.arrays import Floats
from ronghe.data.intake.mapping import GridMap, read_mapping

REGIONS = ("北京", "上海", "江苏")
SECTORS = ("农业", "工业", "服务业")
CATEGORIES = ("农村居民消费", "城镇居民消费", "政府消费", "固定资本形成总额", "存货增加")
COMPONENTS = ("劳动者报酬", "生产税净额", "固定资产折旧", "营业盈余")
MADE = '[[mrio]]\nmade_by = "survey"\n'


@dataclass(frozen=True)
class Grid:
    """A table as plain matrices: N pairs, R regions."""

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    z: Floats
    f: Floats
    exports: Floats
    imports: Floats
    va: Floats
    x: Floats

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [(r, s) for r in self.regions for s in self.sectors]

    def permuted(self, regions: Sequence[int], sectors: Sequence[int]) -> Grid:
        """The same table in another order."""
        s = len(self.sectors)
        at = [r * s + k for r in regions for k in sectors]
        users = [r * 5 + c for r in regions for c in range(5)]
        return Grid(tuple(self.regions[r] for r in regions), tuple(self.sectors[k] for k in sectors),
                    self.z[np.ix_(at, at)], self.f[np.ix_(at, users)], self.exports[at], self.imports[at],
                    self.va[:, at], self.x[at])  # fmt: skip


def grid(regions: Sequence[str] = REGIONS, sectors: Sequence[str] = SECTORS, *, competitive: bool = False,
         seed: int = 7) -> Grid:  # fmt: skip
    """Whole numbers that add up; imports beside the flows, or inside them."""
    rng = np.random.default_rng(seed)
    n, r = len(regions) * len(sectors), len(regions)
    z = rng.integers(0, 100, (n, n)).astype(float)
    f = rng.integers(0, 400, (n, 5 * r)).astype(float)
    f[:, 4::5] -= 200.0
    exports = rng.integers(100 * n, 200 * n, n).astype(float)
    imports = rng.integers(1, 90, n).astype(float)
    x = z.sum(axis=1) + f.sum(axis=1) + exports - (imports if competitive else 0.0)
    rest = x - z.sum(axis=0) - (0.0 if competitive else imports)
    parts = [np.floor(rest * share) for share in (0.5, 0.1, 0.15)]
    va = np.array([*parts, rest - sum(parts)])
    return Grid(tuple(regions), tuple(sectors), z, f, exports, imports, va, x)


Rows = list[list[Any]]


def pairs_across(g: Grid) -> tuple[list[Any], list[Any]]:
    return [r for r, _ in g.pairs], [s for _, s in g.pairs]


def users_across(g: Grid) -> tuple[list[Any], list[Any]]:
    return [r for r in g.regions for _ in CATEGORIES], [c for _ in g.regions for c in CATEGORIES]


def sheets_of(g: Grid, *, unit: str = "单位：万元", title: str = "2017年", scale: float = 1.0) -> dict[str, Rows]:
    """One sheet a block, two rows of heads and two columns of keys."""
    top = [[f"{title}地区间投入产出表"], [unit]]
    keys = ["地区", "行业"]

    def block(heads: tuple[list[Any], list[Any]], values: Floats, side: Rows) -> Rows:
        body = [[*key, *(float(v) * scale for v in line)] for key, line in zip(side, values, strict=True)]
        return [*top, [keys[0], "", *heads[0]], [keys[1], "", *heads[1]], *body]

    pairs: Rows = [[r, s] for r, s in g.pairs]
    parts: Rows = [["增加值", c] for c in COMPONENTS]
    one = lambda name: (["" for _ in (1,)], [name])  # noqa: E731
    return {
        "中间使用": block(pairs_across(g), g.z, pairs),
        "最终使用": block(users_across(g), g.f, pairs),
        "出口": block(one("出口"), g.exports[:, None], pairs),
        "进口": block(pairs_across(g), g.imports[None, :], [["进口", ""]]),
        "增加值": block(pairs_across(g), g.va, parts),
        "总产出": block(one("总产出"), g.x[:, None], pairs),
    }


def single(g: Grid, *, competitive: bool = False, unit: str = "单位：万元", title: str = "2017年", totals: bool = True,
           scale: float = 1.0, residual: Floats | None = None) -> Rows:  # fmt: skip
    """One big sheet: flows, final use, exports, imports, output; value added and total input below."""
    n, users = len(g.pairs), 5 * len(g.regions)
    across = [pairs_across(g), users_across(g)]
    columns: list[tuple[str, Floats]] = []
    if totals:
        columns.append(("中间使用合计", g.z.sum(axis=1)))
    after: list[tuple[str, Floats]] = [("最终使用合计", g.f.sum(axis=1))] if totals else []
    after.append(("出口", g.exports))
    if competitive:
        after.append(("进口", -g.imports))
    if residual is not None:
        after.append(("误差", residual))
    after.append(("总产出", g.x))
    heads = [["地区", "", *across[0][0], *("" for _ in columns), *across[1][0], *("" for _ in after)],
             ["行业", "", *across[0][1], *(k for k, _ in columns), *across[1][1], *(k for k, _ in after)]]  # fmt: skip
    rows: Rows = [[f"{title}中国地区间投入产出表"], [unit], *heads]
    for at, (region, sector) in enumerate(g.pairs):
        rows.append([region, sector, *g.z[at], *(v[at] for _, v in columns), *g.f[at], *(v[at] for _, v in after)])
    below: list[tuple[str, str, Floats]] = []
    if not competitive:
        below.append(("进口", "", g.imports))
    below += [("增加值", name, line) for name, line in zip(COMPONENTS, g.va, strict=True)]
    if totals:
        below.append(("增加值", "增加值合计", g.va.sum(axis=0)))
    below.append(("总投入", "", g.x))
    rows += [[a, b, *line] for a, b, line in below]
    assert len(rows[4]) == 2 + n + len(columns) + users + len(after)
    return [[float(cell) * scale if isinstance(cell, float) else cell for cell in row] for row in rows]


def workbook(path: Path, sheets: dict[str, Rows], change: Callable[[Workbook], None] | None = None) -> Path:
    """Write sheets, changed at the end."""
    made = Workbook()
    made.remove(made.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        page: Worksheet = made.create_sheet(name)
        for row in rows:
            page.append([float(cell) if isinstance(cell, np.floating) else cell or None if cell == "" else cell
                         for cell in row])  # fmt: skip
    if change is not None:
        change(made)
    made.save(path)
    return path


def stated(folder: Path, text: str = MADE) -> Any:
    (folder / "map.toml").write_text(text, encoding="utf-8")
    return read_mapping(folder / "map.toml")


def told(**of: Any) -> tuple[GridMap, ...]:
    return (replace(GridMap(made_by="survey"), **of),)
