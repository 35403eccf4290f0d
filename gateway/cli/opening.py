"""What commands open: settings, store, keys, organisations. What is missing is an error in plain words."""

import glob
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import click

from gateway.definitions.loader import Organisation, load_organisations
from gateway.destinations import judging
from gateway.keys import KeyProblem, KeyRing
from gateway.ledger import Ledger
from gateway.referral import read_reference
from gateway.settings import Settings, SettingsError, environment, load_settings, load_what_is_right
from gateway.store import referrals
from gateway.store.database import Database
from gateway.store.purging import Retention
from gateway.store.referrals import Listed


def settings() -> Settings:
    """Read the settings, or end the command with what is missing."""
    try:
        return load_settings()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


def settings_for(*fields: str) -> Settings:
    """Read the settings, or end the command with what is wrong of these alone; the others need not even be there."""
    found, problems = load_what_is_right()
    wanted = [line for field, line in problems.items() if not field or field in fields]
    if found is None or wanted:
        raise click.ClickException("\n".join(wanted or problems.values()))
    return found


def served(organisation: str) -> Settings:
    """Read the settings, or end the command where they know no such organisation."""
    found = settings()
    if organisation not in organisations(found.organisations):
        raise click.ClickException(f"There is no organisation {organisation} in {found.organisations}.")
    return found


def console(found: Settings, organisation: str) -> str:
    """Give the address of an organisation's pages for staff."""
    return f"{found.base_url}/staff/{organisation}/"


def key_ring(found: Settings) -> KeyRing:
    """Open the key ring, or end the command."""
    try:
        return KeyRing(found.keys.get_secret_value())
    except KeyProblem as error:
        raise click.ClickException(str(error)) from None


def refusal(problem: str) -> click.ClickException:
    """Make what is wrong with a store the sentence that a command ends with."""
    return click.ClickException(f"{problem[0].upper()}{problem[1:]}.")


def unchecked(url: str, ledger: Ledger | None = None) -> Database:
    """Open a store whatever is in it; it is closed when the command ends."""
    store = Database(url, ledger)
    click.get_current_context().call_on_close(store.close)
    return store


def database(found: Settings) -> Database:
    """Open a store that has its tables, or end the command."""
    store = unchecked(found.database_url.get_secret_value(), Ledger(found.ledger))
    if problem := store.problem():
        raise refusal(problem)
    return store


def referral(store: Database, reference: str) -> Listed:
    """Look a referral up as somebody typed its reference, or end the command."""
    found = referrals.find(store, read_reference(reference))
    if found is None:
        raise click.ClickException(f"There is no referral {reference}. Look at `flask referrals list`.")
    return found


def heard_of(found: Settings, store: Database, organisation: str | None) -> None:
    """End the command where an organisation has neither folder nor referrals: it is mistyped, and not without any."""
    if organisation is None or (found.organisations / organisation).is_dir():
        return
    if not referrals.listed(store, organisation=organisation, limit=1):
        raise click.ClickException(f"There is no organisation {organisation} in {found.organisations}.")


def heard_of_form(found: Settings, store: Database, organisation: str | None, form: str | None) -> None:
    """End the command where a form has neither file nor referrals, with the organisation or with any."""
    if form is None or any(found.organisations.glob(f"{organisation or '*'}/forms/{glob.escape(form)}.yaml")):
        return
    if not referrals.listed(store, organisation=organisation, form=form, limit=1):
        whose = f" of {organisation}" if organisation else ""
        raise click.ClickException(f"There is no form {form}{whose} in {found.organisations}.")


def retentions(found: Mapping[str, Organisation]) -> dict[str, Retention]:
    """Say how long each organisation keeps what was sent; one that cannot be read says nothing, and nothing goes."""
    kept = {slug: each.profile.retention for slug, each in found.items() if each.profile}
    return {
        slug: Retention(
            timedelta(days=each.delivered_days),
            timedelta(days=each.undelivered_days),
            timedelta(days=each.answers_of_the_api_days),
        )
        for slug, each in kept.items()
    }


def organisations(folder: Path) -> Mapping[str, Organisation]:
    """Load every organisation and let its destination judge its forms."""
    found = load_organisations(folder, environment=environment(), blocks=judging.NAMES)
    return {slug: judging.judged(each) for slug, each in found.items()}
