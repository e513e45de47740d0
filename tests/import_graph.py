"""Prints which packages import which, upper layers first; `make graph`.

The numbers count importing modules. The last layer listed contains packages in a circle, if any."""

from collections import Counter, defaultdict
from collections.abc import Collection

import grimp

Arrows = Counter[tuple[str, str]]  # by (importer, imported)


def arrows(graph: grimp.ImportGraph, packages: Collection[str]) -> Arrows:
    """The imports between `packages`, whole."""
    home = {module: each for each in packages for module in graph.find_descendants(each) | {each}}
    found: Arrows = Counter()
    for module, package in home.items():
        imported = (home.get(each) for each in graph.find_modules_directly_imported_by(module))
        found.update((package, each) for each in imported if each not in (None, package))
    return found


def show(title: str, found: Arrows) -> None:
    """Print the layers from the top, then the pairs that import each other."""
    needs: dict[str, set[str]] = defaultdict(set)
    for package, imported in found:
        needs[package].add(imported)
    order: list[list[str]] = []
    while rest := {each for arrow in found for each in arrow}.difference(*order):
        order.append(sorted(each for each in rest if not needs[each] & rest) or sorted(rest))
    print(f"\n{title}:")
    for number, package in ((n, each) for n in range(len(order), 0, -1) for each in order[n - 1]):
        to = (f"{other} {found[package, other]}" for other in sorted(needs[package]))
        print(f"  {number}  {package:28}{', '.join(to)}")
    pairs = [f"{one} <-> {two}" for one, two in sorted(found) if one < two and found[two, one]]
    print("  two-way pairs:", ", ".join(pairs) or "none")


if __name__ == "__main__":
    graph = grimp.build_graph("bot", "cogs", cache_dir=None)
    show("bot and cogs", arrows(graph, graph.find_children("bot") | {"cogs"}))
    show("bot.video", arrows(graph, graph.find_children("bot.video")))
