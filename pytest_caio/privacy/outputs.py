"""The last pass through the redactor: no output is made from anything that hasn't gone here."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from pytest_caio.base.strict_json import clean_text
from pytest_caio.privacy.redactor import Redactor

T = TypeVar("T")


def redacted(value: T, redactor: Redactor) -> T:
    """Return ``value`` with every text in it free of secrets and fit for UTF-8."""
    result: T = _redacted(value, redactor)
    return result


def _redacted(value: Any, redactor: Redactor) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return redactor.secret_free(clean_text(value))
    if isinstance(value, Mapping):
        return {_redacted(k, redactor): _redacted(v, redactor) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_redacted(item, redactor) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        own = [f.name for f in fields(value) if f.init and f.compare]
        return replace(value, **{name: _redacted(getattr(value, name), redactor) for name in own})
    return value
