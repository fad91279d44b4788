"""How a decision of a card ends: what the server answers, and when.

Source: ``docs/page.md, Steps``.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

REJECTION, APPROVAL = "a rejection", "an approval"
TAKEN = (APPROVAL, REJECTION)
ASKED = "its text was changed, it was approved, and the answer to what is asked then was no"
SIGNED_OUT = 401


class End(NamedTuple):
    """Which decision it is, its ``status`` (0: it is taken, -1: it reaches nobody), how many
    seconds ``late`` that is, and whether the queue can't be read then.
    """

    decision: str
    status: int = 0
    late: float = 0.0
    unread: bool = False


ENDS: Mapping[str, End] = MappingProxyType(
    {
        APPROVAL: End(APPROVAL),
        REJECTION: End(REJECTION),
        "its rejection was refused": End(REJECTION, 500),
        "its rejection was refused for good": End(REJECTION, 422),
        "its rejection came after somebody else's decision": End(REJECTION, 404),
        "its approval came after somebody else's decision": End(APPROVAL, 400),
        "its approval was refused": End(APPROVAL, 502),
        "its approval was refused for now": End(APPROVAL, 429),
        "its approval was refused to who is signed out": End(APPROVAL, SIGNED_OUT),
        "its approval was refused after a while": End(APPROVAL, 500, 20.0),
        "its approval reached nobody": End(APPROVAL, -1),
        "its approval was taken after a while": End(APPROVAL, 0, 20.0),
        "its approval was taken and the queue can't be read": End(APPROVAL, unread=True),
        ASKED: End(APPROVAL),
    }
)


def is_taken(how: str) -> bool:
    """Return whether it is a decision that the server takes."""
    return how in ENDS and not ENDS[how].status
