"""Take a picture of a report's first screen, for the README.

python scripts/make_picture.py out/长三角/report.zh.html docs/images/report-zh.png --width 1280 --height 900
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


def main() -> int:
    """Take the picture; 4 where no Chromium is found."""
    parser = argparse.ArgumentParser(description="Take a picture of a page.")
    parser.add_argument("page", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=900)
    options = parser.parse_args()
    browser_path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if browser_path is None:
        print("No Chromium found; run: sh scripts/system_packages.sh chromium fonts-noto-cjk", file=sys.stderr)
        return 4
    options.picture.parent.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=list(QUIET))
        page = browser.new_page(viewport={"width": options.width, "height": options.height})
        page.goto(options.page.resolve().as_uri())
        page.screenshot(path=options.picture)
        browser.close()
    print(f"written: {options.picture} ({options.picture.stat().st_size // 1024} KB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
