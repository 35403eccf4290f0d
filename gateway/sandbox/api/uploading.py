"""The imitated API at /v2: files for clients and referrals. What a file holds is not kept: its size and digest are.

Documented are the addresses and both visibilities. That the body is multipart, that any part with a file name will do
and that both visibilities are needed is invented.
"""

import hashlib
import io
from typing import IO, TYPE_CHECKING, cast

from flask import Blueprint, Request, Response, request
from werkzeug.datastructures import FileStorage

from gateway.sandbox.api.answers import recorded, refused
from gateway.sandbox.api.rules import Refusal
from gateway.sandbox.api.taking import known_client, known_referral
from gateway.sandbox.charity import keeping
from gateway.sandbox.charity.keeping import Upload
from gateway.sandbox.state import current

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

MULTIPART = "multipart/form-data"
VISIBILITIES = ("user_visibility", "group_visibility")
LARGEST = 256 * 1024 * 1024

bp = Blueprint("uploading", __name__, url_prefix="/v2")


class Sink(io.RawIOBase):
    """Takes the content of a file as it comes, and keeps its size and digest alone."""

    def __init__(self) -> None:
        super().__init__()
        self.size = 0
        self.digest = hashlib.sha256()

    def write(self, data: "ReadableBuffer") -> int:
        taken = memoryview(data).nbytes
        self.digest.update(data)
        self.size += taken
        return taken

    def seek(self, offset: int, whence: int = 0) -> int:
        """Let the parser go back to a beginning that is not there: nobody reads it."""
        return 0


class UploadRequest(Request):
    """A request whose files are not kept while they are parsed."""

    def _get_file_stream(self, *_: object, **__: object) -> IO[bytes]:
        return cast("IO[bytes]", Sink())


@bp.post("/clients/id/<int:number>/uploads")
def to_client(number: int) -> Response:
    """Keep files for a client."""
    return _keep("client", known_client(number))


@bp.post("/referrals/id/<int:number>/uploads")
def to_referral(number: int) -> Response:
    """Keep files for a referral."""
    return _keep("referral", known_referral(number))


def _keep(kind: str, number: int) -> Response:
    if request.mimetype != MULTIPART:
        return refused(f"Send the body as {MULTIPART}.", 415)
    request.max_content_length = LARGEST
    files = [(part, each) for part, each in request.files.items(multi=True) if each.filename]
    # Of a part that comes twice the later stands, as in PHP; several ids stand in one part, says the page.
    seen = {name: (request.form.getlist(name) or [""])[-1] for name in VISIBILITIES}
    problems = [
        Refusal(0, name, "The value must be numbers, with commas between them.")
        for name, told in seen.items()
        if not all(number.strip().isdecimal() for number in told.split(","))
    ]
    if not files:
        problems.append(Refusal(0, "file", "No part has a file name."))
    if problems:
        return refused("Nothing was uploaded.", 422, problems)
    kept = [keeping.keep(current().database, _read(kind, number, part, each, seen)) for part, each in files]
    return recorded(current().answers.record_shape, kept[-1])


def _read(kind: str, number: int, part: str, file: FileStorage, seen: dict[str, str]) -> Upload:
    sink = cast("Sink", file.stream)
    return Upload(
        kind=kind,
        record=number,
        part=part,
        name=file.filename or "",
        media_type=file.mimetype,
        size=sink.size,
        sha256=sink.digest.hexdigest(),
        **seen,
    )
