"""The last pass through the redactor: no output is made from anything that hasn't gone here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from pytest_caio.base.strict_json import clean_text
from pytest_caio.privacy.redactor import Redactor

T = TypeVar("T")


def redacted(value: T, redactor: Redactor) -> T:
    """Return ``value`` with every text in it free of secrets and fit for UTF-8."""
    return rewritten(value, lambda text: redactor.secret_free(clean_text(text)))


def already_free(value: Any, redactor: Redactor) -> bool:
    """Return whether `redacted` would leave JSON as it is: nearly always, and soon known."""
    found: list[str] = []
    _texts(value, found)
    # No text of one and the beginning of the next make a secret together.
    text = "\0".join(found)
    return (text.isascii() or clean_text(text) == text) and redactor.secret_free(text) == text


def _texts(value: Any, found: list[str]) -> None:
    kind = type(value)
    if kind is str:
        found.append(value)
    elif kind is dict:
        found.extend(value)
        for item in value.values():
            _texts(item, found)
    elif kind is list or kind is tuple:
        for item in value:
            _texts(item, found)


def rewritten(value: T, rewrite: Callable[[str], str]) -> T:
    """Return ``value`` with every text in it, also in what is inside of it, rewritten."""
    result: T = _Pass(rewrite).over(value)
    return result


@dataclass
class _Pass:
    """One pass. A large report says the same words, and names the same gate, thousands of times:
    each of them is gone over once.
    """

    rewrite: Callable[[str], str]
    texts: dict[str, str] = field(default_factory=dict)
    objects: dict[int, Any] = field(default_factory=dict)

    def over(self, value: Any) -> Any:
        kind = type(value)
        if kind is str:
            return self._text(value)
        if kind is dict or isinstance(value, Mapping):
            return {self.over(k): self.over(v) for k, v in value.items()}
        if kind is list or isinstance(value, list | tuple):
            return kind([self.over(item) for item in value])
        if isinstance(value, Enum):
            return value
        if isinstance(value, str):
            return self._text(value)
        return self._object(value) if is_dataclass(kind) else value

    def _text(self, text: str) -> str:
        if text not in self.texts:
            self.texts[text] = self.rewrite(text)
        return self.texts[text]

    def _object(self, value: Any) -> Any:
        # The whole of which it is a part keeps it alive, so its id stays its own.
        if id(value) not in self.objects:
            own = [f.name for f in fields(value) if f.init and f.compare]
            changes = {name: self.over(getattr(value, name)) for name in own}
            self.objects[id(value)] = replace(value, **changes)
        return self.objects[id(value)]
