"""The rehearsal's faults as a list for people."""

from collections.abc import Iterable

from pytest_caio.base.messages import listed
from pytest_caio.rehearsal.faults.fault import Fault


def fault_list(faults: Iterable[Fault]) -> str:
    """Return each fault with what it breaks and which checks it turns red."""
    lines = ["The rehearsal's faults, for --caio-env=rehearsal --caio-fault=NAME:"]
    for fault in faults:
        lines += [f"  {fault.name}", f"      {fault.description}"]
        where = f" (with {listed(fault.policy)} in the policy)" if fault.policy else ""
        lines.append(f"      turns red: {listed(fault.checks, 40)}{where}")
    return "\n".join(lines)
