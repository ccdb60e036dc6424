"""How a line is opened to be recorded: as its driver would, but only to listen."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def serial_line(path: str, baud: int, question: bytes = b"") -> Iterator[int]:
    """Open a serial line and send `question` once; yields its descriptor.

    Raises:
        OSError: if it is not there, or somebody else has it.
    """
    import serial

    with serial.Serial(path, baud, timeout=0, exclusive=True) as line:
        if question:
            line.write(question)
        yield line.fileno()


@contextmanager
def input_device(path: str) -> Iterator[int]:
    """Open an input device beside whoever uses it; yields its descriptor.

    Raises:
        OSError: if it is not there or may not be read.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
