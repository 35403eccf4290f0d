"""A client for the Charitylog API, version 2: a library of its own that knows nothing of the gateway.

It tells what happened on the wire (never written, no answer, or an answer) and leaves what to do next to its caller.
"""

from gateway.charitylog.answer import Answer
from gateway.charitylog.client import Client
from gateway.charitylog.encoding import BodyForm, EncodedBody, encode, encode_fields
from gateway.charitylog.errors import BodyTooLarge, CharitylogError, NoAnswer, NotJson, NotWritten
from gateway.charitylog.fields import GROUPS, Group
from gateway.charitylog.multipart import Upload
from gateway.charitylog.records import Record, records_of, text_of
from gateway.charitylog.transport import Credentials
from gateway.charitylog.uploads import UploadGroup
from gateway.charitylog.verbs import Writes

__all__ = [
    "GROUPS",
    "Answer",
    "BodyForm",
    "BodyTooLarge",
    "CharitylogError",
    "Client",
    "Credentials",
    "EncodedBody",
    "Group",
    "NoAnswer",
    "NotJson",
    "NotWritten",
    "Record",
    "Upload",
    "UploadGroup",
    "Writes",
    "encode",
    "encode_fields",
    "records_of",
    "text_of",
]
