"""What a probe may ask, as it says beforehand: for ``--caio-plan``, and never for sending."""

from dataclasses import dataclass

from pytest_caio.interlock.deeds import READ

ANY = "…"
"""What stands in a path for what shows only when the deployment is looked at."""


@dataclass(frozen=True)
class Asked:
    """One request in words, like ``POST /login as anonymous``, or ``GET … as session``.

    ``times`` is how often it goes out at most, repeated attempts apart; 0 where that depends on the
    deployment. ``why`` is what the interlock calls it. ``only`` says when it goes out, where it
    doesn't always, ``elsewhere`` to which other host.
    """

    request: str
    times: int = 1
    why: str = READ
    only: str = ""
    elsewhere: str = ""


def in_words(asked: Asked) -> str:
    """Return a request with how often it goes out, under which condition, and as what."""
    often = "" if asked.times == 1 else f", {asked.times} times at most" if asked.times else ""
    only = f", {asked.only}" if asked.only else ""
    return f"{asked.request}{often}{only} ({asked.why})"
