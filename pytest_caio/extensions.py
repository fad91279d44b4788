"""Judges, probes and faults of the package itself and of others, each under a name of its own.

Source: ``docs/extending.md, Names``.
"""

import importlib.metadata
import importlib.util
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import pluggy

from pytest_caio import hookspecs
from pytest_caio.base.messages import listed
from pytest_caio.evidence.probe_names import REPLAY, SENT_MAIL, SUITE
from pytest_caio.gates.request import RequestProblem, parse_request
from pytest_caio.judge.look import Judge
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.observe.probe import Probe
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.verdict.run_finding import AFTER, BEFORE

if TYPE_CHECKING:
    from pytest_caio.rehearsal.faults.fault import Fault


class _HasName(Protocol):
    @property
    def name(self) -> str: ...


Named = TypeVar("Named", bound=_HasName)

_GROUP = "pytest11"
_OURS = "pytest-caio"
_HOOKS = ("pytest_caio_judges", "pytest_caio_probes", "pytest_caio_faults")


class ExtensionProblem(ValueError):
    """What another package adds can't be used; the message names the package."""


@dataclass(frozen=True)
class Extensions:
    """Every judge that a gate file may name, and every probe that a judge may, by name."""

    judges: Mapping[str, Judge]
    probes: Mapping[str, Probe]


def gather(manager: pluggy.PluginManager) -> Extensions:
    """Return the standard judges and probes, and those of the plugins that are loaded.

    Raises ExtensionProblem for a name that two packages give, and for what is no judge or probe.
    """
    _one_of_each_name(manager)
    judges = _by_name(manager, "pytest_caio_judges", Judge, standard_judges())
    probes = _by_name(manager, "pytest_caio_probes", Probe, standard_probes())
    _unnameable(manager, probes)
    standard = standard_judges()
    for judge, owner in judges.values():
        for probe in () if judge in standard else judge.probes:
            if probe not in probes and not _is_request(probe) and probe not in _asked_by_us():
                raise ExtensionProblem(
                    f"the judge {judge.name!r} of {owner} looks at {probe!r}, which is no request "
                    "and no probe. Is the package that brings it installed?"
                )
    return Extensions(
        {name: judge for name, (judge, _) in judges.items()},
        {name: probe for name, (probe, _) in probes.items()},
    )


def faults(manager: pluggy.PluginManager) -> dict[str, "Fault"]:
    """Return the rehearsal's faults, and those of the plugins that are loaded, by name.

    Raises ExtensionProblem as :func:`gather` does. Apart from it, as most runs rehearse nothing.
    """
    from pytest_caio.rehearsal.faults.catalogue import FAULTS, Fault

    _one_of_each_name(manager)
    known = _by_name(manager, "pytest_caio_faults", Fault, FAULTS.values())
    return {name: fault for name, (fault, _) in known.items()}


def with_installed(names: Iterable[str]) -> "list[str | Fault]":
    """Return faults by their names, those of installed packages themselves."""
    asked = list(names)
    known = faults(installed()) if asked else {}
    return [known.get(name, name) for name in asked]


def installed() -> pluggy.PluginManager:
    """Return the installed pytest plugins with their judges and probes, without pytest."""
    manager = _Installed("pytest")
    manager.add_hookspecs(hookspecs)
    for name in sorted({entry.name for entry in importlib.metadata.entry_points(group=_GROUP)}):
        try:
            manager.load_setuptools_entrypoints(_GROUP, name)
        except Exception:  # noqa: BLE001, S112 - a broken plugin of somebody else; pytest says so
            continue
    return manager


def extending() -> tuple[str, ...]:
    """Return the entry points of installed packages that bring judges or probes, by name."""
    entries = importlib.metadata.entry_points(group=_GROUP)
    return tuple(sorted({entry.name for entry in entries if _extends(entry)}))


class _Installed(pluggy.PluginManager):
    """Takes functions for hooks by their names, as pytest does, and only the gate's own."""

    def parse_hookimpl_opts(self, plugin: Any, name: str) -> Any:
        if name not in _HOOKS or not callable(getattr(plugin, name, None)):
            return None
        return super().parse_hookimpl_opts(plugin, name) or {}


def _by_name(
    manager: pluggy.PluginManager, hook: str, kind: type[Named], standard: Iterable[Named]
) -> dict[str, tuple[Named, str]]:
    """Return judges or probes with the package that brings each."""
    word = kind.__name__.lower()
    found = {item.name: (item, _OURS) for item in standard}
    for item, owner in _brought(manager, hook):
        if not isinstance(item, kind):
            text = f"{owner} brings {type(item).__name__} where a {word} is due ({hook})"
            raise ExtensionProblem(text)
        if item.name in found:
            raise ExtensionProblem(
                f"two {word}s are called {item.name!r}: one of {found[item.name][1]}, one of "
                f"{owner}. Rename one of them, or do without one of the packages."
            )
        found[item.name] = (item, owner)
    return found


def _brought(manager: pluggy.PluginManager, hook: str) -> Iterator[tuple[object, str]]:
    plugins = [implementation.plugin for implementation in getattr(manager.hook, hook)
               .get_hookimpls()]  # fmt: skip
    for plugin in plugins:
        owner = _owner(manager, plugin)
        others = [other for other in plugins if other is not plugin]
        try:
            brought = [list(each) for each in manager.subset_hook_caller(hook, others)()]
        except Exception as error:
            text = f"{owner} can't say what it brings ({hook}): {type(error).__name__}: {error}"
            raise ExtensionProblem(text) from error
        yield from ((item, owner) for items in brought for item in items)


def _owner(manager: pluggy.PluginManager, plugin: object) -> str:
    """Return the package that a plugin is of; of a conftest, or of ``-p``, how pytest calls it."""
    for found, distribution in manager.list_plugin_distinfo():
        if found is plugin:
            return str(distribution.metadata["name"])
    return manager.get_name(plugin) or repr(plugin)


def _unnameable(manager: pluggy.PluginManager, probes: Mapping[str, tuple[Probe, str]]) -> None:
    for probe, owner in probes.values():
        if owner != _OURS and (_is_request(probe.name) or probe.name in _asked_by_us()):
            raise ExtensionProblem(
                f"the probe {probe.name!r} of {owner} has the name of something that {_OURS} asks "
                "itself. Give it another name."
            )


def _asked_by_us() -> frozenset[str]:
    """Return the probes that a run makes for itself."""
    return frozenset({REPLAY, SUITE, SENT_MAIL, BEFORE, AFTER})


def _is_request(name: str) -> bool:
    try:
        parse_request(name)
    except RequestProblem:
        return False
    return True


def _one_of_each_name(manager: pluggy.PluginManager) -> None:
    """Of two plugins with one name, only one is loaded: that must not go unnoticed."""
    entries: dict[str, dict[str, importlib.metadata.EntryPoint]] = {}
    for distribution in importlib.metadata.distributions():
        for entry in distribution.entry_points:
            if entry.group == _GROUP:
                package = str(distribution.metadata["name"])
                entries.setdefault(entry.name, {}).setdefault(package, entry)
    for name, packages in entries.items():
        if len(packages) > 1 and manager.has_plugin(name) and any(map(_extends, packages.values())):
            raise ExtensionProblem(
                f"the plugin name {name!r} is that of {listed(sorted(packages))}, so only one of "
                "them is loaded. Rename one, or do without one of the packages."
            )


def _extends(entry: importlib.metadata.EntryPoint) -> bool:
    if not _may_extend(entry):
        return False
    try:
        plugin = entry.load()
    except Exception:  # noqa: BLE001 - what can't be loaded adds nothing
        return False
    return any(hasattr(plugin, hook) for hook in _HOOKS)


def _may_extend(entry: importlib.metadata.EntryPoint) -> bool:
    """Return whether it is worth while to load a plugin: most have nothing to do with the gate, and
    take longer to load than the gate itself. What brings judges depends on us, or speaks of us.
    """
    needs = (entry.dist.requires or ()) if entry.dist else ()
    if any(_OURS in need.lower().replace("_", "-") for need in needs):
        return True
    try:
        origin = _file_of(entry.module)
        return not origin or b"caio" in Path(origin).read_bytes()
    except Exception:  # noqa: BLE001 - loading it will tell
        return True


def _file_of(module: str) -> str | None:
    """Return a module's file, if it can be told without importing the packages that it lies in."""
    package, *inner = module.split(".")
    found = importlib.util.find_spec(package)
    for name in inner:
        places = found.submodule_search_locations if found else None
        package = f"{package}.{name}"
        found = PathFinder.find_spec(package, places) if places else None
    return found.origin if found else None
