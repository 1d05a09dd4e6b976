"""Whether a disk has room, before work begins that would fill it."""

from __future__ import annotations

import shutil
from pathlib import Path

from engine.store_error import StoreError, StoreFault

SPARE_BYTES = 50_000_000
"""Left free for everything else on the disk."""


def require_space(folder: Path, needed_bytes: int) -> None:
    """Look whether more fits.

    Args:
        folder: there already.
        needed_bytes: to be written into it.

    Raises:
        StoreError: it does not fit; says how many megabytes are wanted and free.
    """
    wanted, free = needed_bytes + SPARE_BYTES, shutil.disk_usage(folder).free
    if wanted > free:
        raise StoreError(
            f"Cannot write {needed_bytes} bytes to {folder}: {free} are free, {SPARE_BYTES} must stay so.",
            StoreFault.NO_SPACE,
            needed_mb=-(-wanted // 10**6),
            free_mb=free // 10**6,
        )
