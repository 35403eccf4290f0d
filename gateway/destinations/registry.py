"""How the destination of an organisation is built, and what else is made of it."""

from collections.abc import Callable
from dataclasses import dataclass

from gateway.charitylog import Client
from gateway.definitions.loader import Organisation
from gateway.destinations import asking, charitylog, suggesting
from gateway.destinations.blocks import CHARITYLOG, OrganisationBlock
from gateway.destinations.charitylog import Charitylog
from gateway.destinations.judging import own_problems
from gateway.destinations.seam import Destination
from gateway.settings import Settings


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for every call."""

    connect_timeout: float
    read_timeout: float
    deadline: float

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """Take them from the settings."""
        return cls(settings.connect_timeout_seconds, settings.read_timeout_seconds, settings.call_deadline_seconds)


def build(organisation: Organisation, limits: Limits, console: str = "") -> Destination | None:
    """Build the destination of an organisation; None where it is closed or has none.

    `console` is the address of its pages for staff; what is composed without it leads nobody to its files.
    """
    if organisation.closed or organisation.profile is None:
        return None
    block = organisation.profile.blocks.get(CHARITYLOG)
    if block is None:
        return None
    return Charitylog(
        OrganisationBlock.model_validate(block),
        connect_timeout=limits.connect_timeout,
        read_timeout=limits.read_timeout,
        deadline=limits.deadline,
        console=console,
    )


def client(
    organisation: Organisation, limits: Limits, before: Callable[[str, str], None] | None = None
) -> Client | None:
    """Make the API client of an organisation, whatever is wrong with its forms; None where its own block is.

    `before` is told the method and address of each request.
    """
    block = organisation.profile.blocks.get(CHARITYLOG) if organisation.profile else None
    if block is None or own_problems(organisation):
        return None
    return charitylog.client_of(
        OrganisationBlock.model_validate(block),
        connect_timeout=limits.connect_timeout,
        read_timeout=limits.read_timeout,
        deadline=limits.deadline,
        before=before,
    )


def suggested(organisation: Organisation, destination: Destination, wishes: asking.Wishes) -> suggesting.Suggestion:
    """Suggest a form of what the destination of an organisation lists. Raises what `asking.find_out` raises."""
    found = asking.find_out(destination.choices, wishes, destination.lists({}))
    profile = organisation.profile
    charity, languages = (str(profile.name), profile.languages) if profile else (organisation.slug, ("en",))
    return suggesting.suggest(found, wishes, charity=charity, languages=languages)
