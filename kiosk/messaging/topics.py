"""The topic tree of one office: `kq/1/{province}/{commune}/{device}/...` (messaging notes §2).

Topics are ASCII, at most seven levels, and carry no personal data.
"""

import functools
import re

_LEVEL = re.compile(r"[A-Za-z0-9._-]+")
_PROVINCE_LEVEL = 2
_DEVICE_LEVEL = 4
_KIND_LEVEL = 5
_OWN = "OWN"
"""Stands for a device in the access rules until the broker's own word for it does."""


class Topics:
    """Names of all topics of one commune's office."""

    def __init__(self, province: str, commune: str, hub: str = "hub") -> None:
        """Fix the office.

        Args:
            province: code of the province.
            commune: code of the commune.
            hub: name of the device that is the office's hub.

        Raises:
            ValueError: if a name could not stand in a topic.
        """
        self.hub = _level(hub)
        self._site = f"{_level(province)}.{_level(commune)}"
        self._root = f"kq/1/{province}/{commune}"

    def source(self, device: str) -> str:
        """Return `province.commune.device`, as envelopes name their source."""
        return f"{self._site}.{device}"

    def state(self, device: str) -> str:
        """Return the retained presence of a device; the will says `lost` there."""
        return self._of(device, "state")

    def presence(self) -> str:
        """Return where whoever takes a device's events says that it is there: the hub."""
        return self.state(self.hub)

    def heard_by(self, device: str) -> tuple[str, ...]:
        """Return the filters of everything that a device listens to."""
        return (
            self.ack(device),
            self.responses(device),
            self.commands(device),
            self.state(device),
            self.snapshot(),
            self.presence(),
        )

    def telemetry(self, device: str) -> str:
        """Return where a device says how it is (QoS 0)."""
        return self._of(device, "tele")

    def all_telemetry(self) -> str:
        """Return the hub's filter for how all devices are."""
        return f"{self._root}/+/tele"

    def desc(self, device: str) -> str:
        """Return the retained description (birth) of a device."""
        return self._of(device, "desc")

    def events(self, device: str, domain: str) -> str:
        """Return where a device's events of one domain go; `domain` is the first part of the event type."""
        return self._of(device, "ev", domain)

    def ack(self, device: str) -> str:
        """Return where the hub acknowledges a device's events."""
        return self._of(device, "ack")

    def request(self, device: str, op: str) -> str:
        """Return where a device asks the hub for `op`."""
        return self._of(device, "req", op)

    def response(self, device: str, op: str) -> str:
        """Return where the hub replies to `op` of a device."""
        return self._of(device, "rsp", op)

    def command(self, device: str, op: str) -> str:
        """Return where a device is told to do `op`."""
        return self._of(device, "cmd", op)

    def snapshot(self) -> str:
        """Return the retained full picture of the office."""
        return f"{self._root}/_q/board"

    def responses(self, device: str) -> str:
        """Return the filter for all replies to a device."""
        return f"{self._root}/{_level(device)}/rsp/+"

    def commands(self, device: str) -> str:
        """Return the filter for all commands to a device."""
        return f"{self._root}/{_level(device)}/cmd/+"

    def all_events(self) -> str:
        """Return the hub's filter for the events of all devices."""
        return f"{self._root}/+/ev/+"

    def all_requests(self) -> str:
        """Return the hub's filter for the requests of all devices."""
        return f"{self._root}/+/req/+"

    def all_states(self) -> str:
        """Return the filter for the presence of all devices."""
        return f"{self._root}/+/state"

    def all_descriptions(self) -> str:
        """Return the filter for the descriptions of all devices."""
        return f"{self._root}/+/desc"

    def access_rules(self) -> str:
        """Return the broker's access list (mosquitto): a device writes and reads under its own name, and no other's.

        `%u` is the user name, which the broker takes from the certificate. The lines are patterns and not `topic`
        lines, because those before the first `user` are for nobody who has a name (messaging notes §5.2).
        """
        # what the hub hears of all devices is what a device may say, under its own name; its own presence is in both
        said = (
            self.all_events(),
            self.all_requests(),
            self.all_states(),
            self.all_descriptions(),
            self.all_telemetry(),
        )
        rules = [
            *(f"pattern write {topic.replace('/+/', '/%u/', 1)}" for topic in said),
            *(f"pattern read {topic.replace(f'/{_OWN}/', '/%u/')}" for topic in self.heard_by(_OWN)),
            f"user {self.hub}",
            f"topic readwrite {self._root}/#",
        ]
        return "\n".join(rules) + "\n"

    def device_of(self, topic: str) -> str:
        """Return the device level of a topic of this tree, or nothing where there is none."""
        return _part(topic, _DEVICE_LEVEL)

    def kind_of(self, topic: str) -> str:
        """Return what stands behind the device: `state`, `desc`, `ev`, `ack`, `req`, `rsp`, `cmd` ..., or nothing."""
        return _part(topic, _KIND_LEVEL)

    def op_of(self, topic: str) -> str:
        """Return the last level behind the kind: an operation or an event domain, or nothing."""
        return _part(topic, _KIND_LEVEL + 1)

    def _of(self, device: str, *levels: str) -> str:
        return "/".join((self._root, _level(device), *(_level(level) for level in levels)))


class UplinkTopics(Topics):
    """The same tree on the centre's broker, where an office's hub is the device and the centre takes its events."""

    PRESENCE = "kq/1/_centre/state"
    """Where the centre says that it is there: one place for the hubs of all offices."""
    ALL_EVENTS = "kq/1/+/+/+/ev/+"
    ALL_STATES = "kq/1/+/+/+/state"
    ALL_DESCRIPTIONS = "kq/1/+/+/+/desc"

    def presence(self) -> str:
        """Return where the centre says that it is there."""
        return self.PRESENCE

    @classmethod
    def rules_of_all(cls, centre: str) -> str:
        """Return the access list of the centre's broker (mosquitto): an office (`79/26740`) has its own branch."""
        rules = (
            "pattern write kq/1/%u/hub/#",
            "pattern read kq/1/%u/hub/#",
            f"pattern read {cls.PRESENCE}",
            f"user {centre}",
            "topic readwrite kq/1/#",
        )
        return "\n".join(rules) + "\n"

    def heard_by(self, device: str) -> tuple[str, ...]:
        """Return the filters of everything that a hub listens to at the centre: no pictures, no commands."""
        return self.ack(device), self.state(device), self.presence()


def office_of(topic: str) -> tuple[str, str]:
    """Return the codes of province and commune of a topic, empty where it has none."""
    return _part(topic, _PROVINCE_LEVEL), _part(topic, _PROVINCE_LEVEL + 1)


def matches(topic_filter: str, topic: str) -> bool:
    """Tell whether an MQTT filter with `+` and `#` takes a topic."""
    wanted, given = topic_filter.split("/"), topic.split("/")
    for place, level in enumerate(wanted):
        if level == "#":
            return True
        if place >= len(given) or level not in ("+", given[place]):
            return False
    return len(wanted) == len(given)


@functools.lru_cache(maxsize=1024)
def _level(name: str) -> str:
    if not _LEVEL.fullmatch(name):
        raise ValueError(f'"{name}" cannot stand in a topic: use letters, digits, ".", "_" and "-"')
    return name


def is_level(name: str) -> bool:
    """Tell whether a name can stand in a topic."""
    return bool(_LEVEL.fullmatch(name))


def _part(topic: str, place: int) -> str:
    levels = topic.split("/")
    return levels[place] if len(levels) > place else ""
