"""What every verb shares: language, streams, exit codes, no traceback for a user's mistake."""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any, NoReturn

import typer

from ronghe.base.errors import RongheError
from ronghe.base.i18n import catalogue, reader_language
from ronghe.base.text import LANGS, Lang, Text


def spoken() -> Lang:
    """Return the language asked for on the command line, else the reader's.

    Help texts are made before options are parsed, so the words of the line are read directly.
    """
    words = sys.argv[1:]
    for at, word in enumerate(words):
        value = words[at + 1] if word == "--lang" and at + 1 < len(words) else word.removeprefix("--lang=")
        if word.startswith("--lang") and value in LANGS:
            return value
    return reader_language()


def say(key: str, **values: object) -> Text:
    """Return a sentence of the command line's catalogue, filled."""
    return catalogue("cli")[key].format(**values)


def help_of(key: str) -> str:
    """Return a help text in the reader's language."""
    return catalogue("cli")[key].of(spoken())


@dataclass(frozen=True, slots=True)
class Session:
    """How one call speaks and ends."""

    lang: Lang
    as_json: bool = False
    quiet: bool = False
    debug: bool = False

    def out(self, text: Text | str) -> None:
        """Write a result to standard output."""
        sys.stdout.write((text if isinstance(text, str) else text.of(self.lang)) + "\n")

    def err(self, text: Text | str) -> None:
        """Write a message to standard error."""
        sys.stderr.write((text if isinstance(text, str) else text.of(self.lang)) + "\n")

    def json(self, value: Any) -> None:
        """Write machine output to standard output."""
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n")

    def run(self, job: Callable[[Session], int]) -> NoReturn:
        """Run a verb and leave with its exit code; tell a known fault in words."""
        signal.signal(signal.SIGTERM, _stop)
        try:
            code = job(self)
            sys.stdout.flush()
        except RongheError as fault:
            self.fail(fault)
            code = fault.exit_code
        except BrokenPipeError:
            # Whoever read the output has read enough.
            code = 0
            _mute()
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            self.err(say("output_full"))
            code = 4
            _mute()
        except KeyboardInterrupt:
            code = self._interrupted()
        except SystemError as error:
            # A compiled kernel reports the interrupt that met it as its own error.
            if not isinstance(error.__cause__, KeyboardInterrupt):
                raise
            code = self._interrupted()
        raise typer.Exit(code)

    def _interrupted(self) -> int:
        self.err(say("interrupted"))
        return 130

    def fail(self, fault: RongheError) -> None:
        """Tell a fault on standard error, and as JSON where machine output was asked for."""
        if self.debug:
            traceback.print_exc()
        self.err(fault.message(self.lang))
        if self.as_json:
            self.json(
                {
                    "error": type(fault).__name__,
                    "exit": fault.exit_code,
                    "zh": fault.text.zh,
                    "en": fault.text.en,
                }
            )


def _mute() -> None:
    """Let nothing more be written to standard output, not even what is still held back."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    """Let a request to end run through the same clean-up as an interrupt."""
    raise KeyboardInterrupt


def session(lang: str | None, *, as_json: bool = False, quiet: bool = False, debug: bool = False) -> Session:
    """Open a session, or leave with exit code 2 where the language is unknown."""
    if lang is not None and lang not in LANGS:
        Session(spoken()).err(say("bad_lang", read=lang))
        raise typer.Exit(2)
    named = os.environ.get("RONGHE_LANG", "")
    if lang is None and named and not named.lower().startswith(LANGS):
        Session(spoken()).err(say("bad_lang_set", read=named))
        raise typer.Exit(2)
    return Session(lang or reader_language(), as_json, quiet, debug)
