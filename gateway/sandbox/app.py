"""Puts a sandbox together: wiring only."""

from flask import Flask
from werkzeug.exceptions import HTTPException

from gateway.sandbox import control
from gateway.sandbox.api import (
    answers,
    client_writing,
    contact_writing,
    dictionary,
    extension_writing,
    external_referral,
    reading,
    referral_writing,
    schedule_writing,
    uploading,
)
from gateway.sandbox.api.addresses import RawAddresses
from gateway.sandbox.api.numbering import RecordNumber
from gateway.sandbox.api.rules import MINIMUM, Profile
from gateway.sandbox.charity.database import Database
from gateway.sandbox.faulty import FaultyWire
from gateway.sandbox.manager import pages, settling
from gateway.sandbox.state import Keys, Sandbox

MAX_BODY_BYTES = 32 * 1024 * 1024


def create_sandbox(
    *, source: str, org: str, user: str, database: str = ":memory:", profile: Profile = "any", strict: bool = False
) -> Flask:
    """Make a sandbox that accepts these three keys; `strict` refuses fields that it does not know."""
    if profile not in MINIMUM:
        raise ValueError(f"The profile must be one of: {', '.join(MINIMUM)}.")
    app = Flask(__name__)
    app.request_class = uploading.UploadRequest
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.url_map.merge_slashes = False  # an empty value stands between two slashes
    app.url_map.converters["int"] = RecordNumber
    app.json.sort_keys = False  # type: ignore[attr-defined]  # dictionaries keep their order
    sandbox = Sandbox(Keys(source, org, user), Database(database), profile, strict=strict)
    app.extensions["sandbox"] = sandbox
    writing = (client_writing, referral_writing, contact_writing, schedule_writing, extension_writing, uploading)
    for room in (external_referral, dictionary, reading, *writing, control, settling, pages):
        app.register_blueprint(room.bp)
    app.after_request(answers.mark)
    app.register_error_handler(HTTPException, answers.failed)
    app.register_error_handler(Exception, answers.broke)
    wire = FaultyWire(app.wsgi_app, sandbox.faults, sandbox.calls)
    app.wsgi_app = RawAddresses(wire)  # type: ignore[method-assign]
    return app
