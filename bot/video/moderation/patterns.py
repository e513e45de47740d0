"""Rules as RE2 programs: their worst cost, and a bounded store of them.

RE2's time grows with program and text, so both are bounded. A pattern's cost is measured. A word's
cost is computed, so that it does not depend on how busy the machine is."""

import re
import threading
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Callable

import re2
from msgspec import Struct

from bot.video.moderation.folding import fold

MEMORY = 64 << 10  # bytes for a program, and as many for its cache
STORED = 512  # patterns, which take 64 MiB at most
STORED_WORDS = 2048  # of some KiB each; kept apart, so that long word lists evict no pattern
LETTERS = 10_000  # folded letters in all texts of one video, the basis of costs
_SHORT, _LONG = 256, 4096  # text lengths to measure with; RE2 treats long texts differently
_HOPELESS = 0.1  # seconds for `LETTERS`; a pattern this slow is not measured further
_RUNS = 5  # the shortest counts: other load slows the rest
_WORD_COST, _WILDCARD_COST = 80e-6, 4e-6  # seconds, above what a slow machine measured
# Several scripts, because a letter may take one to four bytes, and repeated words, which are the
# slowest for a pattern with many ways to continue.
_PROBES = ("a", "ab", "漢字", "абв", "صلى الله", "the fox, 7 runs ")
_SIGNS = r"\x00-/:-@\[-^`\x7b-\x7f"  # in ASCII: no letter, digit or underscore
_SIGN = re.compile(r"[^\w\x00-\x7f]")
_BLANK = "\x01"  # replaces each sign beyond ASCII

Unreadable = re2.error


class Expression(Struct, frozen=True, kw_only=True):
    """A compiled rule; `cost` is its worst processor time in seconds for `LETTERS` of text."""

    regex: "re2._Regexp"
    group: int  # the matched part
    blanked: re.Pattern[str] | None  # signs that count as blanks for this rule
    cost: float

    def search(self, text: "Folded") -> str | None:
        """The words it matches, folded; None without a match."""
        found = self.regex.search(text.without(self.blanked))
        return None if found is None else text.exact[slice(*found.span(self.group))].strip()


class Folded(Struct, frozen=True, kw_only=True):
    """A folded text; `plain` has the same length and no sign beyond ASCII."""

    exact: str
    plain: str

    @classmethod
    def of(cls, text: str) -> "Folded":
        exact = fold(text)
        return cls(exact=exact, plain=_SIGN.sub(_BLANK, exact))

    def without(self, signs: re.Pattern[str] | None) -> str:
        """`exact` with these signs replaced by blanks; the length stays."""
        if signs is None:
            return self.exact
        return self.plain if signs is _SIGN else signs.sub(_BLANK, self.exact)


class Expressions:
    """Compiles and measures rules, and keeps those used last. Thread-safe. `processor_time` returns
    this thread's seconds."""

    def __init__(self, processor_time: Callable[[], float] = time.thread_time) -> None:
        self._processor_time = processor_time
        self._patterns: OrderedDict[str, Expression] = OrderedDict()
        self._words: OrderedDict[str, Expression] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._patterns) + len(self._words)

    def get(self, pattern: str, is_pattern: bool) -> Expression:
        """The compiled rule. Raises `Unreadable`, also if the program is too large."""
        kept, most = (self._patterns, STORED) if is_pattern else (self._words, STORED_WORDS)
        with self._lock:
            found = kept.get(pattern)
        if found is None:
            found = self._measured(pattern, is_pattern)
        with self._lock:
            kept[pattern] = found
            kept.move_to_end(pattern)
            while len(kept) > most:
                kept.popitem(last=False)
        return found

    def _measured(self, pattern: str, is_pattern: bool) -> Expression:
        if not is_pattern:
            return _word(pattern)
        regex = _compile(_folded_pattern(pattern))
        return Expression(regex=regex, group=0, blanked=None, cost=self._cost(regex, pattern))

    def _cost(self, regex: "re2._Regexp", pattern: str) -> float:
        own = "".join(letter for letter in fold(pattern) if letter.isalnum()) or "a"
        cost = 0.0
        for letters in (_SHORT, _LONG):
            for probe in (*_PROBES, own, own[:1]):
                cost = max(cost, self._seconds(regex, probe, letters))
                if cost >= _HOPELESS:
                    return cost
        return cost

    def _seconds(self, regex: "re2._Regexp", probe: str, letters: int) -> float:
        """The shortest time for `LETTERS` of such text: first runs are cold, others may be
        delayed."""
        text, taken = (probe * letters)[:letters], []
        for _ in range(_RUNS):
            began = self._processor_time()
            regex.search(text)
            taken.append(self._processor_time() - began)
        return min(taken) * LETTERS / letters


def _compile(pattern: str) -> "re2._Regexp":
    options = re2.Options()
    options.max_mem = MEMORY
    options.log_errors = False
    options.case_sensitive = False
    try:
        return re2.compile(pattern, options)
    finally:
        re2.purge()  # drop the library's own cache of 128 programs


def _folded_pattern(pattern: str) -> str:
    r"""Fold a pattern like `fold`, but keep ASCII: `\D` is not `\d`."""
    return "".join(letter if letter.isascii() else fold(letter) for letter in pattern)


def _word(word: str) -> Expression:
    """A whole word or phrase; `*` matches any letters and `?` one. In RE2, "a letter" takes a
    thousand steps, but only a few once all signs other than the word's own are blanks."""
    folded = fold(word)
    own = "".join(sorted({re.escape(sign) for sign in _SIGN.findall(folded)}))
    letter, edge = f"[^{_SIGNS}{own}]", f"(?:^|$|[{_SIGNS}{own}])"
    middle = "".join({"*": f"{letter}*", "?": letter}.get(c) or re2.escape(c) for c in folded)
    return Expression(
        regex=_compile(f"{_at(folded[:1], edge)}({middle}){_at(folded[-1:], edge)}"),
        group=1,
        blanked=re.compile(rf"[^\w\x00-\x7f{own}]") if own else _SIGN,
        cost=_word_cost(folded),
    )


def _word_cost(folded: str) -> float:
    """The seconds for a word; each `*` multiplies the ways to match by the other wildcards."""
    wildcards = folded.count("*") + folded.count("?")
    return _WORD_COST + _WILDCARD_COST * wildcards**2 * ("*" in folded)


def _at(letter: str, edge: str) -> str:
    """The edge of a word, except in scripts without case (Chinese, Thai), which rarely use
    spaces."""
    return "" if unicodedata.category(letter or " ") == "Lo" else edge
