"""Deployments in good order that are built, worded or filled otherwise: each must stay GO."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from starlette.types import ASGIApp

from mutants.rewriting import Wrap
from mutants.scenes import NAME
from mutants.story import clock


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One harmless difference: around the application, in what it holds, or in its page.

    `page` says that the page is looked at, in a browser, and nothing else.
    """

    name: str
    wrap: Wrap = lambda app: app
    arrange: Callable[[Any], None] = lambda _deployment: None
    generation: str = "g2"
    page: bool = False

    @contextmanager
    def served(self, server: ModuleType) -> Iterator[Any]:
        """Serve a deployment with this difference."""
        made = server.create_app

        def create(*given: Any) -> ASGIApp:
            return self.wrap(made(*given))

        server.create_app = create  # type: ignore[attr-defined]
        with server.rehearse(
            self.generation, environment=NAME, announced=False, clock=clock
        ) as running:
            self.arrange(running.deployment)
            yield running
