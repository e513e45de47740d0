"""Which component trees a message may contain.

https://docs.discord.com/developers/components/reference"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from bot.playground.guild.errors import Path, Problems
from bot.playground.guild.messages import walk

ROW, BUTTON, SELECT, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = (
    1, 2, 3, 9, 10, 11, 12, 13, 14, 17,
)  # fmt: skip
SELECTS = {3, 5, 6, 7, 8}
V2_TOP = {ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER}
MOST_ROWS, MOST_COMPONENTS, MOST_TEXT = 5, 40, 4000
LINK, PREMIUM = 5, 6

Tree = dict[str, Any]
Check = Callable[[Tree, Path, Problems], None]


def check_components(components: Any, v2: bool, path: Path, problems: Problems) -> None:
    """Add to `problems` all that Discord would refuse in a message's components."""
    if not isinstance(components, list) or not all(isinstance(one, dict) for one in components):
        problems.add(path, "LIST_TYPE_CONVERT", "Only lists of components are allowed.")
        return
    _children(components, V2_TOP if v2 else {ROW}, path, problems)
    if problems.tree:
        return
    if not v2 and len(components) > MOST_ROWS:
        problems.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be {MOST_ROWS} or fewer in length.")
    check_totals(components, path, problems)


def check_totals(components: Any, path: Path, problems: Problems) -> None:
    """Check the limits on a whole tree: 40 components, 4000 characters, unique custom_ids."""
    parts = list(walk(components))
    if len(parts) > MOST_COMPONENTS:
        problems.add(
            path,
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            f"The total number of components cannot exceed {MOST_COMPONENTS}.",
        )
    if sum(len(one["content"]) for one in parts if one["type"] == TEXT) > MOST_TEXT:
        problems.add(
            path,
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            f"The displayable text of all components cannot exceed {MOST_TEXT} characters.",
        )
    seen = Counter(one["custom_id"] for one in parts if "custom_id" in one)
    for custom_id, times in seen.items():
        if times > 1:
            message = f"Component custom id cannot be duplicated: {custom_id}"
            problems.add(path, "COMPONENT_CUSTOM_ID_DUPLICATED", message)


def _children(components: Any, allowed: set[int], path: Path, problems: Problems) -> None:
    for index, one in enumerate(components):
        _one(one, allowed, (*path, index), problems)


def _one(one: Tree, allowed: set[int], path: Path, problems: Problems) -> None:
    kind = one.get("type")
    if kind in allowed:
        CHECKS[kind](one, path, problems)
        return
    choices = ", ".join(str(each) for each in sorted(allowed))
    message = f'Value of field "type" must be one of ({choices}).'
    problems.add((*path, "type"), "UNION_TYPE_CHOICES", message)


def _row(one: Tree, path: Path, problems: Problems) -> None:
    inside = one.get("components")
    problems.length((*path, "components"), inside, 1, 5)
    if not isinstance(inside, list):
        return
    _children(inside, {BUTTON} | SELECTS, (*path, "components"), problems)
    if len(inside) > 1 and any(each.get("type") in SELECTS for each in inside):
        message = "A select menu stands alone in its row."
        problems.add((*path, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)


def _button(one: Tree, path: Path, problems: Problems) -> None:
    if one.get("style") not in range(1, 7):
        problems.add((*path, "style"), "BASE_TYPE_CHOICES", "Value must be one of (1 to 6).")
    if one.get("label") is not None:
        problems.length((*path, "label"), one["label"], 0, 80)
    if not one.get("label") and not one.get("emoji") and one.get("style") != PREMIUM:
        message = "A button needs a label or an emoji."
        problems.add(path, "BUTTON_COMPONENT_INVALID_LABEL", message)
    if one.get("style") == LINK:
        check_url(one.get("url"), ("http", "https", "discord"), (*path, "url"), problems)
        problems.length((*path, "url"), one.get("url"), 1, 512)
        if "custom_id" in one:
            message = "A custom id and url cannot both be specified"
            problems.add(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message)
    elif one.get("style") != PREMIUM:
        problems.length((*path, "custom_id"), one.get("custom_id"), 1, 100)


def check_select(one: Tree, path: Path, problems: Problems) -> None:
    """Check a select menu, in a message or a modal."""
    problems.length((*path, "custom_id"), one.get("custom_id"), 1, 100)
    if one.get("placeholder") is not None:
        problems.length((*path, "placeholder"), one["placeholder"], 0, 150)
    least, most = one.get("min_values", 1), one.get("max_values", 1)
    if not 0 <= least <= 25:
        problems.add((*path, "min_values"), "NUMBER_TYPE_RANGE", "Must be between 0 and 25.")
    if not max(1, least) <= most <= 25:
        problems.add((*path, "max_values"), "NUMBER_TYPE_RANGE", "Must be between 1 and 25.")
    if one["type"] == SELECT:
        check_options(one, path, problems, 1, 25)
        if isinstance(one.get("options"), list) and most > len(one["options"]):
            message = "There are fewer options than max_values."
            problems.add((*path, "max_values"), "NUMBER_TYPE_RANGE", message)
        if sum(bool(each.get("default")) for each in one.get("options") or ()) > most:
            message = "There are more defaults than max_values."
            problems.add((*path, "options"), "SELECT_COMPONENT_TOO_MANY_DEFAULTS", message)


def check_options(one: Tree, path: Path, problems: Problems, least: int, most: int) -> None:
    """Check the options of a select, radio or checkbox group: their number, and unique values."""
    options = one.get("options")
    problems.length((*path, "options"), options, least, most)
    if not isinstance(options, list):
        return
    for index, option in enumerate(options):
        here = (*path, "options", index)
        problems.length((*here, "label"), option.get("label"), 1, 100)
        problems.length((*here, "value"), option.get("value"), 1, 100)
        if option.get("description") is not None:
            problems.length((*here, "description"), option["description"], 0, 100)
    if len({option.get("value") for option in options}) < len(options):
        message = "The specified option value is already used"
        problems.add((*path, "options"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)


def _section(one: Tree, path: Path, problems: Problems) -> None:
    problems.length((*path, "components"), one.get("components"), 1, 3)
    _children(one.get("components") or [], {TEXT}, (*path, "components"), problems)
    _one(one.get("accessory") or {}, {BUTTON, THUMBNAIL}, (*path, "accessory"), problems)


def check_text(one: Tree, path: Path, problems: Problems) -> None:
    """Check a text display."""
    problems.length((*path, "content"), one.get("content"), 1, MOST_TEXT)


def _media(one: Tree, path: Path, problems: Problems) -> None:
    url = (one.get("media") or {}).get("url")
    check_url(url, ("http", "https", "attachment"), (*path, "media", "url"), problems)
    if one.get("description") is not None:
        problems.length((*path, "description"), one["description"], 0, 1024)


def _gallery(one: Tree, path: Path, problems: Problems) -> None:
    problems.length((*path, "items"), one.get("items"), 1, 10)
    for index, item in enumerate(one.get("items") or []):
        _media(item, (*path, "items", index), problems)


def _file(one: Tree, path: Path, problems: Problems) -> None:
    check_url((one.get("file") or {}).get("url"), ("attachment",), (*path, "file", "url"), problems)


def _separator(one: Tree, path: Path, problems: Problems) -> None:
    if one.get("spacing", 1) not in (1, 2):
        problems.add((*path, "spacing"), "BASE_TYPE_CHOICES", "Value must be one of (1, 2).")


def _container(one: Tree, path: Path, problems: Problems) -> None:
    problems.length((*path, "components"), one.get("components"), 1, MOST_COMPONENTS)
    if not 0 <= (one.get("accent_color") or 0) <= 0xFFFFFF:
        problems.add((*path, "accent_color"), "NUMBER_TYPE_MAX", "Must be 16777215 or less.")
    _children(one.get("components") or [], V2_TOP - {CONTAINER}, (*path, "components"), problems)


def check_url(url: object, schemes: tuple[str, ...], path: Path, problems: Problems) -> None:
    """Check that an address has one of the schemes."""
    if not isinstance(url, str) or not url:
        problems.add(path, "BASE_TYPE_REQUIRED", "This field is required")
    elif url.partition("://")[0] not in schemes or not url.partition("://")[2]:
        message = f"Scheme must be one of ({', '.join(schemes)})."
        problems.add(path, "URL_TYPE_INVALID_SCHEME", message)


CHECKS: dict[int, Check] = {
    ROW: _row,
    BUTTON: _button,
    SECTION: _section,
    TEXT: check_text,
    THUMBNAIL: _media,
    GALLERY: _gallery,
    FILE: _file,
    SEPARATOR: _separator,
    CONTAINER: _container,
    **dict.fromkeys(SELECTS, check_select),
}
