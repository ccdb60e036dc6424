"""What the process of the expression feature gives up before it sees its first frame.

No network, no file written, no program started, no core dump, no debugger, no page on a disk. Each measure is tried on
its own and told by name, because kernels differ: a site can see what held. Numbers are those of the Linux interfaces
(prctl, Landlock, seccomp) on 64-bit x86 and ARM.

Landlock and seccomp bind the thread that asks and those that it starts later: `lock_down` comes before any other.
"""

import contextlib
import ctypes
import os
import platform
import resource
import struct
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

HELD = "held"
_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 4, 22, 38
_FILTER = 2
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_WRITE_FILE = 1 << 1
_WRITES = (1 << 0) | _WRITE_FILE | sum(1 << bit for bit in range(4, 13))
"""Execute, write, remove and make: what Landlock 1 knows beside reading."""
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_LOCK_WHAT_IS_TOUCHED = 1 | 2 | 4
_M_PERTURB, _M_MMAP_THRESHOLD = -6, -3
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_FORBIDDEN: Mapping[str, Mapping[str, int]] = {
    "x86_64": {
        "socket": 41, "connect": 42, "bind": 49, "listen": 50, "fork": 57, "vfork": 58, "execve": 59, "ptrace": 101,
        "mount": 165, "perf_event_open": 298, "open_by_handle_at": 304, "process_vm_readv": 310,
        "process_vm_writev": 311, "bpf": 321, "execveat": 322, "userfaultfd": 323, "io_uring_setup": 425,
        "pidfd_getfd": 438,
    },
    "aarch64": {
        "mount": 40, "ptrace": 117, "socket": 198, "bind": 200, "listen": 201, "connect": 203, "execve": 221,
        "perf_event_open": 241, "open_by_handle_at": 265, "process_vm_readv": 270, "process_vm_writev": 271,
        "bpf": 280, "execveat": 281, "userfaultfd": 282, "io_uring_setup": 425, "pidfd_getfd": 438,
    },
}  # fmt: skip


class _Refused(OSError):
    """The kernel does not have a measure, or does not allow it here."""


def lock_down(devices: Iterable[Path] = ()) -> dict[str, str]:
    """Give everything up, except opening `devices` (the camera) for writing; return each measure and how it went.

    `held`, or the kernel's words why not. Cannot be undone.
    """
    library = ctypes.CDLL(None, use_errno=True)
    measures: dict[str, Callable[[], object]] = {
        "no_core_dump": _no_core_dump,
        "no_bytes_to_files": _no_bytes_to_files,
        "freed_memory_is_overwritten": lambda: _overwrite_freed(library),
        "memory_stays_in_ram": lambda: _check(library.mlockall(_LOCK_WHAT_IS_TOUCHED)),
        "not_traceable": lambda: _check(library.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)),
        "no_new_privileges": lambda: _check(library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)),
        "one_thread_so_far": _one_thread,
        "landlock_no_writes": lambda: _landlock(library, devices),
        "seccomp_no_network": lambda: _seccomp(library),
    }
    return {name: _tried(measure) for name, measure in measures.items()}


def _tried(measure: Callable[[], object]) -> str:
    try:
        measure()
    except (OSError, ValueError) as error:
        return str(error)
    return HELD


def _check(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise _Refused(number, os.strerror(number))
    return result


def _no_core_dump() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _no_bytes_to_files() -> None:
    # sockets and pipes are no files in this sense; Python ignores the signal and sees an error
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _overwrite_freed(library: ctypes.CDLL) -> None:
    """Have the C library overwrite every block that is freed, and give back large ones at once: copies of frames."""
    if not (library.mallopt(_M_PERTURB, 0xA5) and library.mallopt(_M_MMAP_THRESHOLD, 256 * 1024)):
        raise _Refused(0, "the C library has no mallopt for this")


def _one_thread() -> None:
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise _Refused(0, f"{threads} threads run already: what follows binds only one of them")


def _landlock(library: ctypes.CDLL, devices: Iterable[Path]) -> None:
    version = _check(library.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1))
    files = _WRITES | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    # from version 4 on TCP as well, from 6 on signals and abstract sockets of others
    rules = struct.pack("<3Q", files, 3, 3)[: 8 if version < 4 else 16 if version < 6 else 24]
    handle = _check(library.syscall(_LANDLOCK_CREATE, rules, ctypes.c_size_t(len(rules)), 0))
    try:
        for device in devices:
            with contextlib.suppress(FileNotFoundError):
                place = os.open(device, os.O_PATH | os.O_CLOEXEC)
                allowed = struct.pack("<Qi", _WRITE_FILE, place)
                _check(library.syscall(_LANDLOCK_ADD, handle, 1, allowed, 0))
                os.close(place)
        _check(library.syscall(_LANDLOCK_RESTRICT, handle, 0))
    finally:
        os.close(handle)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))


def _seccomp(library: ctypes.CDLL) -> None:
    machine = platform.machine()
    if machine not in _FORBIDDEN:
        raise _Refused(0, f"no list of system calls for {machine}")
    code = filter_program(_AUDIT_ARCH[machine], sorted(_FORBIDDEN[machine].values()))
    held = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(held))
    _check(library.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0))


def filter_program(architecture: int, forbidden: list[int]) -> bytes:
    """Return the filter: another architecture is killed, a forbidden call fails with EPERM, all else is allowed."""
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    kill, refuse, allow = 0x80000000, 0x00050001, 0x7FFF0000
    count = len(forbidden)
    lines = [
        (load, 0, 0, 4),
        (equal, 1, 0, architecture),
        (answer, 0, 0, kill),
        (load, 0, 0, 0),
        # calls of the x32 interface have numbers from here on and would slip past the list
        (at_least, count + 1, 0, 0x40000000),
    ]
    lines += [(equal, count - place, 0, number) for place, number in enumerate(forbidden)]
    lines += [(answer, 0, 0, allow), (answer, 0, 0, refuse)]
    return b"".join(struct.pack("<HBBI", *line) for line in lines)
