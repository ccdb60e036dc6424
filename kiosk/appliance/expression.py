"""What the doctor asks of a site that switched face expression on: that it may, and that it can."""

from kiosk.appliance.doctor import Finding
from kiosk.config import ExpressionSettings
from kiosk.config_check import Words

_NAME = Words("Biểu cảm ở quầy", "Expression at the counter")


def judge_expression(settings: ExpressionSettings, has_module: bool) -> Finding:
    """Judge the site's settings for face expression.

    Args:
        has_module: whether this image holds the module at all.
    """
    if not settings.enabled:
        evidence = Words("tắt, theo kiosk.toml", "off, says kiosk.toml")
        return Finding(key="expression", name=_NAME, state="off", evidence=evidence)
    if not has_module:
        return Finding(
            key="expression",
            name=_NAME,
            state="bad",
            evidence=Words("bật trong kiosk.toml, nhưng ảnh thẻ này không có mô-đun", "on, but not in this image"),
            mend=Words(
                "Đặt [expression] enabled = false, hoặc dùng ảnh thẻ có mô-đun biểu cảm.",
                "Set [expression] enabled = false, or flash an image that has the module.",
            ),
        )
    if settings.consent == "notice" and not settings.legal_basis.strip():
        return Finding(
            key="expression",
            name=_NAME,
            state="bad",
            evidence=Words(
                'consent = "notice" mà chưa ghi căn cứ pháp lý', 'consent = "notice" without naming its legal basis'
            ),
            mend=Words(
                'Ghi [expression] legal_basis theo bản đánh giá tác động, hoặc dùng consent = "opt_in".',
                'Write [expression] legal_basis from the impact assessment, or use consent = "opt_in".',
            ),
        )
    told = f"({settings.consent})" if settings.consent == "opt_in" else f"({settings.consent}: {settings.legal_basis})"
    if not settings.region:
        return Finding(
            key="expression",
            name=_NAME,
            state="warn",
            evidence=Words(f"bật {told}, camera nhìn cả khung hình", f"on {told}, the camera sees the whole view"),
            mend=Words(
                "Nếu cán bộ lọt vào khung hình: ghi [expression] region, xem bằng kiosk vision live.",
                "If the officer is in view: write [expression] region, and look with kiosk vision live.",
            ),
        )
    return Finding(key="expression", name=_NAME, state="ok", evidence=Words(f"bật {told}", f"on {told}"))
