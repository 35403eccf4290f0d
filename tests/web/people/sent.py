"""A referral as somebody sends it by the example organisation's own form, with a letter and one try behind it."""

import hashlib
from datetime import timedelta

from flask import Flask

from gateway.referral import File, Referral
from gateway.store import sending
from gateway.store.database import Database
from gateway.store.drafts import Draft, Drafts, instance_hash
from gateway.store.files import Details, Files

from ...store.keeping import tried
from ...store.making import NOW, a_person, a_referral, an_answer, change_job

LETTER = b"Dear Maia Testperson, " * 60_000  # more than one piece of it


def a_sent(app: Flask, database: Database, *, seed: int = 0, clean: bool = True, **changes: object) -> Referral:
    """Send one; its first try is under way, with an answer of the destination."""
    site = app.extensions["gateway"]
    form = site.organisations["riverside"].forms["support"]
    instance = f"an instance {seed}".encode()
    Drafts(database, site.ring).create(
        instance, Draft("riverside", form.slug, form.hash, "en", {}, 1, NOW, NOW + timedelta(hours=1))
    )
    files = Files(database, site.ring)
    file = files.begin(instance_hash(instance), NOW, most_bytes=2**30)
    writer = files.writer(file)
    writer.write(LETTER)
    writer.close()
    details = Details("letter from Dr Sample.pdf", "application/pdf", hashlib.sha256(LETTER).hexdigest())
    files.finish(file, details, clean=clean, organisation="riverside", now=NOW)
    named = File(file, "letter", "A letter", details.name, details.media_type, len(LETTER), details.sha256, "client")
    person = a_person(an_answer("description", "I care for my brother.\nIt is a lot."))
    referral = a_referral(person, files=(named,), definition=form.hash, form=form.slug, **changes)
    sending.send(database, site.ring, referral, instance=instance_hash(instance), answers=b"{}", now=NOW)
    tried(database, site.ring, referral.reference)
    change_job(database, referral.reference, result=None)  # it is staged: no record came of it
    return referral
