"""The benchmarks: a module each, with its yardstick measured in the same run.

A benchmark is a function `run(full)` that yields rows for JSON lines; it ends within 180 s unless `full` is asked for.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

Benchmark = Callable[[bool], Iterator[dict[str, Any]]]


def benchmarks() -> dict[str, Benchmark]:
    """Return every benchmark by its name: the modules of this package that have a `run`."""
    modules = {info.name: importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)}
    return {name: module.run for name, module in modules.items() if hasattr(module, "run")}
