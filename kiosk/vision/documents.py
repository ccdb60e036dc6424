"""The papers that belong to the expression feature, in Vietnamese, from `kiosk.toml` and the code itself.

A notice for the wall (A4 as PDF and PNG), the impact assessment filled in with what the code does, and the words that
citizens read on the tablet. What only the office can know stands in square brackets.
"""

from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path

from kiosk.config import Config
from kiosk.vision.facts import Facts, facts_of
from kiosk.vision.wall_notice import DOTS_AN_INCH, draw_notice

NOTICE, NOTICE_PICTURE = "thong-bao-camera.pdf", "thong-bao-camera.png"
ASSESSMENT, TABLET = "danh-gia-tac-dong.html", "loi-tren-may-tinh-bang.html"
TABLET_KEYS = ("offer", "notice", "allowed", "light", "on", "done", "declined", "allow", "decline", "take_back")

MEASURES = {
    "no_core_dump": "Không ghi được bản sao bộ nhớ khi chương trình hỏng (core dump).",
    "no_bytes_to_files": "Không ghi được một byte nào vào tệp.",
    "freed_memory_is_overwritten": "Bộ nhớ trả lại bị ghi đè ngay.",
    "memory_stays_in_ram": "Bộ nhớ bị khóa trong RAM, không ra vùng trao đổi trên thẻ nhớ.",
    "not_traceable": "Chương trình khác không đọc hay bám theo được.",
    "no_new_privileges": "Không nhận thêm được quyền nào.",
    "one_thread_so_far": "Khóa trước khi có luồng thứ hai, nên không luồng nào đứng ngoài.",
    "landlock_no_writes": "Nhân Linux chặn mọi việc tạo, ghi, xóa tệp (Landlock); chỉ thiết bị camera được mở.",
    "seccomp_no_network": "Nhân Linux chặn mọi kết nối mạng và việc chạy chương trình khác (seccomp).",
}
"""The measures of `kiosk.vision.sandbox`, in words."""
PUBLISHED = {
    "at": "lúc công bố (sau khi ngày đã khép)",
    "day": "ngày, hoặc ngày đầu tuần",
    "days": "1 hoặc 7 ngày",
    "counter": "số quầy; trống: các quầy ít lượt của cơ quan gộp lại",
    "visits": "số lượt",
    "positive": "số lượt giống cười",
    "neutral": "số lượt bình thường",
    "negative": "số lượt giống nhăn mặt",
    "uncertain": "số lượt không rõ",
}
"""The fields of what leaves the box, in words."""


def write_documents(config: Config, folder: Path, assets: Path, say: Callable[..., str]) -> Iterator[Path]:
    """Write the papers into `folder` and yield each file.

    Args:
        assets: folder of fonts and pictures.
        say: returns a text of the tablet by its key.

    Raises:
        OSError: if the folder cannot be written.
    """
    facts = facts_of(config)
    folder.mkdir(parents=True, exist_ok=True)
    notice = draw_notice(facts, assets)
    notice.save(folder / NOTICE, "PDF", resolution=DOTS_AN_INCH, title=f"Thông báo camera biểu cảm, {facts.office}")
    yield folder / NOTICE
    notice.save(folder / NOTICE_PICTURE)
    yield folder / NOTICE_PICTURE
    for name, text in ((ASSESSMENT, assessment(facts)), (TABLET, tablet_words(facts, say))):
        (folder / name).write_text(text, encoding="utf-8")
        yield folder / name


def tablet_words(facts: Facts, say: Callable[..., str]) -> str:
    """Return what citizens read on the tablet, as a page to print and to file with the assessment."""
    mode = "hỏi trước (opt_in)" if facts.asks_first else "thông báo và từ chối (notice)"
    rows = [(_STEPS[key], say(f"counter.camera.{key}")) for key in TABLET_KEYS]
    return _page(
        "Lời trên máy tính bảng ở quầy",
        facts,
        f"<p>Cách lấy ý kiến theo kiosk.toml: <b>{mode}</b>. Các câu dưới đây lấy thẳng từ chương trình.</p>"
        + _table(("Lúc nào", "Công dân đọc"), rows),
    )


_STEPS = {
    "offer": "Hỏi (opt_in)",
    "notice": "Thông báo (notice)",
    "allowed": "Đã cho phép, chưa bật",
    "light": "Đèn báo trong lúc bật",
    "on": "Camera đang nhìn",
    "done": "Đã tắt, còn rút lại được",
    "declined": "Đã từ chối hoặc rút lại",
    "allow": "Nút",
    "decline": "Nút",
    "take_back": "Nút",
}


def assessment(facts: Facts) -> str:
    """Return the impact assessment as one page of HTML that prints on A4."""
    parts = (
        ("1. Cơ quan chịu trách nhiệm", _who(facts)),
        ("2. Mục đích và căn cứ pháp lý", _why(facts)),
        ("3. Dữ liệu nào được xử lý", _data(facts)),
        ("4. Máy làm gì, theo thứ tự", _steps(facts)),
        ("5. Điều gì rời khỏi máy", _leaves(facts)),
        ("6. Biện pháp kỹ thuật", _measures(facts)),
        ("7. Quyền của công dân", _rights(facts)),
        ("8. Độ chính xác và giới hạn", _accuracy(facts)),
        ("9. Rủi ro và cách giảm", _risks(facts)),
        ("10. Kết luận của cơ quan", _signed()),
    )
    body = "".join(f"<section><h2>{title}</h2>{text}</section>" for title, text in parts)
    lead = (
        "<p class='lead'>Bản này do <code>kiosk vision documents</code> viết ra từ cấu hình của cơ quan và từ chính "
        "chương trình. Chỗ trong [ngoặc vuông] chỉ cơ quan mới biết: điền trước khi ký.</p>"
    )
    return _page("Đánh giá tác động xử lý dữ liệu: biểu cảm ở quầy", facts, lead + body)


def _who(facts: Facts) -> str:
    hotline = facts.hotline or "[số điện thoại]"
    return _table(
        ("Mục", "Nội dung"),
        [
            ("Cơ quan", f"{facts.office}{', ' + facts.authority if facts.authority else ''}"),
            ("Người chịu trách nhiệm", "[họ tên, chức vụ]"),
            ("Người phụ trách bảo vệ dữ liệu cá nhân", "[họ tên, liên hệ]"),
            ("Liên hệ cho công dân", hotline),
            ("Tính năng hiện", "đang bật trong kiosk.toml" if facts.is_enabled else "đang tắt (mặc định)"),
        ],
    )


def _why(facts: Facts) -> str:
    basis = (
        "Sự đồng ý rõ ràng của công dân cho từng lượt (consent = “opt_in”): không chạm “Cho phép” thì không gì chạy."
        if facts.asks_first
        else f"Theo kiosk.toml (consent = “notice”): {facts.legal_basis or '[cơ quan PHẢI ghi căn cứ pháp lý]'}."
    )
    return (
        "<p>Mục đích duy nhất: biết mỗi ngày bao nhiêu lượt ở một quầy kết thúc với nét mặt giống cười, bình thường "
        "hay giống nhăn mặt, đặt bên cạnh đánh giá do công dân tự chấm. <b>Không</b> dùng để: chấm điểm, trả lương, "
        "khen thưởng hay kỷ luật cán bộ; đánh giá một người hay một lượt; nhận ra hay theo dõi bất cứ ai.</p>"
        f"<p>Căn cứ: {escape(basis)}</p>"
        "<p>Văn bản cần đối chiếu: Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15; Nghị định 356/2025/NĐ-CP; Luật Trí tuệ "
        "nhân tạo 134/2025/QH15; Nghị định 142/2026/NĐ-CP. [Ý kiến pháp chế của cơ quan]</p>"
    )


def _data(facts: Facts) -> str:
    region = (
        "chỉ phần khung hình chỗ công dân ngồi: "
        + ", ".join(f"{share:.0%}" for share in facts.region)
        + " (trái, trên, phải, dưới)"
        if facts.region
        else "[cả khung hình: cơ quan đặt region để cán bộ không lọt vào]"
    )
    return _table(
        ("Dữ liệu", "Ở đâu, bao lâu"),
        [
            (
                "Khung hình khuôn mặt (dữ liệu cá nhân nhạy cảm)",
                f"Chỉ trong RAM của một tiến trình, nhiều nhất {facts.longest_s} giây, {facts.frames_a_second} hình "
                "một giây, trong một bộ đệm dùng lại, bị ghi đè khi lượt kết thúc",
            ),
            ("Vùng nhìn", region),
            (
                f"Ba xác suất cho mỗi hình (nhiều nhất {facts.last_frames} hình cuối)",
                "Chỉ trong RAM, đến hết lượt",
            ),
            (
                "Kết quả một lượt: một trong bốn chữ",
                "Cộng vào số đếm của quầy trong ngày, không kèm giờ, phiếu hay tên",
            ),
            (
                "Số đếm theo ngày",
                f"Trên thẻ nhớ của máy ở quầy, đến khi công bố, gộp hoặc bị quên (dưới {facts.k} lượt/tuần)",
            ),
            ("Không có", "Ảnh, đặc trưng khuôn mặt, danh tính, tuổi, giới tính, âm thanh"),
        ],
    )


def _steps(facts: Facts) -> str:
    first = (
        "Công dân chạm “Cho phép”" if facts.asks_first else "Thông báo hiện trên máy tính bảng; công dân không từ chối"
    )
    steps = (
        f"{first}; cán bộ bấm “xong”: camera bật, đèn báo hiện trên máy tính bảng.",
        f"Mỗi giây {facts.frames_a_second} hình, nhiều nhất {facts.longest_s} giây: tìm khuôn mặt ở giữa phía trước "
        f"(từ {facts.smallest_face} điểm ảnh), xoay thẳng, tính xác suất của {facts.classes} nét mặt, gộp thành ba.",
        f"Cần ít nhất {facts.good_frames} hình tốt của cùng một khuôn mặt có cử động, và xác suất trung bình từ "
        f"{facts.confidence:.0%}; nếu không: “không rõ”, kèm lý do.",
        "Camera tắt; bộ đệm, ngõ vào và các lớp trong của mạng bị ghi đè.",
        "Lượt kết thúc mà không bị rút lại: số đếm của quầy trong ngày tăng một.",
        f"Qua nửa đêm: ngày có từ {facts.k} lượt được công bố. Ngày ít hơn: các quầy ít lượt của cơ quan cộng chung "
        f"dưới mặt nạ ngẫu nhiên; chỉ tổng từ {facts.k} lượt mới đọc được và được công bố (mục 5).",
        "Không đủ, hay thiếu một quầy: ngày đó chờ gộp vào tuần của quầy; tuần vẫn ít hơn thì bị quên, không gửi đi.",
    )
    return "<ol>" + "".join(f"<li>{escape(step)}</li>" for step in steps) + "</ol>"


def _leaves(facts: Facts) -> str:
    rows = [(name, PUBLISHED[name]) for name in facts.published]
    return (
        f"<p>Chỉ một loại tin đọc được, <code>expr.window</code>, từ {facts.k} lượt trở lên; các ô không bao giờ chung "
        "một lượt, nên trừ ô này cho ô kia không lộ ra nhóm nhỏ hơn. Không có trường nào nối được với phiếu, công dân "
        "hay cán bộ. Không gửi ra nước ngoài, không gửi cho bên thứ ba.</p>"
        + _table(("Trường", "Ý nghĩa"), rows)
        + f"<p>Trong mạng của cơ quan còn có <code>merge_small_day</code>: máy ở quầy báo rằng ngày có ít hơn "
        f"{facts.k} lượt (không kèm số), rồi gửi số đếm đã cộng mặt nạ 64 bit; mỗi mặt nạ chỉ hai máy biết (X25519, "
        "HKDF-SHA-256, khóa mới mỗi ngày). Từng phần là số ngẫu nhiên; mặt nạ chỉ triệt tiêu trong tổng của tất cả. "
        "Máy gửi sau cùng biết các quầy khác cộng lại có bao nhiêu lượt, không biết biểu cảm, và chỉ gửi nếu tổng đủ. "
        "Phải tin: máy chủ chuyển đúng khóa và chỉ gọi tên máy thật; một máy chủ bị viết lại, hay tất cả các quầy khác "
        "hợp sức, có thể tính ra ngày ít lượt của một quầy.</p>"
    )


def _measures(facts: Facts) -> str:
    items = "".join(f"<li>{escape(text)}</li>" for text in MEASURES.values())
    sums = "".join(f"<li><code>{name}</code>: SHA-256 <code>{value}</code></li>" for name, value in facts.models)
    return (
        "<p>Tiến trình nhìn hình tự khóa mình trước hình đầu tiên. Máy nào không giữ được điều nào sẽ nói rõ khi "
        f"khởi động:</p><ul>{items}</ul><p>Mạng nơ-ron chỉ chạy nếu đúng từng byte:</p><ul>{sums}</ul>"
        "<p>Công tắc: lãnh đạo tắt cả cơ quan trên trang lãnh đạo; cán bộ tắt tại quầy bằng phím 0; mọi lần tắt, bật "
        "đều được ghi lại. Có thể cài máy hoàn toàn không có mô-đun này.</p>"
    )


def _rights(facts: Facts) -> str:
    asked = "được hỏi trước mỗi lượt" if facts.asks_first else "được báo trước mỗi lượt và từ chối bằng một chạm"
    rights = (
        f"Biết: thông báo trên tường, trên máy tính bảng; công dân {asked}.",
        "Từ chối không cần lý do, không ảnh hưởng việc giải quyết hồ sơ; chỉ nhớ cho lượt đó.",
        "Rút lại cho đến khi lượt kết thúc: kết quả bị bỏ, không được đếm.",
        "Sau đó không thể xem, sửa hay xóa “của mình”: trong số đếm không còn gì của một người.",
        "Khiếu nại: [cách thức của cơ quan].",
    )
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in rights) + "</ul>"


def _accuracy(facts: Facts) -> str:
    head = ("Tập ảnh", "Số mặt", "7 lớp", "3 nhóm", "Tìm đúng: nhăn / bình thường / cười")
    return (
        "<p>Đo trên tập ảnh nghiên cứu, không có tập ảnh người Việt; chưa có số liệu theo tuổi, giới tính hay màu da: "
        "cơ quan phải chạy thử và xem lại trước khi tin vào số đếm.</p>"
        + _table(head, facts.accuracy)
        + "<p>Đeo khẩu trang trơn hay che miệng: máy trả lời “không rõ”. Kém rõ với khẩu trang có nếp, kính gọng "
        "dày, thiếu sáng, mờ. Một nét mặt cau có chỉ đi cùng khoảng "
        "25–30 % lần giận (Barrett 2019); nét mặt giống cười không có nghĩa là hài lòng. Vì vậy gọi là “biểu cảm”.</p>"
    )


def _risks(facts: Facts) -> str:
    rows = [
        ("Hình bị lấy ra ngoài", "Chỉ ở RAM, tiến trình bị khóa (mục 6)", "[thấp/vừa/cao]"),
        ("Suy ra một người từ số đếm", f"Từ {facts.k} lượt, các ô không chung lượt nào", "[thấp/vừa/cao]"),
        ("Công dân thấy bị ép", "Mặc định tắt, hỏi trước, từ chối một chạm, không ảnh hưởng hồ sơ", "[thấp/vừa/cao]"),
        ("Dùng để chấm cán bộ", "Không trường nào nối với cán bộ; cấm dùng như vậy (mục 2)", "[thấp/vừa/cao]"),
        ("Cán bộ lọt vào khung hình", "Vùng nhìn trong kiosk.toml, kiểm tra bằng kiosk vision live", "[thấp/vừa/cao]"),
        (
            "Sai lệch theo nhóm người",
            "Chưa đo được: chạy thử, so với đánh giá (kiosk vision agreement)",
            "[thấp/vừa/cao]",
        ),
        (
            "Ảnh treo tường, màn hình có mặt người",
            "Mặt không cử động: không rõ; không treo ảnh sau ghế",
            "[thấp/vừa/cao]",
        ),
    ]
    return _table(("Rủi ro", "Biện pháp", "Còn lại, cơ quan đánh giá"), rows)


def _signed() -> str:
    return (
        "<p>[Đồng ý bật / không bật; điều kiện; ngày xem lại]</p>"
        "<div class='sign'><div>Người lập<br><br><br>[họ tên]</div>"
        "<div>Thủ trưởng cơ quan<br><br><br>[họ tên]</div></div>"
    )


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    def cells(row: tuple[str, ...], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row) + "</tr>"

    body = "".join(cells(row, "td") for row in rows)
    return f"<table><thead>{cells(head, 'th')}</thead><tbody>{body}</tbody></table>"


_STYLE = """
@page { size: A4; margin: 18mm 16mm; }
body { font: 12.5px/1.55 "Be Vietnam Pro", "Noto Sans", "Segoe UI", Arial, sans-serif; color: #0F1B2D; max-width: 190mm;
  margin: 0 auto; padding: 12mm; }
header { border-bottom: 4px solid #FFCD00; background: #083B7C; color: #fff; padding: 7mm 8mm; border-radius: 4mm; }
header p { margin: 0; color: #BFD6F2; } h1 { font-size: 24px; line-height: 1.3; margin: 1mm 0 0; }
h2 { font-size: 16px; color: #083B7C; margin: 7mm 0 2mm; } section { break-inside: avoid-page; }
table { border-collapse: collapse; width: 100%; margin: 2mm 0; } th, td { text-align: left; vertical-align: top;
  padding: 1.6mm 2.4mm; border-bottom: 1px solid #D3DCE8; } th { background: #E6EEF8; }
code { font-size: 11px; overflow-wrap: anywhere; } .lead { background: #FFF3D1; padding: 3mm 4mm; border-radius: 3mm; }
.sign { display: flex; justify-content: space-around; text-align: center; margin-top: 8mm; }
"""


def _page(title: str, facts: Facts, body: str) -> str:
    return (
        f"<!DOCTYPE html>\n<html lang='vi'><head><meta charset='utf-8'><title>{escape(title)}</title>"
        f"<style>{_STYLE}</style></head><body><header><p>{escape(facts.office)}</p><h1>{escape(title)}</h1></header>"
        f"{body}</body></html>\n"
    )
