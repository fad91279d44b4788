"""The rehearsal's modules once more, one of them changed, without touching those in use."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

PACKAGE = "pytest_caio.rehearsal"
DEPLOYMENT = f"{PACKAGE}.deployment"


class _Changed(SourceFileLoader):
    """Loads a module from code that is given, and knows its file all the same."""

    def __init__(self, name: str, path: str, code: CodeType) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:
        return self._code


class _Finder:
    """Finds the changed module before Python's own finders do."""

    def __init__(self, name: str, code: CodeType) -> None:
        self._name, self._code = name, code

    def find_spec(
        self, name: str, path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of the changed module, and None for every other."""
        if name != self._name:
            return None
        spec = PathFinder.find_spec(name, path)
        assert spec is not None
        assert spec.origin is not None
        spec.loader = _Changed(name, spec.origin, self._code)
        return spec


@contextmanager
def rehearsal_with(module: str, code: CodeType | None) -> Iterator[ModuleType]:
    """The rehearsal's `server` module, freshly imported, with `code` in place of `module`'s.

    `module` is a name below `deployment`; without `code` nothing is changed. Afterwards the
    modules that were in use before are back, and the fresh ones live on in what was made of them.
    """
    mine = [name for name in sys.modules if name == PACKAGE or name.startswith(f"{PACKAGE}.")]
    kept = {name: sys.modules.pop(name) for name in mine}
    parent = import_module("pytest_caio")
    finder = _Finder(f"{DEPLOYMENT}.{module}", code) if code else None
    if finder:
        sys.meta_path.insert(0, finder)  # type: ignore[arg-type]
    try:
        yield import_module(f"{PACKAGE}.server")
    finally:
        if finder:
            sys.meta_path.remove(finder)  # type: ignore[arg-type]
        for name in [n for n in sys.modules if n == PACKAGE or n.startswith(f"{PACKAGE}.")]:
            del sys.modules[name]
        sys.modules.update(kept)
        if PACKAGE in kept:
            parent.rehearsal = kept[PACKAGE]  # type: ignore[attr-defined]
