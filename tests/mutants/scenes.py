"""The deployments in good order that a mutant is tried in: each is GO without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import Any

from mutants.mutated_code import DEPLOYMENT
from mutants.story import clock

NAME = "production"


@dataclass(frozen=True, slots=True)
class Scene:
    """A generation, and what is otherwise than on the first day. `arrange` gets the deployment."""

    generation: str = "g2"
    arrange: Callable[[Any], None] = lambda _deployment: None

    @contextmanager
    def served(self, server: ModuleType) -> Iterator[Any]:
        """Serve the scene by this `server` module, which may be a mutant's."""
        made = server.rehearse(self.generation, environment=NAME, announced=False, clock=clock)
        with made as running:
            self.arrange(running.deployment)
            yield running


def _graduated_and_low(deployment: Any) -> None:
    """Three clean days are complete, no live card waits, the watcher makes training cards."""
    story, state = import_module(f"{DEPLOYMENT}.scenes"), deployment.state
    story.graduate(state, deployment.now())
    state.cards = {key: card for key, card in state.cards.items() if card.status != "pending"}
    ramp = replace(deployment.settings.ramp, email_limit=10)
    deployment.configure(ramp=ramp, queue_watcher_low_water=3)


SCENES: Mapping[str, Scene] = MappingProxyType(
    {
        "G2": Scene(),
        "G1": Scene("g1"),
        "G2, graduated, no live card": Scene(arrange=_graduated_and_low),
    }
)
