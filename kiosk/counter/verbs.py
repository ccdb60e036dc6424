"""The keypad's verbs as requests to the hub."""

from kiosk.counter.post import Post
from kiosk.domain import events

VERBS = ("next", "recall", "start", "no_show", "park", "finish", "pause")
"""Keys that do something at once; `transfer` first asks for a group."""


def command_of(verb: str, post: Post, req_id: str, counter: int, park_minutes: int) -> events.Command:
    """Return the request that a key means; `pause` is a switch.

    Raises:
        ValueError: if there is no such verb.
    """
    match verb:
        case "next":
            return events.CallNext(req_id=req_id, counter=counter)
        case "recall":
            return events.Recall(req_id=req_id, counter=counter)
        case "start":
            return events.Start(req_id=req_id, counter=counter)
        case "no_show":
            return events.NoShow(req_id=req_id, counter=counter)
        case "park":
            return events.Park(req_id=req_id, counter=counter, minutes=park_minutes)
        case "finish":
            return events.Finish(req_id=req_id, counter=counter)
        case "pause" if post.is_paused:
            return events.Reopen(req_id=req_id, counter=counter)
        case "pause":
            return events.Pause(req_id=req_id, counter=counter)
        case _:
            raise ValueError(f'no verb "{verb}"; there are {", ".join(VERBS)}')
