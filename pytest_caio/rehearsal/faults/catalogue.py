"""Every named way to break the embedded deployment, and the checks that each turns red."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType

from pytest_caio.rehearsal.faults.access_faults import ACCESS_FAULTS
from pytest_caio.rehearsal.faults.approval_faults import APPROVAL_FAULTS
from pytest_caio.rehearsal.faults.card_faults import CARD_FAULTS
from pytest_caio.rehearsal.faults.claim_faults import CLAIM_FAULTS
from pytest_caio.rehearsal.faults.cycle_faults import CYCLE_FAULTS
from pytest_caio.rehearsal.faults.door_faults import DOOR_FAULTS
from pytest_caio.rehearsal.faults.fault import Fault
from pytest_caio.rehearsal.faults.queue_faults import QUEUE_FAULTS
from pytest_caio.rehearsal.faults.ramp_faults import RAMP_FAULTS
from pytest_caio.rehearsal.faults.rejection_faults import REJECTION_FAULTS
from pytest_caio.rehearsal.faults.replay_faults import REPLAY_FAULTS
from pytest_caio.rehearsal.faults.smoke_faults import SMOKE_FAULTS
from pytest_caio.rehearsal.faults.telling_faults import TELLING_FAULTS

__all__ = ["FAULTS", "Fault", "named"]

_ALL = (
    *CYCLE_FAULTS,
    *APPROVAL_FAULTS,
    *ACCESS_FAULTS,
    *DOOR_FAULTS,
    *TELLING_FAULTS,
    *CLAIM_FAULTS,
    *REJECTION_FAULTS,
    *RAMP_FAULTS,
    *SMOKE_FAULTS,
    *QUEUE_FAULTS,
    *REPLAY_FAULTS,
    *CARD_FAULTS,
)

FAULTS: Mapping[str, Fault] = MappingProxyType({fault.name: fault for fault in _ALL})


def named(names: Iterable[str | Fault]) -> tuple[Fault, ...]:
    """The faults of those names, in the order in which they can be applied; then those that are
    given themselves, as another package brings them.

    Raises ValueError, with the nearest names and the whole list, for a name that there is not.
    """
    given = list(names)
    wanted = {each.name if isinstance(each, Fault) else each for each in given}
    own = {each.name: each for each in given if isinstance(each, Fault)}
    for name in sorted(wanted - FAULTS.keys() - own.keys()):
        near = get_close_matches(name, FAULTS, n=3)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise ValueError(f"There is no fault {name!r}.{hint} All: {', '.join(sorted(FAULTS))}")
    standard = [fault for fault in FAULTS.values() if fault.name in wanted]
    return (*standard, *(own[name] for name in own if name not in FAULTS))
