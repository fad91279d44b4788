"""The rehearsal's faults as a list for people."""

from pytest_caio.base.messages import listed
from pytest_caio.rehearsal.faults.catalogue import FAULTS


def fault_list() -> str:
    """Return every fault with what it breaks and which checks it turns red."""
    lines = ["The rehearsal's faults, for --caio-env=rehearsal --caio-fault=NAME:"]
    for fault in FAULTS.values():
        lines += [f"  {fault.name}", f"      {fault.description}"]
        where = f" (with {listed(fault.policy)} in the policy)" if fault.policy else ""
        lines.append(f"      turns red: {listed(fault.checks, 40)}{where}")
    return "\n".join(lines)
