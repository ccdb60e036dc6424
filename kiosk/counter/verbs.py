"""The keypad's verbs as requests to the hub."""

from kiosk.counter.post import Post
from kiosk.domain import commands

VERBS = ("next", "recall", "start", "no_show", "park", "finish", "pause")
"""Keys that do something at once; `transfer` first asks for a group."""


def command_of(verb: str, post: Post, req_id: str, counter: int, park_minutes: int) -> commands.Command:
    """Return the request that a key means; `pause` is a switch.

    Raises:
        ValueError: if there is no such verb.
    """
    match verb:
        case "next":
            return commands.CallNext(req_id=req_id, counter=counter)
        case "recall":
            return commands.Recall(req_id=req_id, counter=counter)
        case "start":
            return commands.Start(req_id=req_id, counter=counter)
        case "no_show":
            return commands.NoShow(req_id=req_id, counter=counter)
        case "park":
            return commands.Park(req_id=req_id, counter=counter, minutes=park_minutes)
        case "finish":
            return commands.Finish(req_id=req_id, counter=counter)
        case "pause" if post.is_paused:
            return commands.Reopen(req_id=req_id, counter=counter)
        case "pause":
            return commands.Pause(req_id=req_id, counter=counter)
        case _:
            raise ValueError(f'no verb "{verb}"; there are {", ".join(VERBS)}')
