"""What all tests share: a real browser (Debian's Chromium, driven by Playwright; absent, a test is skipped by name).

No test asserts a time: examples of property tests may take as long as the machine needs. Where ``CI`` is set they
are the same examples in every run; elsewhere each run draws new ones.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

settings.register_profile("unhurried", deadline=None)
settings.register_profile("repeatable", deadline=None, derandomize=True, database=None, print_blob=True)
settings.load_profile("repeatable" if os.environ.get("CI") else "unhurried")

# Without these Chromium looks for hosts of its maker at every start; a report must work where none is reached.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium_path() -> str | None:
    """Return where Chromium lies, or ``None``."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium with an empty profile. Open pages by ``chromium.new_page(viewport=...)``."""
    where = chromium_path()
    if where is None:
        pytest.skip("chromium not present: install it with scripts/system_packages.sh chromium fonts-noto-cjk")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright not present: pip install -e '.[dev]'")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=where, args=list(ARGUMENTS), headless=True)
        yield browser
        browser.close()
