"""For which agency somebody acts at an address of one organisation; nobody is two agencies there."""

from flask import abort, g

from gateway.store import agencies
from gateway.store.holding import AgencyEnded
from gateway.store.sending import Sender
from gateway.web.auth.access import membership, signed_in
from gateway.web.public.visit import SENDER
from gateway.web.site import site


def sender() -> Sender:
    """Give who acts, and for which agency; 404 for whoever is of none. Raises AgencyEnded."""
    if SENDER not in g:
        agency = membership().agency
        if agency is None:
            abort(404)
        if not agencies.goes_on(site().database, agency):
            raise AgencyEnded
        g.setdefault(SENDER, Sender(agency, signed_in().account.id))
    found: Sender = g.get(SENDER)
    return found
