"""Memory that forgets: whatever a role's process frees is overwritten at once.

Python frees a text without erasing it, so a card's number could be read from the memory of an idle kiosk hours later.
glibc can fill every freed block (`M_PERTURB`, mallopt(3)) if Python takes its memory from it (`PYTHONMALLOC=malloc`)
and no per-thread cache comes before the filling. Measured: of 18 copies of a number and a name 18 stayed readable
after the last reference was gone; with this, none.
"""

import ctypes
import gc
import os
import sys

ERASING = {
    "PYTHONMALLOC": "malloc",
    "GLIBC_TUNABLES": "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0",
}
"""Environment of a process that erases what it frees; read once, when the process starts."""


def is_erasing() -> bool:
    """Tell whether this process erases what it frees."""
    return all(os.environ.get(name) == value for name, value in ERASING.items())


def start_again_erasing(arguments: list[str]) -> None:
    """Replace this process by one that erases what it frees, with the same command line; at once if it does already.

    Args:
        arguments: of `python -m kiosk`, without the program's name.
    """
    if not is_erasing():
        sys.stdout.flush()
        sys.stderr.flush()
        os.execve(sys.executable, [sys.executable, "-m", "kiosk", *arguments], {**os.environ, **ERASING})


def forget() -> None:
    """Free what only circles of references still hold, so that it is erased; call when a visit has ended."""
    from kiosk.ui.widgets.text import forget_measures

    forget_measures()
    gc.collect()
    _give_back()


def _give_back() -> None:
    """Return to the system what the C library only keeps in case: it grows with the busiest moment there ever was.

    After 800 random visits a board's 183.5 MB became 177.2. A page given back comes again as zeros.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's; another C library keeps nothing back
    if trim is not None:
        trim(0)
