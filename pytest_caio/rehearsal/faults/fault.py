"""What a fault is. Kept free of the web server: `--caio-faults` lists them without one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from pytest_caio.rehearsal.deployment.core import Deployment

G2_ONLY: tuple[Literal["g2", "g1"], ...] = ("g2",)


@dataclass(frozen=True, slots=True)
class Fault:
    """One named way for a deployment to be broken.

    `checks` are the `gate.check` ids that fail because of it, in each of `generations`; empty
    where nothing fails, but something can no longer be told. `apply` breaks a deployment that
    has not been started yet. `policy` is what the gate's policy has to say for that: some rules
    are off until somebody asks for them.
    """

    name: str
    description: str
    checks: tuple[str, ...]
    apply: Callable[[Deployment], None]
    generations: tuple[str, ...] = ("g2", "g1")
    policy: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


def setting(**changes: object) -> Callable[[Deployment], None]:
    """A fault of configuration: other values for fields of `Settings`."""
    return lambda deployment: deployment.configure(**changes)


def ramp(**changes: object) -> Callable[[Deployment], None]:
    """A fault of configuration: other values for fields of `Ramp`."""
    return lambda deployment: deployment.set_ramp(**changes)


def code(**pieces: object) -> Callable[[Deployment], None]:
    """A fault of code: other values for fields of `Behaviour`."""

    def apply(deployment: Deployment) -> None:
        for name, piece in pieces.items():
            if not hasattr(deployment.behaviour, name):
                raise AttributeError(name)
            setattr(deployment.behaviour, name, piece)

    return apply
