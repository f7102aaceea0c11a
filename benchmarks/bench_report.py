"""The main job as a user starts it: a fresh process, both languages, bands included."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time

from timing import row


def fresh(*words: str) -> float:
    """Return the seconds of one call of the command line in a new process."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "ronghe", *words], check=False, capture_output=True)
    return time.perf_counter() - start


with tempfile.TemporaryDirectory() as folder:
    fresh("doctor")  # compiled kernels are cached at set-up
    row("ronghe report 长三角, fresh process", fresh("report", "长三角", "--out", f"{folder}/a"), goal=15.0)
    row("ronghe report 长江经济带, fresh process", fresh("report", "长江经济带", "--out", f"{folder}/b"))
start = time.perf_counter()
subprocess.run([sys.executable, "-c", "pass"], check=True)
bare = time.perf_counter() - start
row("ronghe --help, fresh process", fresh("--help"), goal=0.5, peer=bare, peer_name="an empty Python process")
row("ronghe --version, fresh process", fresh("--version"), goal=0.5, peer=bare, peer_name="an empty Python process")
