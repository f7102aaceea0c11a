"""Run every ``bench_*.py`` and print one table; where a peer stands beside, the ratio counts, not the seconds.

A benchmark is a script. Each line of JSON that it prints on stdout becomes a row:

    {"what": "one counterfactual, 32 x 9", "ours": 0.012, "unit": "s", "goal": 0.030}
    {"what": "Shapley value, 20 players", "ours": 0.8, "peer": 2.4, "peer_name": "plain Python", "unit": "s"}

``ours`` is required; ``peer`` (with ``peer_name``) gives the ratio ours / peer of the same run on the same
machine; ``goal`` is what the project wants to reach, in the same unit. Other lines pass through as remarks.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
Row = dict[str, Any]


def main() -> int:
    """Run the chosen benchmarks; 1 if one of them broke, else 0."""
    parser = argparse.ArgumentParser(description="Run the benchmarks and print a table of ratios.")
    parser.add_argument("names", nargs="*", help="parts of benchmark names; all if none is given")
    parser.add_argument("--json", action="store_true", help="rows as JSON instead of the table")
    options = parser.parse_args()
    scripts = [
        p for p in sorted(HERE.glob("bench_*.py")) if not options.names or any(n in p.stem for n in options.names)
    ]
    if not scripts:
        print("No benchmark of that name; there are: " + ", ".join(p.stem for p in sorted(HERE.glob("bench_*.py"))))
        return 2
    rows: list[Row] = []
    broken: list[str] = []
    for script in scripts:
        found, remarks, code = run(script)
        rows += found
        if code:
            broken.append(script.name)
        if not options.json:
            print("\n".join([f"{script.stem}", *(f"  {line}" for line in remarks)]), flush=True)
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        print(f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
        print(table(rows))
    for name in broken:
        print(f"{name} did not finish", file=sys.stderr)
    return 1 if broken else 0


def run(script: Path) -> tuple[list[Row], list[str], int]:
    """Run one script; return its rows, its other lines and its exit code."""
    done = subprocess.run(
        [sys.executable, str(script)], cwd=HERE.parent, stdout=subprocess.PIPE, text=True, check=False
    )
    rows: list[Row] = []
    remarks: list[str] = []
    for line in done.stdout.splitlines():
        row = parsed(line)
        if row is None:
            remarks.append(line)
        else:
            rows.append({"from": script.stem, **row})
    return rows, remarks, done.returncode


def parsed(line: str) -> Row | None:
    """Return the row that a line holds, or ``None`` for a remark."""
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) and {"what", "ours"} <= value.keys() else None


def table(rows: list[Row]) -> str:
    """Lay the rows out as text."""
    head = ("what", "ours", "peer", "ours/peer", "goal", "")
    lines = [head, *(cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def cells(row: Row) -> tuple[str, ...]:
    """Return one row as text cells."""
    unit = row.get("unit", "")
    ours, peer, goal = float(row["ours"]), row.get("peer"), row.get("goal")
    beside = f"{shown(peer, unit)} ({row.get('peer_name', 'peer')})" if peer is not None else "-"
    ratio = f"{ours / float(peer):.3g}" if peer else "-"
    verdict = "" if goal is None else ("reached" if ours <= float(goal) else "not reached")
    return (str(row["what"]), shown(ours, unit), beside, ratio, shown(goal, unit) if goal is not None else "-", verdict)


def shown(value: Any, unit: str) -> str:
    """Return a measured value with its unit; seconds below one as milliseconds."""
    number = float(value)
    if unit == "s" and abs(number) < 1:
        return f"{number * 1000:.3g} ms"
    return f"{number:.4g} {unit}".strip()


if __name__ == "__main__":
    sys.exit(main())
