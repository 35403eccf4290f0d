"""From the files of the organisations to what alerts need of them: whom to tell, and how long is too long."""

from collections.abc import Mapping
from datetime import timedelta

from gateway.definitions.loader import Organisation
from gateway.definitions.profile import Alerts, Retention
from gateway.delivery.matters import Watched
from gateway.destinations import registry
from gateway.settings import Settings


def watched(settings: Settings, organisations: Mapping[str, Organisation]) -> dict[str, Watched]:
    """Take from each organisation what can be read of it, also where something else in its files is wrong."""
    return {slug: _watched(settings, each) for slug, each in organisations.items()}


def _watched(settings: Settings, organisation: Organisation) -> Watched:
    profile = organisation.profile
    alerts, retention = (profile.alerts, profile.retention) if profile else (Alerts(), Retention())
    # It is asked before the first repeat, which comes after this time.
    asked_within = timedelta(seconds=settings.unknown_resend_seconds, hours=1)
    settles = registry.can_be_asked(organisation) and settings.unknown_resend_seconds > 0
    return Watched(
        name=profile.name.within(profile.languages[0]) if profile else organisation.slug,
        emails=alerts.email,
        late_after=timedelta(hours=alerts.undelivered_after_hours),
        not_imported_after=timedelta(days=alerts.not_imported_after_days),
        undelivered_for=timedelta(days=retention.undelivered_days),
        settles_within=asked_within if settles else timedelta(),
        problems=len(organisation.problems),
    )
