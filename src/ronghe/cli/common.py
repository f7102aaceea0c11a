"""What every verb shares: language, streams, exit codes, no traceback for a user's mistake."""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import threading
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
        with Stop() as stop:
            code = self._ended(job, stop)
        raise typer.Exit(code)

    def _ended(self, job: Callable[[Session], int], stop: Stop) -> int:
        """Return the exit code of a verb."""
        try:
            code = job(self)
            sys.stdout.flush()
            return code
        except RongheError as fault:
            self.fail(fault)
            return fault.exit_code
        except BrokenPipeError:
            # Whoever read the output has read enough.
            _mute()
            return 0
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            self.err(say("output_full"))
            _mute()
            return 4
        except BaseException:
            # Compiled code reports an interrupt that met it as an error of its own.
            if not stop.asked:
                raise
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


def _interrupt() -> None:
    """Interrupt the main thread, wherever it waits."""
    kill, main = getattr(signal, "pthread_kill", None), threading.main_thread().ident
    if kill is None:
        signal.raise_signal(signal.SIGINT)
    else:
        kill(main, signal.SIGINT)


class Stop:
    """Whether the process was asked to end: both signals run through the clean-up of an interrupt.

    An interrupt that falls into a destructor is dropped by the interpreter; it is then sent once more.
    """

    AGAIN = 0.05
    """Seconds after which a dropped interrupt is sent again."""

    def __init__(self) -> None:
        self.asked = False
        self._told = sys.unraisablehook
        self._before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def __enter__(self) -> Stop:
        for number, before in self._before.items():
            if before is not signal.SIG_IGN:
                signal.signal(number, self._raise)
        sys.unraisablehook = self._dropped
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)
        sys.unraisablehook = self._told

    def _raise(self, number: int, frame: FrameType | None) -> NoReturn:
        self.asked = True
        raise KeyboardInterrupt

    def _dropped(self, error: sys.UnraisableHookArgs) -> None:
        if not self.asked:
            self._told(error)
        elif issubclass(error.exc_type, KeyboardInterrupt):
            threading.Timer(self.AGAIN, _interrupt).start()


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
