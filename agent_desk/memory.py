"""Keeps this process's memory from creeping: how the C library hands memory out, and what the collector looks at."""

import ctypes
import gc
import logging

log = logging.getLogger(__name__)

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Names of glibc's mallopt(3)."""
_BYTES = 256 << 10


def steady_allocator() -> bool:
    """Let threads share one arena, and large pieces go back to the kernel; False: this is no glibc, nothing is done.

    With an arena for each thread what one leaves half empty serves no other, and memory grows for days without a leak.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    options = ((_ARENA_MAX, 1), (_MMAP_THRESHOLD, _BYTES), (_TRIM_THRESHOLD, _BYTES))
    taken = [bool(mallopt(name, value)) for name, value in options]
    if not all(taken):
        log.warning("the allocator does not take our settings", extra={"taken": str(taken)})
    return all(taken)


def leave_what_stays() -> None:
    """Take what was loaded at the start out of the collector's sight: a full round over it stops the floor for long."""
    gc.collect()
    gc.freeze()
