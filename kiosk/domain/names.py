"""How a name may stand on a board: the given name whole, the others as initials (`N. T. Minh`). Pure."""

import re

LONGEST = 40
_MASKED = re.compile(r"([^\W\d_]\. ){1,8}[^\W\d_]{1,20}")


def is_masked(name: str) -> bool:
    """Tell whether a name shows at most one word whole: a board takes no other."""
    return len(name) <= LONGEST and _MASKED.fullmatch(name) is not None
