"""Rules as RE2 runs them: small programs, what each costs at worst, and a bounded store of them.

RE2 takes time in proportion to program and text, so both are bounded. What a pattern costs is
measured; what a word costs is counted, so that it is the same on a machine that is busy."""

import re
import threading
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Callable

import re2
from msgspec import Struct

from bot.video.moderation.folding import fold

MEMORY = 64 << 10  # bytes a program may take, and what it remembers of a text as much again
STORED = 512  # programs, so 64 MiB at most
LETTERS = 10_000  # folded, of all texts of one video together: what costs are measured for
_SHORT, _LONG = 256, 4096  # letters to measure by; RE2 takes another way through long texts
_HOPELESS = 0.1  # seconds for `LETTERS`, from which on nothing more is tried
_RUNS = 5  # of which the shortest counts: others hold up the rest
_WORD_COST, _WILDCARD_COST = 80e-6, 4e-6  # seconds; more than measured, on a slow machine
# Of several scripts, since a letter may take one to four bytes, and words that begin again and
# again: what a pattern with many ways to go on takes longest for.
_PROBES = ("a", "ab", "漢字", "абв", "صلى الله", "the fox, 7 runs ")
_SIGNS = r"\x00-/:-@\[-^`\x7b-\x7f"  # of ASCII: neither a letter nor a digit nor _
_SIGN = re.compile(r"[^\w\x00-\x7f]")
_BLANK = "\x01"  # what a sign beyond ASCII is looked at as

Unreadable = re2.error


class Expression(Struct, frozen=True, kw_only=True):
    """A compiled rule; `cost` is seconds of processor time for `LETTERS` of text, at worst."""

    regex: "re2._Regexp"
    group: int  # what it matched
    blanked: re.Pattern[str] | None  # the signs that it does not tell apart
    cost: float

    def search(self, text: "Folded") -> str | None:
        """The words it matches, as they look folded."""
        found = self.regex.search(text.without(self.blanked))
        return None if found is None else text.exact[slice(*found.span(self.group))].strip()


class Folded(Struct, frozen=True, kw_only=True):
    """A text as rules see it; `plain` is as long, and has no sign beyond ASCII."""

    exact: str
    plain: str

    @classmethod
    def of(cls, text: str) -> "Folded":
        exact = fold(text)
        return cls(exact=exact, plain=_SIGN.sub(_BLANK, exact))

    def without(self, signs: re.Pattern[str] | None) -> str:
        """As long as `exact`, with a blank for each of these."""
        if signs is None:
            return self.exact
        return self.plain if signs is _SIGN else signs.sub(_BLANK, self.exact)


class Expressions:
    """Compiles, measures by `processor_time` (seconds of this thread), and keeps what was used
    last. For several threads."""

    def __init__(self, processor_time: Callable[[], float] = time.thread_time) -> None:
        self._processor_time = processor_time
        self._kept: OrderedDict[tuple[str, bool], Expression] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, pattern: str, is_pattern: bool) -> Expression:
        """Raises `Unreadable`, also for a program that is too large."""
        key = (pattern, is_pattern)
        with self._lock:
            found = self._kept.get(key)
        if found is None:
            found = self._measured(pattern, is_pattern)
        with self._lock:
            self._kept[key] = found
            self._kept.move_to_end(key)
            while len(self._kept) > STORED:
                self._kept.popitem(last=False)
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
        """For `LETTERS` of such a text: the first run is cold, and a busy machine slows others."""
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
        re2.purge()  # the library keeps 128 of its own accord


def _folded_pattern(pattern: str) -> str:
    r"""As `fold`, but ASCII stays as it is: `\D` is not `\d`."""
    return "".join(letter if letter.isascii() else fold(letter) for letter in pattern)


def _word(word: str) -> Expression:
    """A whole word or phrase; `*` stands for any letters and `?` for one. To say in RE2 what a
    letter is takes a thousand steps, and a few where all signs but the word's own are blanks."""
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
    """A text may be where each `*` ends in as many ways as there are other wildcards."""
    wildcards = folded.count("*") + folded.count("?")
    return _WORD_COST + _WILDCARD_COST * wildcards**2 * ("*" in folded)


def _at(letter: str, edge: str) -> str:
    """Scripts without cases, such as Chinese and Thai, mostly put no spaces between words."""
    return "" if unicodedata.category(letter or " ") == "Lo" else edge
