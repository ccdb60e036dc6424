"""Face expression: what a look costs, what a misbehaving service costs a rating, and what the locked process can do.

Each figure has its yardstick in the same run: the bare networks, other packages where they are installed, the same
visits without a camera, the same process without its lock. The face is a drawn one.
"""

import importlib.util
from collections.abc import Iterator
from typing import Any


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Measure looks, cold starts, visits with faults, and traced visits.

    Short: 300 looks, 150 visits, 20 traced; full: 3,000, 10,000 and 1,000.
    """
    if importlib.util.find_spec("kiosk.vision") is None:
        yield {"what": "not measured", "why": "this image was built without face expression"}
        return
    from kiosk.bench.rig import look, look_others, traced_visits, visits_with_faults

    yield from look.run(3000 if full else 300, 10 if full else 3)
    yield from look_others.run(200 if full else 30)
    yield from visits_with_faults.run(10_000 if full else 150)
    yield from traced_visits.run(1000 if full else 20)
