"""A request to end is heard wherever it falls: in a destructor, or in compiled code that tells it as its own error."""

from __future__ import annotations

import subprocess
import sys

import pytest

CALL = """
import signal, time
from ronghe.cli.common import Session

class Held:
    def __del__(self):
        signal.raise_signal(signal.{name})

def job(here):
    {job}
    time.sleep(20)
    return 0

try:
    Session("en").run(job)
except BaseException as ended:
    raise SystemExit(ended.exit_code)
"""

JOBS = {
    "in a destructor": "Held()",
    "told as another error": """
    try:
        signal.raise_signal(signal.{name})
    except KeyboardInterrupt:
        raise SystemError("a result with an exception set") from None
""",
}


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("job", JOBS)
def test_a_request_to_end_is_heard(job: str, name: str) -> None:
    code = CALL.format(job=JOBS[job].format(name=name), name=name)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", timeout=15)
    assert done.returncode == 130
    assert "Traceback" not in done.stderr


def test_an_error_without_a_request_is_not_hidden() -> None:
    code = CALL.format(job='raise SystemError("broken")', name="SIGINT").replace(
        "except BaseException", "except OSError"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", timeout=15)
    assert done.returncode == 1
    assert "SystemError: broken" in done.stderr
