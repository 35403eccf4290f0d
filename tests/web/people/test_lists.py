"""What needs a person, and the lists: found, narrowed down, sent again, searched by name; hostile addresses too."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update

from gateway.identity.roles import Role
from gateway.store import destinations, jobs, listing, tables
from gateway.store.database import Database
from gateway.store.jobs import Finish
from gateway.store.states import JobStatus, ReferralState
from gateway.web.staff import again, seeking

from ...store.making import NOW, a_person, a_referral, begin, claim, finish, rows, send, state_of
from .conftest import HILLTOP, RIVERSIDE, As, an_agency, post, token_of

TODAY = datetime.now(UTC)
DAY = timedelta(days=1)
ALL, AGAIN, SEARCH = (f"/staff/{RIVERSIDE}/referrals{end}" for end in ("", "/again", "/search"))
TO_DO, THERE = f"/staff/{RIVERSIDE}/", f"/staff/{RIVERSIDE}/destination"


def put(app: Flask, database: Database, state: str = "delivered", *, days: int = 0, **changes: object) -> str:
    """Store a referral that was sent so many days ago and stands as given."""
    told = {name: changes.pop(name) for name in ("reason", "test", "agency") if name in changes}
    at = TODAY - days * DAY
    reference = send(database, app.extensions["gateway"].ring, now=at, created_at=at, **changes)
    with database.write() as connection:
        change = update(tables.referrals).where(tables.referrals.c.reference == reference)
        connection.execute(change.values(state=state, updated_at=at, **told))
    return reference


def shown(client: FlaskClient, address: str) -> str:
    """The page at an address."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def listed(page: str) -> list[str]:
    """The references that a page links to, in their order."""
    return list(dict.fromkeys(re.findall(r'class="ref" href="/staff/\w+/referrals/(RG-[0-9A-Z-]+)"', page)))


def audited(database: Database) -> list[tuple[str, str, str]]:
    """Who did what, and the few words."""
    return [(row.actor, row.action, row.detail) for row in rows(database, select(tables.audit))]


def test_what_needs_a_person_comes_by_how_bad_it_is(app: Flask, database: Database, signed_in: As) -> None:
    held, failed = put(app, database, "held", days=3), put(app, database, "failed", days=2, reason="rejected: 422")
    unknown, late = put(app, database, "unknown", days=1), put(app, database, "pending", days=1)
    put(app, database, "delivered", days=5)
    put(app, database, "failed", organisation=HILLTOP)

    page = shown(signed_in(Role.VIEWER), TO_DO)

    assert listed(page) == [unknown, failed, late, held]
    assert "1 referral failed" in page
    assert "refused what it was sent" in page
    assert "It has waited for 2 days." in page
    assert "no worker is running" in page


def test_where_nothing_is_wrong_it_says_so(app: Flask, database: Database, signed_in: As) -> None:
    with database.write() as connection:
        connection.execute(insert(tables.workers).values(name="w", started_at=TODAY, seen_at=TODAY + DAY))
    put(app, database, "pending")

    page = shown(signed_in(Role.OPERATOR), TO_DO)

    assert "Nothing needs a person." in page
    assert "1 referral</dd>" in page


def test_a_group_of_many_is_counted_and_shows_the_oldest(app: Flask, database: Database, signed_in: As) -> None:
    failed = [put(app, database, "failed", days=number) for number in range(1, 8)]

    page = shown(signed_in(Role.OPERATOR), TO_DO)

    assert "7 referrals failed" in page
    assert listed(page) == failed[:1:-1]
    assert "/referrals?state=failed" in page


def test_a_viewer_reads_what_is_to_do_and_has_no_button_for_it(app: Flask, database: Database, signed_in: As) -> None:
    put(app, database, "failed")
    with database.write() as connection:
        destinations.pause(connection, RIVERSIDE, reason="the keys were refused", now=TODAY)

    page = shown(signed_in(Role.VIEWER), TO_DO)

    assert "the keys were refused" in page
    assert "/destination/" not in page
    assert "/referrals/again" not in page


def test_a_destination_is_paused_and_goes_on_by_a_button(database: Database, signed_in: As) -> None:
    client = signed_in(Role.OPERATOR)

    assert post(client, f"{THERE}/pause", page=TO_DO).status_code == 303
    page = shown(client, TO_DO)
    assert "Nothing is sent: the destination is paused" in page
    assert "paused by a person" in page
    assert post(client, f"{THERE}/resume", page=TO_DO).status_code == 303
    assert "It goes on" in shown(client, TO_DO)

    actions = audited(database)
    assert [action for _, action, _ in actions] == ["pause", "resume"]
    assert all(len(actor) == 22 for actor, _, _ in actions)
    assert destinations.standings(database)[RIVERSIDE].paused_at is None


def accept(app: Flask, database: Database) -> str:
    """Let the destination accept a referral, and ask about it."""
    ring = app.extensions["gateway"].ring
    reference = send(database, ring, now=TODAY, created_at=TODAY)
    (job,) = claim(database)
    attempt = begin(database, ring, job)
    end = Finish(
        state=ReferralState.DELIVERED, outcome="delivered", reason=None, job_status=JobStatus.DONE, due_at=TODAY,
        failures=0, repeats=0, status=200, shape="{id: number}",
    )  # fmt: skip
    assert finish(database, job, attempt, end)
    with database.write() as connection:
        destinations.remember(connection, RIVERSIDE, asked_about=reference, asked_at=NOW)
    return reference


def test_somebody_says_that_the_first_referral_is_there(app: Flask, database: Database, signed_in: As) -> None:
    reference = accept(app, database)
    client = signed_in(Role.OPERATOR)

    assert f"{THERE}/prove" in shown(client, TO_DO)
    assert reference in shown(client, f"{THERE}/prove")
    assert post(client, f"{THERE}/prove", answer="yes", reference=reference).status_code == 303

    assert destinations.standings(database)[RIVERSIDE].proven_at is not None
    assert "Nothing is asked" in shown(client, f"{THERE}/prove")
    assert [action for _, action, _ in audited(database)] == ["prove yes"]


def test_somebody_says_that_it_is_not_there(app: Flask, database: Database, signed_in: As) -> None:
    reference = accept(app, database)
    client = signed_in(Role.OPERATOR)

    assert "1 referral that was accepted since" in shown(client, f"{THERE}/prove")
    post(client, f"{THERE}/prove", answer="no", reference=reference)

    assert state_of(database, reference) == "pending"
    assert destinations.standings(database)[RIVERSIDE].paused_at is not None


def test_an_answer_to_an_older_question_does_nothing(app: Flask, database: Database, signed_in: As) -> None:
    accept(app, database)

    answer = post(signed_in(Role.OPERATOR), f"{THERE}/prove", answer="no", reference="RG-0000-0000")

    assert answer.status_code == 303
    assert destinations.standings(database)[RIVERSIDE].paused_at is None


def test_the_list_is_narrowed_down_and_its_fields_keep_what_was_asked(
    app: Flask, database: Database, signed_in: As
) -> None:
    alpha = an_agency(database, name="Alpha Surgery")
    old, test = put(app, database, "failed", days=9), put(app, database, days=2, test=True)
    theirs, other = put(app, database, days=1, agency=alpha), put(app, database, form="contact-me")
    put(app, database, organisation=HILLTOP)
    client = signed_in(Role.VIEWER)
    days = f"from={TODAY - 10 * DAY:%Y-%m-%d}&to={TODAY - 9 * DAY:%d/%m/%Y}"

    for query, expected in {
        "": [other, theirs, test, old],
        "state=failed": [old],
        "test=yes": [test],
        "test=no&form=support": [theirs, old],
        f"agency={alpha}": [theirs],
        days: [old],
        "state=held": [],
        "sort=changed": [other, theirs, test, old],
    }.items():
        assert listed(shown(client, f"{ALL}?{query}")) == expected, query

    page = shown(client, f"{ALL}?state=failed&{days}")
    assert '<option value="failed" selected>' in page
    assert f'value="{TODAY - 10 * DAY:%Y-%m-%d}"' in page
    assert "Alpha Surgery" in page


def test_pages_lead_further_back_and_to_the_front_again(
    app: Flask, database: Database, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PER_PAGE", 2)
    sent = [put(app, database, "failed", days=number) for number in range(5)]
    client = signed_in(Role.VIEWER)

    found, address = [], f"{ALL}?state=failed"
    while address:
        page = shown(client, address)
        found.append(listed(page))
        link = re.search(r'href="(\?[^"]+)" rel="next"', page)
        address = f"{ALL}{link[1]}".replace("&amp;", "&") if link else ""
        assert not link or "state=failed" in link[1]
    assert found == [sent[:2], sent[2:4], sent[4:]]

    back = re.search(r'href="(\?[^"]+)" rel="prev"', page)
    assert back is not None
    assert listed(shown(client, f"{ALL}{back[1]}".replace("&amp;", "&"))) == sent[2:4]


def test_empty_lists_say_why(app: Flask, database: Database, signed_in: As) -> None:
    client = signed_in(Role.VIEWER)

    assert "Nobody has sent anything yet." in shown(client, ALL)
    assert "No referral fits." in shown(client, f"{ALL}?state=held")


def test_a_reference_is_found_however_it_is_typed(app: Flask, database: Database, signed_in: As) -> None:
    put(app, database, reference="RG-7K30-9Q1M")
    client = signed_in(Role.VIEWER)

    for typed in ("RG-7K30-9Q1M", "rg7k3o9qlm", " 7k30 9qim "):
        answer = post(client, ALL, reference=typed)
        assert (answer.status_code, answer.location) == (303, f"{ALL}/RG-7K30-9Q1M"), typed


def test_a_reference_that_is_not_here_is_said_at_its_field(app: Flask, database: Database, signed_in: As) -> None:
    put(app, database, reference="RG-7K30-9Q1M", organisation=HILLTOP)
    client = signed_in(Role.VIEWER)

    for typed in ("", "Jones", "RG-0000-0000", "RG-7K30-9Q1M", "RG-7K30-9Q1M\0", "\0", "x" * 9999, "<b>"):
        answer = post(client, ALL, reference=typed)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422, typed
        assert 'href="#reference"' in page
        assert "<b>" not in page


HOSTILE = [
    "state=%00", "state=nothing&form=%ff%fe&agency='--&test=2&sort=;DROP", "from=9999-12-31&to=0001-01-01",
    "to=9999-12-31", "from=%00", "from=31/02/2026", "from=" + "9" * 5000, "behind=-", "behind=1-",
    "behind=99999999999999999999-RG-7K3F-9Q2M", "behind=99999999999999999-RG-7K3F-9Q2M", "behind=%00&ahead=%F0%9F",
    "behind=1-RG-7K3F-9Q2M", "ahead=1-RG-7K3F-9Q2M", "ahead=99999999999999999-RG-7K3F-9Q2M", "state=failed&state=held",
    "at=99999999999999999", "at=-1", "at=%D9%A1", "behind=1-%D9%A1", "&&&=&=", "%", "from=2026-W01-1", "state[]=failed",
]  # fmt: skip


def test_a_hostile_address_is_a_plain_page(app: Flask, database: Database, signed_in: As) -> None:
    put(app, database, "failed")
    client = signed_in(Role.OPERATOR)

    for query in HOSTILE:
        for address in (ALL, AGAIN):
            assert client.get(f"{address}?{query}").status_code in (200, 422), (address, query)


def test_a_day_that_is_none_is_said_at_its_field(signed_in: As) -> None:
    client = signed_in(Role.OPERATOR)

    for address in (ALL, AGAIN):
        page = client.get(f"{address}?from=soon").get_data(as_text=True)
        assert 'href="#from"' in page
        assert 'value="soon"' in page
        assert "before the first one" in client.get(f"{address}?from=2026-05-04&to=2026-05-03").get_data(as_text=True)


def test_many_are_sent_again_after_a_look(app: Flask, database: Database, signed_in: As) -> None:
    failed = [put(app, database, "failed", days=number) for number in range(3)]
    unknown, held = put(app, database, "unknown"), put(app, database, "held")
    other, theirs = put(app, database, "failed", form="contact-me"), put(app, database, "failed", organisation=HILLTOP)
    with database.write() as connection:
        destinations.pause(connection, RIVERSIDE, reason="the keys were refused", now=TODAY)
    client = signed_in(Role.OPERATOR)

    page = shown(client, f"{AGAIN}?form=support")

    assert "4 referrals would be sent again" in page
    assert "1 referral held back" in page
    assert "the keys were refused" in page
    assert {state_of(database, each) for each in failed} == {"failed"}

    form = {"csrf_token": token_of(page), "form": "support", "at": _at(page)}
    answer = client.post(AGAIN, data=form)

    assert (answer.status_code, answer.location) == (303, f"{AGAIN}?form=support")
    assert "4 referrals are due now." in shown(client, answer.location)
    assert {state_of(database, each) for each in (*failed, unknown)} == {"pending"}
    assert [state_of(database, each) for each in (held, other, theirs)] == ["held", "failed", "failed"]
    assert [action for _, action, _ in audited(database)] == ["retry"] * 4


def test_what_may_be_there_already_is_said_before(app: Flask, database: Database, signed_in: As) -> None:
    reference = accept(app, database)
    with database.write() as connection:
        connection.execute(update(tables.attempts).values(outcome="unknown"))
        connection.execute(update(tables.referrals).values(state="failed", updated_at=TODAY))
    with database.read() as connection:
        assert jobs.may_have_arrived(connection, [reference]) == {reference}

    assert "1 may be there already." in shown(signed_in(Role.OPERATOR), AGAIN)


def test_many_go_in_steps_and_none_twice(
    app: Flask, database: Database, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(again, "AT_ONCE", 2)
    failed = [put(app, database, "failed", days=number) for number in range(5)]
    client = signed_in(Role.OPERATOR)

    page, steps = shown(client, AGAIN), []
    while 'name="at"' in page:
        answer = client.post(AGAIN, data={"csrf_token": token_of(page), "at": _at(page)})
        with database.write() as connection:  # what fails again meanwhile is not sent a second time
            mine = tables.referrals.c.reference == failed[-1]
            connection.execute(update(tables.referrals).where(mine).values(state="failed", updated_at=TODAY + DAY))
        page = shown(client, answer.location)
        steps.append(re.search(r"(\d+) referrals? (is|are) due", page)[1])

    assert steps[:3] == ["2", "2", "1"]
    assert [state_of(database, each) for each in failed] == ["pending"] * 4 + ["failed"]


def _at(page: str) -> str:
    found = re.search(r'name="at" value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_sending_again_without_a_look_does_nothing(app: Flask, database: Database, signed_in: As) -> None:
    reference = put(app, database, "failed")
    client = signed_in(Role.OPERATOR)

    for form in ({}, {"at": "x"}, {"at": "1", "from": "soon"}, {"at": "1"}):
        assert post(client, AGAIN, page=TO_DO, **form).status_code == 303
    assert state_of(database, reference) == "failed"


def seek(client: FlaskClient, words: str, reason: str = "The surgery asks", **more: str) -> str:
    """Search by name; give the page."""
    answer = post(client, SEARCH, words=words, reason=reason, **more)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_name_is_found_with_a_reason_that_is_kept(app: Flask, database: Database, signed_in: As) -> None:
    hers = a_referral(a_person(first_name="Zoë", surname="Jones-Testperson"))
    mine = send(database, app.extensions["gateway"].ring, hers)
    send(database, app.extensions["gateway"].ring)
    put(app, database, organisation=HILLTOP)

    page = seek(signed_in(Role.OPERATOR), "jones zoe")

    assert listed(page) == [mine]
    assert "First name, Surname" in page
    assert "2 referrals were opened" in page
    assert "Jones-Testperson" not in page
    ((actor, action, detail),) = audited(database)
    assert (len(actor), action, detail) == (22, "find", "The surgery asks")


def test_nobody_is_found_and_what_cannot_be_is_said(app: Flask, database: Database, signed_in: As) -> None:
    put(app, database)

    page = seek(signed_in(Role.OPERATOR), "Nobody")

    assert "Nothing found" in page
    assert "What cannot be found here" in page


UNFIT = [
    ("", "The surgery asks", "words"), ("Jones", "", "reason"), ("Jones", " \0 ", "reason"),
    ("Jones", "It is for jones", "reason"), ("x" * 201, "The surgery asks", "words"),
    ("Jones", "x" * 201, "reason"),
]  # fmt: skip


def test_without_a_reason_nothing_is_opened(database: Database, signed_in: As) -> None:
    client = signed_in(Role.OPERATOR)

    for words, reason, field in UNFIT:
        answer = post(client, SEARCH, words=words, reason=reason)
        assert answer.status_code == 422, (words, reason)
        assert f'href="#{field}"' in answer.get_data(as_text=True)
    assert audited(database) == []


def test_a_search_goes_on_where_it_ended(
    app: Flask, database: Database, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeking, "AT_ONCE", 2)
    sent = [put(app, database, days=number) for number in range(3)]
    client = signed_in(Role.OPERATOR)

    first = seek(client, "testperson")
    behind = re.search(r'name="behind" value="([^"]+)"', first)

    assert listed(first) == sent[:2]
    assert behind is not None
    assert listed(seek(client, "testperson", behind=behind[1])) == sent[2:]
    assert len(audited(database)) == 2


def test_a_search_is_never_in_an_address(signed_in: As) -> None:
    page = shown(signed_in(Role.OPERATOR), f"{SEARCH}?words=Quuxley&reason=why")

    assert "Quuxley" not in page
