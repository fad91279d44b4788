"""How often Python searches for what is left over: seldom, as a run looks once and ends."""

import contextlib
import gc
from collections.abc import Iterator

# What outlives one search is evidence, which stays to the end: it is looked at again only from
# twenty million things on, which is more than two hundred environments make.
_SELDOM = (50_000, 400, 100)


def search_seldom() -> None:
    """Search seldom from now on, in a process that is ours: it costs more than it frees."""
    gc.set_threshold(*_SELDOM)


@contextlib.contextmanager
def seldom_searched() -> Iterator[None]:
    """Search seldom until the block is left; whoever calls us has their own way back then, also
    with what has been put aside in between.
    """
    before, ours = gc.get_threshold(), not gc.get_freeze_count()
    search_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if ours:
            gc.unfreeze()


def put_aside() -> None:
    """Keep what there is out of every further search, where nobody has done so already."""
    if not gc.get_freeze_count():
        gc.freeze()
