"""A client for the Charitylog API, version 2: a library of its own that knows nothing of the gateway.

It needs `requests` alone. An answer that says yes is returned; whatever else happened is an error by what to do next,
and trying again is left to the caller.
"""

from gateway.charitylog.answer import Answer
from gateway.charitylog.client import Client
from gateway.charitylog.counts import Count
from gateway.charitylog.encoding import EncodedBody, encode, encode_fields
from gateway.charitylog.errors import BodyTooLarge, CharitylogError, NoAnswer, NotJson, NotWritten
from gateway.charitylog.extension_databases import extension_name
from gateway.charitylog.group import Group
from gateway.charitylog.ids import is_id
from gateway.charitylog.multipart import Upload
from gateway.charitylog.people import with_ids
from gateway.charitylog.query import Query
from gateway.charitylog.readings import BodyForm, Ids, Minimum, Writes
from gateway.charitylog.records import Record, text_of
from gateway.charitylog.refusals import Busy, Failed, KeysRefused, NotAllowed, NotThere, Refused, Rejected
from gateway.charitylog.transport import Credentials
from gateway.charitylog.uploads import UploadGroup

__all__ = [
    "Answer",
    "BodyForm",
    "BodyTooLarge",
    "Busy",
    "CharitylogError",
    "Client",
    "Count",
    "Credentials",
    "EncodedBody",
    "Failed",
    "Group",
    "Ids",
    "KeysRefused",
    "Minimum",
    "NoAnswer",
    "NotAllowed",
    "NotJson",
    "NotThere",
    "NotWritten",
    "Query",
    "Record",
    "Refused",
    "Rejected",
    "Upload",
    "UploadGroup",
    "Writes",
    "encode",
    "encode_fields",
    "extension_name",
    "is_id",
    "text_of",
    "with_ids",
]
