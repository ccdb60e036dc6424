"""The "play a visit" button: one citizen's whole way through the office, with a sentence for each step."""

import threading
import time
from collections.abc import Callable

from kiosk.demo.control import Json
from kiosk.demo.live import LiveOffice

Caption = Callable[[int, str, str], None]
"""Shows step number, Vietnamese and English sentence."""

PACE_S = 2.6
PATIENCE_S = 20.0


class VisitPlayer:
    """Plays one visit at a time on a live office."""

    def __init__(self, office: LiveOffice, caption: Caption) -> None:
        self._office = office
        self._caption = caption
        self._busy = threading.Lock()

    def play(self) -> bool:
        """Start a visit in the background; False if one is being played."""
        if not self._busy.acquire(blocking=False):
            return False
        threading.Thread(target=self._run, name="visit", daemon=True).start()
        return True

    def _run(self) -> None:
        try:
            self._visit()
        except TimeoutError as stuck:
            self._caption(0, f"Dừng lại: {stuck}", f"Stopped: {stuck}")
        finally:
            self._busy.release()

    def _visit(self) -> None:
        lobby = self._office.devices["lobby-1"]
        counter = self._office.devices["counter-1"]
        say = self._caption
        lobby.send({"do": "intent", "intent": {"do": "home"}})
        say(
            1,
            "Khách đưa thẻ Căn cước trước máy: tên hiện ra, không lưu lại gì.",
            "A card is held up: greeted, not stored.",
        )
        self._office.hold_card(1)
        self._wait(lambda: lobby.report.get("view", {}).get("step") == "greeting", "đọc thẻ")
        time.sleep(PACE_S)
        say(2, "Khách chọn Chứng thực.", "The citizen chooses certification.")
        lobby.send({"do": "intent", "intent": {"do": "choose", "key": "chung-thuc"}})
        self._wait(lambda: lobby.report.get("view", {}).get("step") in ("group", "papers"), "chọn lĩnh vực")
        time.sleep(PACE_S)
        tiles: list[Json] = lobby.report.get("view", {}).get("tiles", [])
        if lobby.report.get("view", {}).get("step") == "group" and tiles:
            say(
                3,
                "Chọn thủ tục: máy nói cần mang gì, mất bao lâu, bao nhiêu tiền.",
                "What to bring, how long, how much.",
            )
            lobby.send({"do": "intent", "intent": {"do": "choose", "key": tiles[0]["key"]}})
            time.sleep(PACE_S)
        say(
            4,
            "Lấy số: lưu chắc chắn rồi mới in, kèm thời gian chờ trung thực.",
            "Take a number: stored first, then printed.",
        )
        lobby.send({"do": "intent", "intent": {"do": "take"}})
        self._wait(lambda: lobby.report.get("view", {}).get("ticket") is not None, "lấy số")
        ticket: Json = lobby.report["view"]["ticket"]
        time.sleep(PACE_S)
        say(
            5,
            f"Cán bộ quầy 1 bấm “Tiếp”: bảng và loa mời số {ticket['number']}.",
            "The officer presses next: board and voice call.",
        )
        for _ in range(30):
            self._until_free()
            counter.send({"do": "press", "verb": "next"})
            self._wait(lambda: counter.report.get("view", {}).get("step") == "calling", "gọi số")
            if counter.report["view"]["ticket"] == ticket["ticket"]:
                break
            counter.send({"do": "press", "verb": "no_show"})
            time.sleep(0.5)
        time.sleep(PACE_S * 1.5)
        say(6, "Khách ngồi xuống, cán bộ bắt đầu phục vụ.", "Service begins.")
        counter.send({"do": "press", "verb": "start"})
        self._wait(lambda: counter.report.get("view", {}).get("step") == "serving", "bắt đầu")
        time.sleep(PACE_S)
        say(7, "Xong việc: chỉ lúc này máy mới mời khách đánh giá.", "Finished: only now the tablet asks for a rating.")
        counter.send({"do": "press", "verb": "finish"})
        self._wait(lambda: counter.report.get("view", {}).get("step") == "rating", "kết thúc")
        time.sleep(PACE_S)
        say(8, "Khách chấm 2/5 và chọn lý do.", "The citizen rates 2 of 5 and says why.")
        counter.send({"do": "intent", "intent": {"do": "rate", "score": 2}})
        self._wait(lambda: counter.report.get("view", {}).get("step") == "reasons", "đánh giá")
        time.sleep(PACE_S)
        counter.send({"do": "intent", "intent": {"do": "reason", "key": "wait"}})
        time.sleep(PACE_S)
        say(
            9,
            "Khách viết kiến nghị gửi lãnh đạo bằng bàn phím tiếng Việt.",
            "A petition to the leader, typed in Vietnamese.",
        )
        counter.send({"do": "intent", "intent": {"do": "petition"}})
        text = "Chờ hơi lâu, mong có thêm ghế cho người già."
        for end in range(8, len(text) + 8, 8):
            counter.send({"do": "intent", "intent": {"do": "text", "text": text[:end]}})
            time.sleep(0.25)
        time.sleep(PACE_S)
        counter.send({"do": "intent", "intent": {"do": "send"}})
        self._wait(lambda: counter.report.get("view", {}).get("step") in ("receipt", "thanks"), "gửi kiến nghị")
        time.sleep(PACE_S)
        lobby.send({"do": "intent", "intent": {"do": "home"}})
        say(
            10,
            "Lãnh đạo thấy kiến nghị và số liệu trong ngày, kèm khoảng tin cậy.",
            "The leader sees it all, with its error.",
        )

    def _until_free(self) -> None:
        device = self._office.devices["counter-1"]
        step = device.report.get("view", {}).get("step")
        if step == "calling":
            device.send({"do": "press", "verb": "start"})
            time.sleep(0.5)
            device.send({"do": "press", "verb": "finish"})
            time.sleep(0.5)
        elif step == "serving":
            device.send({"do": "press", "verb": "finish"})
            time.sleep(0.5)
        if device.report.get("view", {}).get("step") == "paused":
            device.send({"do": "press", "verb": "pause"})
            time.sleep(0.5)

    def _wait(self, done: Callable[[], bool], what: str) -> None:
        limit = time.monotonic() + PATIENCE_S
        while not done():
            if time.monotonic() > limit:
                raise TimeoutError(f"không thấy bước “{what}”")
            time.sleep(0.05)
