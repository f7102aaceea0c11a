"""The command line: one file a verb, heavy rooms imported only inside the verb that needs them."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    from ronghe.cli.app import app

    app()
