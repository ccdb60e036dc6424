"""From bytes on a serial line to whole scans: ends, prefixes, idle gaps, endless noise. Pure."""

from kiosk.devices.qr_decoder import text_of

IDLE_S = 0.08
"""Modules send no terminator unless told to (register 0x0060), so a pause of this length ends a scan."""
MAX_SCAN = 1024
"""The longest card payload is some 200 bytes; more is noise."""
PREFIXES = (b"\x02\x00\x00\x01\x00\x33\x31", b"]Q1", b"\xef\xbb\xbf")
"""Stripped by their exact form, since digits at their end would glue to the card's number: the GM65 family's answer to
a trigger command, the AIM symbology id of QR codes, and a byte order mark."""
_ENDS = b"\r\n"


class ScanAssembler:
    """Collects bytes until a scan is complete."""

    def __init__(self, answers: tuple[bytes, ...] = ()) -> None:
        """Begin.

        Args:
            answers: what the module says to commands, stripped from both ends by its exact form.
        """
        self._answers = answers
        self._bytes = bytearray()
        self._is_drowned = False

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes as they come; return the scans that they complete."""
        scans = []
        for value in data:
            if value in _ENDS:
                scans += self.idle()
            elif not self._is_drowned:
                self._bytes.append(value)
                if len(self._bytes) > MAX_SCAN:
                    self._bytes.clear()
                    self._is_drowned = True
        return scans

    def idle(self) -> list[bytes]:
        """Note a pause on the line; return the scan that it ends, if any."""
        scan = _bare(bytes(self._bytes), self._answers)
        self._bytes.clear()
        self._is_drowned = False
        return [scan] if scan else []


def scan_text(scan: bytes) -> str | None:
    """Return a scan as text in NFC; None if it is not UTF-8: the module re-encodes and must be set up anew."""
    return text_of(scan)


def _bare(scan: bytes, answers: tuple[bytes, ...]) -> bytes:
    prefixes = PREFIXES + answers
    rest = scan.strip(b"\x00 \t")
    while any(rest.startswith(prefix) for prefix in prefixes):
        for prefix in prefixes:
            rest = rest.removeprefix(prefix)
    while any(rest.endswith(answer) for answer in answers):
        for answer in answers:
            rest = rest.removesuffix(answer)
    return rest
