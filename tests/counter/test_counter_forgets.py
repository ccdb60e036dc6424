"""What somebody wrote on the tablet and did not send is in no corner of its memory once they have left."""

import pytest

from tests.counter.forgetting_counter import written
from tests.memory_of import Watched


@pytest.mark.parametrize(("ending", "seed"), [("back", 21), ("silence", 22)])
def test_a_letter_that_was_not_sent_is_gone_from_memory_when_its_writer_has_left(ending: str, seed: int) -> None:
    text = written(seed)
    secrets = [text[:14], text[-12:]]
    tablet = Watched("tests.counter.forgetting_counter", seed)
    try:
        assert tablet.do("petition") == "petition"
        during = tablet.remembers(*secrets)
        assert min(during.values()) > 0, "the scan finds what is there"
        assert tablet.do(ending) == "idle"
        after = tablet.remembers(*secrets)
        assert after == dict.fromkeys(after, 0)
    finally:
        tablet.end()
