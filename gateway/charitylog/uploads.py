"""Files for a record that is there already: a client, or a referral."""

from typing import Literal, get_args

from gateway.charitylog.answer import Answer
from gateway.charitylog.errors import NoAnswer
from gateway.charitylog.ids import as_text, step_of
from gateway.charitylog.multipart import Upload, multipart
from gateway.charitylog.transport import Transport

UploadGroup = Literal["clients", "referrals"]
Visibility = str | int | list[int] | list[str]

_PART = "file"  # the part's name stands on no page that was found


class Uploads:
    """The `uploads` of clients and referrals. Source: API Details, 2018 and 2019 (seeds 000 and 001)."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def post(
        self,
        group: UploadGroup,
        record: str | int,
        upload: Upload,
        *,
        user_visibility: Visibility,
        group_visibility: Visibility,
        part: str = _PART,
    ) -> Answer:
        """Upload one file by `POST /v2/clients/id/CLIENT_ID/uploads`, or `/v2/referrals/id/REFERRAL_ID/uploads`.

        Visibilities are ids, several of them in a list or as "1,2". Raises ValueError or TypeError, then Refused,
        NotWritten or NoAnswer. A repeated call uploads it again, for all that is documented. Each piece has a deadline
        of its own, and so has the answer. Documented are the address and both visibilities; unknown are the media
        type, the name of the file's `part`, and what is answered. Source: API Details, 2018 and 2019 (seeds 000, 001).
        """
        if group not in get_args(UploadGroup):
            raise ValueError(f"The group must be one of: {', '.join(get_args(UploadGroup))}.")
        values = {
            name: _ids(name, visible)
            for name, visible in (("user_visibility", user_visibility), ("group_visibility", group_visibility))
        }
        body = multipart(values, part, upload)
        answer = self._transport.call("POST", (group, "id", step_of(record), "uploads"), body)
        if not body.complete:
            raise NoAnswer("answered too early", answer.elapsed)  # it says yes to something that it has not seen whole
        return answer


def _ids(name: str, visible: Visibility) -> str:
    each = visible if isinstance(visible, list) else [visible]
    if not all(isinstance(one, str | int) and not isinstance(one, bool) for one in each):
        raise TypeError(f"{name}: an id is text or a whole number; several go in a list.")
    return ",".join(map(as_text, each))
