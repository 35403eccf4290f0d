"""A referral that was refused is mended by somebody who has only the console: from the refusal until it arrives."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

import requests

from gateway.identity.roles import Role
from gateway.store import accounts
from gateway.store.database import Database
from tests.end_to_end.console_office import address_of, signed_in
from tests.end_to_end.house import House, wait_for
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT
from tests.web.people.desk import Desk

QUESTION = """      - name: ethnicity
        type: radios
        label: {en: Ethnic group, cy: Grŵp ethnig}
        choices:
          - {value: 9999, label: {en: A group that is gone, cy: Grŵp sydd wedi mynd}}
          - {value: 35, label: {en: White British, cy: Gwyn Prydeinig}}
"""
BEFORE = "      - name: reach\n"


class Browser:
    """What `Desk` asks of a browser, over HTTP."""

    def __init__(self, house: House, role: Role) -> None:
        self._base, self._session = house.base, requests.Session()
        self._session.trust_env = False
        now = datetime.now(UTC)
        with closing(Database(house.environment["GATEWAY_DATABASE_URL"])) as database, database.write() as connection:
            account = accounts.write(connection, address_of(role), password=None, now=now)
            accounts.join(connection, account, "riverside", role, now=now)
        self._session.cookies.set("gateway", signed_in(house, role), domain="127.0.0.1", path="/")

    def get(self, address: str) -> "Answer":
        return self.open(address, method="GET")

    def open(self, address: str, *, method: str, data: object = None) -> "Answer":
        sent = {"Origin": self._base, "Sec-Fetch-Site": "same-origin"}
        return Answer(
            self._session.request(
                method,
                urljoin(self._base, address),
                data=data,  # type: ignore[arg-type]  # what a form posts
                headers=sent,
                timeout=30,
                allow_redirects=False,
            )
        )


class Answer:
    """An answer as `Desk` reads it."""

    def __init__(self, response: requests.Response) -> None:
        self.status_code, self.headers, self._text = response.status_code, response.headers, response.text

    def get_data(self, *, as_text: bool) -> str:
        assert as_text
        return self._text


def test_what_the_destination_refused_is_corrected_at_its_question_and_arrives(tmp_path: Path) -> None:
    house = House(tmp_path)
    form = house.organisations / "riverside" / "forms" / "contact-me.yaml"
    form.write_text(form.read_text().replace(BEFORE, QUESTION + BEFORE, 1))
    with house.running():
        reference = Visitor(house.base).open("/riverside/contact-me").submit({**CONTACT, "ethnicity": "9999"}).reference
        wait_for(lambda: house.state(reference) == "failed", "the refusal")
        desk = Desk(Browser(house, Role.OPERATOR), "/staff/riverside/")  # type: ignore[arg-type]  # all that it needs

        desk.follow(reference)
        assert "rejected" in desk.text
        desk.press("Open the answers to correct them")
        assert "Your case-management system said: This id is not in the dictionary" in desk.text
        assert desk.typed["surname"] == ["Testperson"]
        desk.press("Keep what I corrected", ethnicity="35")
        assert "Now send it again" in desk.text
        assert desk.first == "Send it again"
        desk.follow("Send it again")
        desk.press("Send it again")
        wait_for(lambda: house.state(reference) == "delivered", "the delivery")

        (staged,) = house.staged(reference)
        assert "35" in str(staged)
        desk.open(f"/staff/riverside/referrals/{reference}")
        assert "Corrected an answer (client.ethnicity)" in desk.text
        assert "White British" not in desk.text
