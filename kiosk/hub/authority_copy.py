"""The authority in a backup of the hub: without it a new hub would be a stranger to every device of the office.

Only what cannot be made anew goes along, and never the root. Where an authority is still there, it stays: its register
knows who was thrown out since the backup.
"""

from pathlib import Path

import msgspec

from kiosk.messaging.durable import write_durably

META_KEY = "authority"
"""Under which a copy of the ledger carries it; the living ledger never does."""
FILES = (
    "root.pem", "root-crl.pem", "chain.pem", "authority.pem", "orders.key", "orders.pem", "register.json",
    "authority.key",
)  # fmt: skip
"""The key last: with it the authority is whole."""


def packed(folder: Path) -> str:
    """Return the authority in `folder` as text, or nothing where there is none.

    Raises:
        OSError: if a file cannot be read.
    """
    if not (folder / "authority.key").exists():
        return ""
    files = {name: (folder / name).read_text(encoding="utf-8") for name in FILES if (folder / name).exists()}
    return msgspec.json.encode(files).decode()


def unpack(text: str, folder: Path) -> bool:
    """Put a packed authority into `folder`, unless there is one; return whether it was needed.

    Raises:
        OSError: if the folder cannot be written.
        ValueError: if the text is none of `packed`.
    """
    if not text or (folder / "authority.key").exists():
        return False
    files = msgspec.json.decode(text, type=dict[str, str])
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in FILES:
        if name in files:
            write_durably(folder / name, files[name].encode())
    return True
