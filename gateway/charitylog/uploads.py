"""Files for a record that is there already: a client, or a referral."""

from typing import Literal, get_args

from gateway.charitylog.answer import Answer
from gateway.charitylog.errors import NoAnswer
from gateway.charitylog.ids import step_of
from gateway.charitylog.multipart import Upload, multipart
from gateway.charitylog.transport import Transport

UploadGroup = Literal["clients", "referrals"]

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
        user_visibility: str,
        group_visibility: str,
        part: str = _PART,
    ) -> Answer:
        """Upload one file by `POST /v2/clients/id/CLIENT_ID/uploads`, or `/v2/referrals/id/REFERRAL_ID/uploads`.

        Visibilities are ids, comma-separated if several. Raises Refused, NotWritten or NoAnswer. A repeated call
        uploads it again, for all that is documented. Each piece has a deadline of its own, and so has the answer.
        Documented are the address and both visibilities; unknown are the media type, the name of the file's `part`,
        and what is answered. Source: API Details, 2018 and 2019 (seeds 000 and 001).
        """
        if group not in get_args(UploadGroup):
            raise ValueError(f"The group must be one of: {', '.join(get_args(UploadGroup))}.")
        values = {"user_visibility": user_visibility, "group_visibility": group_visibility}
        body = multipart(values, part, upload)
        answer = self._transport.call("POST", (group, "id", step_of(record), "uploads"), body)
        if not body.complete:
            raise NoAnswer("answered too early", answer.elapsed)  # it says yes to something that it has not seen whole
        return answer
