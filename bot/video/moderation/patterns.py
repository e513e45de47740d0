"""Rules as RE2 runs them: small programs, what each costs at worst, and a bounded store of them.

RE2 takes time in proportion to program and text, so both are bounded, and the product measured."""

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
_PROBE = 256  # letters
# Of several scripts, since a letter may take one to four bytes, and words that begin again and
# again: what a pattern with many ways to go on takes longest for.
_PROBES = ("a", "ab", "漢字", "абв", "صلى الله", "the fox, 7 runs ")
_WORD = r"[^\x00-/:-@\[-^`\x7b-\x7f]"  # of what `plain` leaves: a letter, a digit, _
_EDGE = r"(?:^|$|[\x00-/:-@\[-^`\x7b-\x7f])"
_EXACT_EDGE = r"(?:^|$|[^\pL\pN_])"
_SIGN = re.compile(r"[^\w\x00-\x7f]")

Unreadable = re2.error


class Expression(Struct, frozen=True, kw_only=True):
    """A compiled rule; `cost` is seconds of processor time for `LETTERS` of text, at worst."""

    regex: "re2._Regexp"
    group: int  # what it matched
    is_plain: bool  # looks at a text whose signs are all one
    cost: float

    def search(self, text: "Folded") -> str | None:
        """The words it matches, as they look folded."""
        found = self.regex.search(text.plain if self.is_plain else text.exact)
        return None if found is None else text.exact[slice(*found.span(self.group))].strip()


class Folded(Struct, frozen=True, kw_only=True):
    """A text as rules see it; in `plain`, as long, signs beyond ASCII are all one."""

    exact: str
    plain: str

    @classmethod
    def of(cls, text: str) -> "Folded":
        exact = fold(text)
        return cls(exact=exact, plain=_SIGN.sub("\x01", exact))


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
        is_plain = not is_pattern and not _SIGN.search(fold(pattern))
        regex = _compile(_folded_pattern(pattern) if is_pattern else _of_word(pattern, is_plain))
        own = "".join(letter for letter in fold(pattern) if letter.isalnum()) or "a"
        texts = [(each * _PROBE)[:_PROBE] for each in (*_PROBES, own, own[:1])]
        return Expression(
            regex=regex,
            group=0 if is_pattern else 1,
            is_plain=is_plain,
            cost=max(self._seconds(regex, text) for text in texts) * LETTERS / _PROBE,
        )

    def _seconds(self, regex: "re2._Regexp", text: str) -> float:
        """The better of two runs: the first one's surroundings are cold."""
        taken = []
        for _ in range(2):
            began = self._processor_time()
            regex.search(text)
            taken.append(self._processor_time() - began)
        return min(taken)


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


def _of_word(word: str, is_plain: bool) -> str:
    """A whole word or phrase; `*` stands for any letters and `?` for one. What is a letter takes a
    thousand steps to say, and a few where signs beyond ASCII are all one."""
    folded = fold(word)
    letter = _WORD if is_plain else r"[\pL\pN_]"
    edge = _EDGE if is_plain else _EXACT_EDGE
    middle = "".join({"*": f"{letter}*", "?": letter}.get(c) or re2.escape(c) for c in folded)
    return f"{_at(folded[:1], edge)}({middle}){_at(folded[-1:], edge)}"


def _at(letter: str, edge: str) -> str:
    """Scripts without cases, such as Chinese and Thai, mostly put no spaces between words."""
    return "" if unicodedata.category(letter or " ") == "Lo" else edge
