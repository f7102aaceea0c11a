"""A multi-regional table through ``ronghe check``: seconds and peak memory, each in a fresh process."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from ronghe.base.region import provinces
from timing import row

CATEGORIES = ("农村居民消费", "城镇居民消费", "政府消费", "固定资本形成总额", "存货增加")
COMPONENTS = ("劳动者报酬", "生产税净额", "固定资产折旧", "营业盈余")
MAP = '[[mrio]]\nyear = 2017\nunit = "万元"\nmade_by = "survey"\nimport_treatment = "separate"\n'
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKED = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _links(kind: str, target: str) -> str:
    link = f'<Relationship Id="r1" Type="{_LINKS}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{_PACKED}/relationships">{link}</Relationships>'


PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKED}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/></Types>',
    "_rels/.rels": _links("officeDocument", "xl/workbook.xml"),
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>'
    '<sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": _links("worksheet", "worksheets/sheet1.xml"),
}
TASK = """
import json, sys, time
from pathlib import Path
from ronghe.data.intake.checkup import check
from ronghe.data.intake.mapping import read_mapping
start = time.perf_counter()
found = check(Path(sys.argv[1]), maps=read_mapping(Path(sys.argv[2])))
spent = time.perf_counter() - start
told = dict(line.split(":", 1) for line in open("/proc/self/status", encoding="utf-8") if ":" in line)
peak = float(told["VmHWM"].split()[0])
assert found.ok and len(found.grids) == 1, [f.text.en for f in found.errors[:5]]
print(json.dumps([spent, peak / 1024]))
"""


def table(regions: Sequence[str], sectors: int, seed: int = 1) -> list[list[object]]:
    """Return one big sheet that adds up."""
    rng, n, r = np.random.default_rng(seed), len(regions) * sectors, len(regions)
    z, f = rng.gamma(0.3, 3000.0, (n, n)), rng.gamma(0.3, 3000.0, (n, 5 * r))
    exports, imports = rng.gamma(0.5, 1000.0, n) + 1.1 * z.sum(axis=0), rng.gamma(0.5, 1000.0, n)
    x = z.sum(axis=1) + f.sum(axis=1) + exports
    rest = (x - z.sum(axis=0) - imports) * np.array([[0.5], [0.1], [0.2], [0.2]])
    pairs = [(region, f"部门{at + 1}") for region in regions for at in range(sectors)]
    users = [(region, category) for region in regions for category in CATEGORIES]
    heads: list[list[object]] = [["2017年表（万元）"], ["", ""], ["", ""]]
    for region, name in (*pairs, *users, ("", "出口"), ("", "总产出")):
        heads[1].append(region)
        heads[2].append(name)
    body = np.column_stack([z, f, exports, x])
    rows = [*heads, *([*pair, *line] for pair, line in zip(pairs, body.tolist(), strict=True))]
    below = zip(("进口", *COMPONENTS, "总投入"), np.vstack([imports, rest, x]).tolist(), strict=True)
    return [*rows, *([name, "", *line] for name, line in below)]


def letters(column: int) -> str:
    """Return the letters of a column counted from 0."""
    text, left = "", column + 1
    while left:
        left, rest = divmod(left - 1, 26)
        text = chr(65 + rest) + text
    return text


def write_workbook(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """Write one sheet as a spreadsheet program would, without a library that keeps every cell."""
    lines = [f'<?xml version="1.0"?><worksheet xmlns="{_MAIN}"><sheetData>']
    names = [letters(column) for column in range(1600)]
    for number, cells in enumerate(rows, 1):
        made = [
            f'<c r="{names[at]}{number}" t="inlineStr"><is><t>{cell}</t></is></c>' if isinstance(cell, str)
            else f'<c r="{names[at]}{number}"><v>{cell!r}</v></c>'
            for at, cell in enumerate(cells) if cell != ""
        ]  # fmt: skip
        lines.append(f'<row r="{number}">{"".join(made)}</row>')
    lines.append("</sheetData></worksheet>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in PARTS.items():
            archive.writestr(name, part)
        archive.writestr("xl/worksheets/sheet1.xml", "".join(lines))


def write_parquet(path: Path, rows: list[list[object]]) -> None:
    """Write the cells with ``region|sector`` as names of columns."""
    import pyarrow as pa
    from pyarrow import parquet

    heads, body = rows[1:3], rows[3:]
    names = ["地区", *("|".join(filter(None, pair)) for pair in zip(*(head[2:] for head in heads), strict=True))]  # type: ignore[arg-type]
    columns = [["|".join(filter(None, map(str, line[:2]))) for line in body]]
    width = len(names) - 1
    columns += [[line[at + 2] if at + 2 < len(line) else None for line in body] for at in range(width)]  # type: ignore[misc]
    parquet.write_table(pa.table(dict(zip(names, columns, strict=True))), path)


def measured(path: Path, mapping: Path) -> tuple[float, float]:
    """Return seconds and MB of one check in a new process."""
    done = subprocess.run(
        [sys.executable, "-c", TASK, str(path), str(mapping)], check=True, capture_output=True, text=True
    )
    spent, peak = json.loads(done.stdout.splitlines()[-1])
    return spent, peak


def main() -> None:
    """Measure the two sizes that are published, and the larger one as Parquet."""
    codes = [one.name.zh for one in provinces()][:31]
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "map.toml").write_text(MAP, encoding="utf-8")
        (here / "cut.toml").write_text(MAP + 'separator = "|"\n', encoding="utf-8")
        small, large = table(codes, 3), table(codes, 42)
        write_workbook(here / "small.xlsx", small)
        write_workbook(here / "large.xlsx", large)
        write_parquet(here / "large.parquet", large)
        for what, name, mapping, goal in (
            ("93 x 93, XLSX", "small.xlsx", "map.toml", 1.0),
            ("1,302 x 1,302, XLSX", "large.xlsx", "map.toml", 10.0),
            ("1,302 x 1,302, Parquet", "large.parquet", "cut.toml", 2.0),
        ):
            spent, peak = measured(here / name, here / mapping)
            row(f"check of a multi-regional table, {what}", spent, goal=goal)
            row(f"peak memory, {what}", peak, unit="MB", goal=1000.0)


main()
