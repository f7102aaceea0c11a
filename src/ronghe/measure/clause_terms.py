"""Terms of clauses and their weights: TF-IDF vectors of unit length.

    w_ct = (1 + ln tf_ct) (ln((1 + n) / (1 + df_t)) + 1),   each clause scaled to length 1

n counts the clauses of both texts and of the register, df_t those that hold term t, tf_ct how often clause c does.
Chinese is cut into words by jieba (precise mode, no guessing of unknown words, with the terms of the glossary), or
into pairs of neighbouring characters; Latin words are taken whole; a number is one term, however it was written.

References
----------
.. [1] G. Salton, C. Buckley, "Term-Weighting Approaches in Automatic Text Retrieval", 1988.
.. [2] C. D. Manning, P. Raghavan, H. Schütze, "Introduction to Information Retrieval", 2008, section 6.4
   (sublinear tf).
"""

from __future__ import annotations

import logging
import os
import re
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from scipy.sparse import csr_array

from ronghe.base.glossary import glossary
from ronghe.measure.clauses import Clause

Tokens = Literal["words", "bigrams"]
Cut = Callable[[str], list[str]]

_RUNS = re.compile(r"[\u3400-\u9fff]+|[a-z]+(?:'[a-z]+)?|\d+")


def cutter(tokens: Tokens = "words") -> tuple[Cut, Tokens]:
    """Return what cuts Chinese into terms, and which of the two it is: pairs of characters where jieba is missing."""
    if tokens == "words":
        words = _jieba()
        if words is not None:
            return words, "words"
    return bigrams, "bigrams"


def bigrams(text: str) -> list[str]:
    """Return the pairs of neighbouring characters; the character where there is one alone."""
    return [text[at : at + 2] for at in range(len(text) - 1)] or [text]


def terms_of(clause: Clause, cut: Cut) -> Counter[str]:
    """Return how often each term stands in a clause; its numbers are terms."""
    found = Counter(str(value) for value in clause.values)
    for run in _RUNS.findall(clause.wording):
        found.update(cut(run) if run[0] >= "\u3400" else [run])
    return found


def tfidf(documents: Sequence[Counter[str]]) -> csr_array[np.float64, tuple[int, int]]:
    """Return the weights of every clause, unit length.

    Parameters
    ----------
    documents : sequence of Counter
        Terms of each clause; all that the document frequencies are counted over.

    Returns
    -------
    sparse array, shape (clause, term)
        A clause without terms has a row of zeros.
    """
    order = {term: at for at, term in enumerate(sorted(set().union(*documents)))}
    rows = np.repeat(np.arange(len(documents)), [len(one) for one in documents])
    columns = np.array([order[term] for one in documents for term in one], dtype=np.int64)
    counts = np.array([count for one in documents for count in one.values()], dtype=np.float64)
    frequency = np.bincount(columns, minlength=len(order))
    weights = (1 + np.log(counts)) * (np.log((1 + len(documents)) / (1 + frequency)) + 1)[columns]
    length = np.sqrt(np.bincount(rows, weights**2, minlength=len(documents)))
    shape = (len(documents), max(len(order), 1))
    return csr_array((weights / length[rows], (rows, columns)), shape=shape)


@cache
def _jieba() -> Cut | None:
    """Return jieba's precise mode with the glossary's terms; ``None`` where it is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import jieba  # type: ignore[import-untyped]
    except ImportError:
        return None
    jieba.setLogLevel(logging.CRITICAL)
    tokenizer: Any = jieba.Tokenizer()
    with tempfile.TemporaryDirectory(prefix="ronghe-") as spare:
        # jieba would write into the shared temporary folder, where anyone could leave a file for it to read.
        tokenizer.tmp_dir = str(_writable(cache_folder() / "jieba") or spare)
        tokenizer.initialize()
    for entry in glossary():
        for word in re.findall(r"[\u3400-\u9fff]+", entry.term.zh):
            tokenizer.add_word(word)
    return lambda text: list(tokenizer.lcut(text, HMM=False))


def cache_folder() -> Path:
    """Return the product's own folder for what can be made again: ``RONGHE_CACHE``, else the system's place."""
    named = os.environ.get("RONGHE_CACHE")
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "ronghe" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "ronghe"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ronghe"


def _writable(folder: Path) -> Path | None:
    """Return the folder, made where it was not; ``None`` where nothing can be written."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return None
