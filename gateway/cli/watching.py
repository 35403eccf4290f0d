"""What a worker does by the clock so that a person is told, and what that needs of the organisations' files."""

from collections.abc import Mapping
from datetime import timedelta

from gateway import mailserver
from gateway.cli import opening
from gateway.definitions.loader import Organisation
from gateway.definitions.profile import Alerts, Retention
from gateway.delivery.heartbeat import Heartbeat
from gateway.delivery.key_watch import KeyWatch
from gateway.delivery.matters import Watched
from gateway.delivery.regular import Regular
from gateway.delivery.telling import Telling
from gateway.destinations import judging
from gateway.keys import KeyRing
from gateway.settings import Settings
from gateway.store.database import Database

MINUTE = timedelta(minutes=1)


def watching(
    settings: Settings,
    database: Database,
    ring: KeyRing,
    organisations: Mapping[str, Organisation],
    *,
    once: bool,
) -> list[Regular]:
    """List what watches: the heartbeat, telling by mail, and a look at the keys now and then."""
    by_mail = mailserver.read(settings.smtp_url.get_secret_value()) is not None
    telling = Telling(database, ring, watched(settings, organisations), by_mail=by_mail, always=not once)
    keys = KeyWatch(database, ring)
    found = [Regular("tell", MINUTE, telling, apart=True), Regular(keys.name, timedelta(hours=1), keys)]
    if settings.heartbeat_url:
        found.append(Regular("heartbeat", MINUTE, Heartbeat(database, settings.heartbeat_url), apart=True))
    return found


def watched(settings: Settings, organisations: Mapping[str, Organisation]) -> dict[str, Watched]:
    """Take from each organisation what can be read of it, also where something else in its files is wrong."""
    return {slug: _watched(settings, each) for slug, each in organisations.items()}


def _watched(settings: Settings, organisation: Organisation) -> Watched:
    profile = organisation.profile
    alerts, retention = (profile.alerts, profile.retention) if profile else (Alerts(), Retention())
    # It is asked before the first repeat, which comes after this time.
    asked_within = timedelta(seconds=settings.unknown_resend_seconds, hours=1)
    settles = judging.can_be_asked(organisation) and settings.unknown_resend_seconds > 0
    return Watched(
        name=profile.name.within(profile.languages[0]) if profile else organisation.slug,
        emails=alerts.email,
        late_after=timedelta(hours=alerts.undelivered_after_hours),
        not_imported_after=timedelta(days=alerts.not_imported_after_days),
        undelivered_for=timedelta(days=retention.undelivered_days),
        settles_within=asked_within if settles else timedelta(),
        problems=len(organisation.problems),
        console=opening.console(settings, organisation.slug),
    )
