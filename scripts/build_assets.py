"""Copy the pinned chart library out of its npm package into the package's static folder.

Run by ``make setup``. When the file stands already with the right checksum, nothing is done and
neither Node nor the network is needed. The licence and notice of the library are copied beside it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
STATIC = REPOSITORY / "src" / "ronghe" / "report" / "static"
LISTED = STATIC / "assets.json"
NPM_FILES = ("package.json", "package-lock.json", ".npmrc")


def main() -> int:
    """Put every listed asset in place; return 0, or 4 with a sentence on stderr."""
    assets: list[dict[str, Any]] = json.loads(LISTED.read_text(encoding="utf-8"))["assets"]
    if all(stands(asset) for asset in assets):
        print("chart assets: present and as listed")
        return 0
    npm = shutil.which("npm")
    if npm is None:
        return failed("npm is missing: install Node.js 18 or newer / 缺少 npm：请安装 Node.js 18 或更新版本")
    with tempfile.TemporaryDirectory(prefix="ronghe-assets-") as name:
        folder = Path(name)
        for file in NPM_FILES:
            shutil.copy(REPOSITORY / file, folder / file)
        run = subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=False)
        if run.returncode:
            return failed(f"npm ci ended with {run.returncode} / npm ci 未完成，退出码 {run.returncode}")
        for asset in assets:
            problem = place(asset, folder / "node_modules" / asset["name"])
            if problem:
                return failed(problem)
    print("chart assets: copied and checked")
    return 0


def stands(asset: dict[str, Any]) -> bool:
    """Tell whether an asset and its licence files are there, unchanged."""
    target = STATIC / asset["file"]
    beside = [STATIC / notice["file"] for notice in asset["notices"]]
    return target.is_file() and digest(target) == asset["sha256"] and all(path.is_file() for path in beside)


def place(asset: dict[str, Any], package: Path) -> str | None:
    """Copy one asset and its licence files; return what is wrong, if anything."""
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    found = digest(package / asset["from"])
    if version != asset["version"] or found != asset["sha256"]:
        return (
            f"{asset['name']}: version {version}, sha256 {found}; listed are {asset['version']}, {asset['sha256']}. "
            "Nothing was copied. / 版本或校验值与清单不符，未复制。"
        )
    for notice in asset["notices"]:
        shutil.copyfile(package.parent / notice["from"], STATIC / notice["file"])
    aside = STATIC / (asset["file"] + ".part")
    shutil.copyfile(package / asset["from"], aside)
    aside.replace(STATIC / asset["file"])
    return None


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def failed(sentence: str) -> int:
    """Say what went wrong on stderr; the exit code is that of a machine which lacks something."""
    print(f"chart assets: {sentence}", file=sys.stderr)
    return 4


if __name__ == "__main__":
    sys.exit(main())
