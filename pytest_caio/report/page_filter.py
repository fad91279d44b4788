"""The filter of ``report.html`` by outcome and environment: style rules, as scripts are off."""

from collections.abc import Iterator

MOST = 12
"""Beyond so many environments they are not offered: each needs rules of its own."""
_OUTCOMES = {
    "open": (".bad", ".unclear"),
    "noted": (".noted",),
    "good": (".good",),
    "quiet": (".quiet",),
}


def filtered(environments: int) -> bool:
    """Return whether environments can be chosen."""
    return 1 < environments <= MOST


def filter_rules(environments: int) -> str:
    """Return the rules that hide what was not chosen, for so many environments."""
    chosen = range(1, environments + 1) if filtered(environments) else range(0)
    places = {f":has(#in-{n}:checked)": f".e{n}" for n in chosen}
    return "\n".join(_rules(places))


def _rules(places: dict[str, str]) -> Iterator[str]:
    for outcome, tones in _OUTCOMES.items():
        yield _hide(f":has(#show-{outcome}:checked)", [f".cell{tone}" for tone in tones])
    for when, place in places.items():
        yield _hide(when, [f".cell{place}"])
        for outcome, tones in _OUTCOMES.items():
            both = f"{when}:has(#show-{outcome}:checked)"
            yield _hide(both, [f".cell{tone}{place}" for tone in tones])


def _hide(when: str, kept: list[str]) -> str:
    page, these = f".engineers{when}", ", ".join(kept)
    hidden = (f".cell:not({these})", f".row:not(:has({these}))", f".gate:not(:has({these}))")
    return ", ".join(f"{page} {part}" for part in hidden) + " { display: none; }"
