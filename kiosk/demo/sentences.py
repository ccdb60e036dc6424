"""A plain Vietnamese and English sentence for each event, so that a newcomer can read the stream."""

from kiosk.domain import events


def _officer(name: str) -> str:
    return f" ({name})" if name else ""


def sentence(event: events.Event, numbers: dict[str, str]) -> tuple[str, str]:
    """Return what happened, in Vietnamese and English.

    `numbers` maps ticket ids to ticket numbers seen so far.
    """
    number = numbers.get(getattr(event, "ticket", ""), "…")
    match event:
        case events.TicketIssued():
            vi = f"Khách lấy số {event.number}, đứng thứ {event.place} trong hàng."
            en = f"A citizen took number {event.number}, place {event.place} in the queue."
            if event.high_minutes == 0:
                vi += " Sắp đến lượt."
                en += " Next in turn."
            elif event.high_minutes is not None:
                vi += f" Được báo chờ khoảng {event.low_minutes}–{event.high_minutes} phút."
                en += f" Told to expect {event.low_minutes}–{event.high_minutes} minutes."
            return vi, en
        case events.TicketPrinted(way="screen"):
            return f"Không in được phiếu {number}: số và mã QR hiện trên màn hình.", f"{number} stands on the screen."
        case events.TicketPrinted():
            return f"Phiếu {number} đã in ra giấy.", f"{number} was printed."
        case events.TicketCalled():
            how = " (gọi tay, máy chủ đang vắng)" if event.manual else ""
            return f"Mời số {number} đến quầy {event.counter}{how}.", f"{number} was called to counter {event.counter}."
        case events.TicketRecalled():
            return f"Gọi lại số {number}.", f"{number} was called again."
        case events.ServiceStarted():
            return f"Quầy {event.counter} bắt đầu phục vụ {number}.", f"Counter {event.counter} began with {number}."
        case events.TicketParked():
            return f"Tạm giữ số {number}: khách bổ sung giấy tờ.", f"{number} was parked."
        case events.TicketResumed():
            return f"Số {number} trở lại hàng chờ.", f"{number} waits again."
        case events.TicketTransferred():
            return f"Chuyển số {number}, giữ nguyên giờ đến.", f"{number} was transferred and keeps its arrival time."
        case events.ServiceFinished():
            return f"Quầy {event.counter} xong việc với {number}.", f"Counter {event.counter} finished {number}."
        case events.TicketNoShow():
            return f"Số {number} không có mặt.", f"{number} did not come."
        case events.TicketReturned():
            return f"Số {number} quay lại trong thời gian cho phép.", f"{number} came back in time."
        case events.TicketVoided():
            return f"Hủy số {number}.", f"{number} was voided."
        case events.OfficerSignedIn():
            return f"{event.name} mở quầy {event.counter}.", f"{event.name} opened counter {event.counter}."
        case events.OfficerSignedOut():
            return f"Quầy {event.counter} đóng.", f"Counter {event.counter} closed."
        case events.CounterPaused():
            return f"Quầy {event.counter} tạm nghỉ.", f"Counter {event.counter} pauses."
        case events.CounterReopened():
            return f"Quầy {event.counter} làm việc trở lại.", f"Counter {event.counter} is open again."
        case events.RatingOffered():
            return f"Mời khách số {number} đánh giá.", f"{number} may rate the service."
        case events.RatingGiven():
            return f"Khách số {number} chấm {event.score}/5.", f"{number} rated {event.score} of 5."
        case events.RatingDeclined():
            return f"Khách số {number} không đánh giá.", f"{number} did not rate."
        case events.PetitionFiled():
            return f"Kiến nghị mới gửi lãnh đạo, mã {event.receipt}.", f"New petition {event.receipt} for the leader."
        case events.PetitionAcknowledged():
            return "Lãnh đạo đã tiếp nhận kiến nghị.", "The leader acknowledged a petition."
        case events.PetitionAssigned():
            return f"Kiến nghị được giao cho {event.to}.", f"A petition was assigned to {event.to}."
        case events.PetitionAnswered():
            return "Kiến nghị đã được trả lời.", "A petition was answered."
        case events.DeviceFaulted():
            return f"Thiết bị báo lỗi: {event.part}.", f"A part failed: {event.part}."
        case events.DeviceRecovered():
            return f"Thiết bị hoạt động lại: {event.part}.", f"A part works again: {event.part}."
        case events.AppointmentCheckedIn():
            return f"Khách số {number} đến theo lịch hẹn.", f"{number} came to a booked hour."
        case events.DossierAsked():
            return f"Khách số {number} đến nhận kết quả hồ sơ.", f"{number} comes to fetch a result."
        case events.DeclarationHandedOver():
            return "Một tờ khai đang chờ cán bộ.", "A filled form waits for the officer."
        case events.CampaignGuided():
            return "Có khách được hướng dẫn theo đợt vận động.", "A citizen used the guide of a campaign."
        case events.SurveyAnswered():
            return "Có khách trả lời khảo sát.", "A citizen answered a survey."
        case events.PaperChanged():
            return "Cán bộ đã thay cuộn giấy mới.", "Staff put a new roll of paper in."
        case events.DeviceOrdered():
            return f"Thiết bị làm theo lệnh: {event.order}.", f"A device carries out an order: {event.order}."
        case events.HelpCalled():
            return "Có khách cần giúp ở sảnh.", "A citizen in the lobby asks for help."
        case events.ExpressionWindow():
            return "Số đếm biểu cảm trong ngày được công bố.", "The day's counts of expressions were published."
        case events.ExpressionSwitched():
            where = (
                ("toàn cơ quan", "the office")
                if event.counter is None
                else (f"quầy {event.counter}", f"counter {event.counter}")
            )
            if event.on:
                return (
                    f"Camera biểu cảm được bật lại cho {where[0]}.",
                    f"The expression camera may go on in {where[1]}.",
                )
            return f"Camera biểu cảm bị tắt ở {where[0]}.", f"The expression camera was stopped in {where[1]}."
        case events.ClockSynchronised():
            return "Đồng hồ của thiết bị đã chỉnh đúng.", "A device's clock was set right."
        case events.FleetHealth():
            return (
                f"Máy {event.device} báo tình trạng: {event.state}.",
                f"{event.device} told how it is: {event.state}.",
            )
        case events.DayClosed():
            return f"Khép ngày: {event.finished} lượt đã xong.", f"The day was closed: {event.finished} visits done."
        case _:
            return f"Sự kiện {event.TYPE}.", f"Event {event.TYPE}."
