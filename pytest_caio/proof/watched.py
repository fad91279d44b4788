"""Evidence that notes what is read of it: for the proof alone, so that a run is none the slower.

What is wrapped are real objects and lists, so a judge can't tell it from what it is given else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from pytest_caio.evidence.model import Evidence, Exchange, Observed
from pytest_caio.proof.place import (
    BODY,
    DATE,
    HEADER,
    HEADERS,
    JSON,
    NOTED,
    OPENED,
    STARTED,
    STATUS,
    Place,
)

_PARTS = frozenset({STATUS, BODY, HEADERS, STARTED})


@dataclass
class Reads:
    """What was read since it was last asked, in order. A list or an object is read where it was
    gone through or counted: on the way to one of its fields it is not.
    """

    found: dict[Place, None] = field(default_factory=dict)

    def note(self, place: Place) -> None:
        """Note that something was read."""
        self.found[place] = None

    def take(self) -> tuple[Place, ...]:
        """Return what was read, and begin anew."""
        found, self.found = tuple(self.found), {}
        return found


def watched(evidence: Mapping[str, Evidence], reads: Reads) -> dict[str, Evidence]:
    """Return an environment's evidence as it was, noting in ``reads`` what is read of it."""
    return {
        probe: _observed(found, reads) if isinstance(found, Observed) else found
        for probe, found in evidence.items()
    }


def _observed(found: Observed, reads: Reads) -> Observed:
    exchanges = tuple(
        _exchange(each, Place(found.environment, found.probe, number, JSON), reads)
        for number, each in enumerate(found.exchanges)
    )
    noted = Place(found.environment, found.probe, 0, NOTED)
    return replace(found, exchanges=exchanges, data=_Object(found.data, noted, reads))


def _exchange(exchange: Exchange, place: Place, reads: Reads) -> "_Exchange":
    made = object.__new__(_Exchange)
    made.__dict__.update(exchange.__dict__, _plain=exchange, _place=place, _reads=reads)
    return made


class _Exchange(Exchange):
    """An exchange that notes which of its parts are read."""

    _plain: Exchange
    _place: Place
    _reads: Reads

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if name in _PARTS:
            self._reads.note(replace(self._place, part=name))
        return value

    def header(self, name: str) -> str | None:
        value = self._plain.header(name)
        if value is not None:
            self._reads.note(replace(self._place, part=HEADER + name.lower()))
        return value

    @property
    def date(self) -> datetime | None:
        value = self._plain.date
        if value is not None:
            self._reads.note(replace(self._place, part=DATE))
        return value

    @property
    def has_detail(self) -> bool:
        return self._plain.has_detail

    def json(self) -> Any:
        self._reads.note(replace(self._place, part=OPENED))
        if "_tree" not in self.__dict__:
            self.__dict__["_tree"] = _tree(self._plain.json(), self._place, self._reads)
        return self.__dict__["_tree"]


def _tree(value: Any, place: Place, reads: Reads) -> Any:
    if isinstance(value, Mapping):
        return _Object(value, place, reads)
    return _List(value, place, reads) if isinstance(value, list | tuple) else value


def _below(place: Place, key: str | int) -> Place:
    return Place(place.environment, place.probe, place.number, place.part, (*place.path, key))


class _Object(dict[str, Any]):
    """A JSON object that notes which of its fields are read, and that it was gone through."""

    def __init__(self, value: Mapping[str, Any], place: Place, reads: Reads) -> None:
        super().__init__({k: _tree(v, _below(place, k), reads) for k, v in value.items()})
        self._place, self._reads = place, reads

    def _read(self, key: str, value: Any) -> Any:
        if not isinstance(value, _Object | _List):
            self._reads.note(_below(self._place, key))
        return value

    def _whole(self) -> None:
        self._reads.note(self._place)

    def __getitem__(self, key: str) -> Any:
        return self._read(key, super().__getitem__(key))

    def get(self, key: str, default: Any = None) -> Any:
        # A field that is there is read as by its key.
        return self[key] if key in self else default  # noqa: SIM401 - it would call itself

    def __iter__(self) -> Iterator[str]:
        self._whole()
        return super().__iter__()

    def __len__(self) -> int:
        self._whole()
        return super().__len__()

    def items(self) -> Any:
        self._everything()
        return super().items()

    def values(self) -> Any:
        self._everything()
        return super().values()

    def _everything(self) -> None:
        self._whole()
        for key, value in super().items():
            self._read(key, value)

    def __eq__(self, other: object) -> bool:
        _deep(self)
        return super().__eq__(other)

    __hash__ = None


class _List(list[Any]):
    """A JSON list that notes which of its items are read, and that it was gone through."""

    def __init__(self, value: list[Any] | tuple[Any, ...], place: Place, reads: Reads) -> None:
        super().__init__(_tree(v, _below(place, i), reads) for i, v in enumerate(value))
        self._place, self._reads = place, reads

    def _read(self, index: int, value: Any) -> Any:
        if not isinstance(value, _Object | _List):
            self._reads.note(_below(self._place, index))
        return value

    def _whole(self) -> None:
        self._reads.note(self._place)

    def __getitem__(self, index: Any) -> Any:
        if not isinstance(index, int):
            return list(self)[index]
        found = super().__getitem__(index)
        return self._read(index % max(super().__len__(), 1), found)

    def __iter__(self) -> Iterator[Any]:
        self._whole()
        for index, value in enumerate(super().__iter__()):
            yield self._read(index, value)

    def __len__(self) -> int:
        self._whole()
        return super().__len__()

    def __contains__(self, wanted: object) -> bool:
        return any(each == wanted for each in self)

    def __eq__(self, other: object) -> bool:
        _deep(self)
        return super().__eq__(other)

    __hash__ = None


def _deep(tree: _Object | _List) -> None:
    """Note everything below as read."""
    for each in list(tree.values() if isinstance(tree, _Object) else tree):
        if isinstance(each, _Object | _List):
            _deep(each)
