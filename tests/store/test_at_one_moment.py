"""Two people decide at one moment: whichever comes first, nobody keeps or gets what was taken from them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from gateway.identity.codes import Factor
from gateway.identity.roles import Role
from gateway.keys import KeyRing
from gateway.store import (
    accounts,
    agencies,
    agency_drafts,
    api_tokens,
    definitions,
    invitations,
    people,
    second_factor,
    sending,
    tables,
)
from gateway.store.audit import COMMAND_LINE
from gateway.store.database import Database, Transaction
from gateway.store.holding import AgencyEnded
from gateway.store.invitations import Link
from gateway.store.people import Deciding, Gone, LastAdmin, Taken
from gateway.store.sending import Sender

from .making import DEFINITION, NOW, a_referral
from .meeting import meet

DECIDING = Deciding(COMMAND_LINE, "riverside", NOW)


def somebody(database: Database, name: str, role: Role | None = None) -> str:
    with database.write() as connection:
        made = accounts.write(connection, f"{name}@riverside.example", password=None, now=NOW)
        if role is not None:
            accounts.join(connection, made, "riverside", role, now=NOW)
    return made


def role_of(database: Database, account: str) -> Role | None:
    found = accounts.by_id(database, account)
    assert found is not None
    mine = found.memberships.get("riverside")
    return mine.role if mine else None


def end(database: Database, account: str) -> Callable[[Transaction], None]:
    found = accounts.by_id(database, account)
    assert found is not None

    def ending(connection: Transaction) -> None:
        people.keep_an_admin(connection, "riverside", account)
        people.end_access(connection, DECIDING, found)

    return ending


def demote(account: str) -> Callable[[Transaction], None]:
    def demoting(connection: Transaction) -> None:
        people.keep_an_admin(connection, "riverside", account)
        people.change_role(connection, DECIDING, account, Role.VIEWER)

    return demoting


def committed(database: Database, act: Callable[[Transaction], None]) -> Callable[[], None]:
    def acting() -> None:
        with database.write() as connection:
            act(connection)

    return acting


def actions(database: Database) -> list[str]:
    with database.read() as connection:
        return [row.action for row in connection.execute(tables.audit.select())]


def test_whose_access_was_ended_gets_no_role_by_another_press_at_that_moment(database: Database) -> None:
    ben = somebody(database, "ben", Role.OPERATOR)

    answer = meet(database, end(database, ben), committed(database, demote(ben)))

    assert isinstance(answer.exception(), Gone)
    assert role_of(database, ben) is None
    assert actions(database) == ["end access"]


def test_whose_role_is_just_changed_is_out_when_their_access_is_ended(database: Database) -> None:
    ben = somebody(database, "ben", Role.OPERATOR)

    answer = meet(database, demote(ben), committed(database, end(database, ben)))

    assert answer.exception() is None
    assert role_of(database, ben) is None


def test_what_two_end_one_of_them_does(database: Database) -> None:
    ben = somebody(database, "ben", Role.OPERATOR)

    answer = meet(database, end(database, ben), committed(database, end(database, ben)))

    assert isinstance(answer.exception(), Gone)
    assert actions(database) == ["end access"]


@pytest.mark.parametrize("first", ["end", "demote"])
@pytest.mark.parametrize("second", ["end", "demote"])
def test_two_administrators_who_shut_each_other_out_leave_one(database: Database, first: str, second: str) -> None:
    ada, ben = somebody(database, "ada", Role.ADMIN), somebody(database, "ben", Role.ADMIN)
    of_ben = demote(ben) if first == "demote" else end(database, ben)
    of_ada = demote(ada) if second == "demote" else end(database, ada)

    answer = meet(database, of_ben, committed(database, of_ada))

    assert isinstance(answer.exception(), LastAdmin)
    assert role_of(database, ada) is Role.ADMIN
    assert role_of(database, ben) is not Role.ADMIN


def test_nobody_of_an_agency_becomes_staff_by_a_change_of_role(database: Database) -> None:
    with database.write() as connection:
        agency = agencies.add(connection, DECIDING, "Northside Surgery")
        ben = accounts.write(connection, "ben@northside.example", password=None, now=NOW)
        accounts.join(connection, ben, "riverside", Role.PARTNER, now=NOW, agency=agency)

    with pytest.raises(Gone), database.write() as connection:
        people.change_role(connection, DECIDING, ben, Role.ADMIN)

    assert role_of(database, ben) is Role.PARTNER


@pytest.fixture
def agency(database: Database) -> str:
    with database.write() as connection:
        return agencies.add(connection, DECIDING, "Northside Surgery")


@pytest.fixture
def link(database: Database, agency: str) -> Link:
    with database.write() as connection:
        return people.invite(connection, DECIDING, "ben@northside.example", Role.PARTNER, agency=agency)


def accept(link: Link, account: str) -> Callable[[Transaction], None]:
    return lambda connection: people.accept(connection, link.leads_to, account, NOW)


def end_agency(agency: str) -> Callable[[Transaction], None]:
    return lambda connection: assert_true(agencies.end(connection, DECIDING, agency))


def assert_true(done: object) -> None:
    assert done


def test_an_invitation_is_not_taken_of_an_agency_that_ends_at_that_moment(
    database: Database, agency: str, link: Link
) -> None:
    ben = somebody(database, "ben")

    answer = meet(database, end_agency(agency), committed(database, accept(link, ben)))

    assert isinstance(answer.exception(), AgencyEnded)
    assert role_of(database, ben) is None


def test_whoever_has_just_come_to_an_agency_is_out_when_it_ends(database: Database, agency: str, link: Link) -> None:
    ben = somebody(database, "ben")

    answer = meet(database, accept(link, ben), committed(database, end_agency(agency)))

    assert answer.exception() is None
    assert role_of(database, ben) is None


def test_an_invitation_that_is_withdrawn_at_that_moment_is_not_taken(database: Database, link: Link) -> None:
    ben = somebody(database, "ben")

    def withdraw(connection: Transaction) -> None:
        assert people.withdraw(connection, DECIDING, link.leads_to.hash)

    answer = meet(database, withdraw, committed(database, accept(link, ben)))

    assert isinstance(answer.exception(), Taken)
    assert role_of(database, ben) is None


def test_an_invitation_that_was_just_taken_cannot_be_withdrawn_any_more(database: Database, link: Link) -> None:
    ben = somebody(database, "ben")

    def withdrawing() -> bool:
        with database.write() as connection:
            return people.withdraw(connection, DECIDING, link.leads_to.hash)

    answer = meet(database, accept(link, ben), withdrawing)

    assert answer.result() is False
    assert role_of(database, ben) is Role.PARTNER


def test_an_invitation_changes_nothing_for_whoever_got_a_role_meanwhile(database: Database, link: Link) -> None:
    ben = somebody(database, "ben")

    def give(connection: Transaction) -> None:
        people.give_role(connection, DECIDING, ben, Role.ADMIN)

    answer = meet(database, give, committed(database, accept(link, ben)))

    assert isinstance(answer.exception(), Taken)
    assert role_of(database, ben) is Role.ADMIN


def test_a_role_that_two_give_at_one_moment_is_the_later_one(database: Database) -> None:
    ben = somebody(database, "ben")

    def give(role: Role) -> Callable[[Transaction], None]:
        return lambda connection: people.give_role(connection, DECIDING, ben, role)

    answer = meet(database, give(Role.VIEWER), committed(database, give(Role.OPERATOR)))

    assert answer.exception() is None
    assert role_of(database, ben) is Role.OPERATOR


@pytest.mark.parametrize("begun", ["invitation", "token", "draft", "details"])
def test_nothing_is_begun_for_an_agency_that_ends_at_that_moment(
    database: Database, ring: KeyRing, agency: str, begun: str
) -> None:
    def begin() -> None:
        if begun == "draft":
            agency_drafts.share(database, ring, b"i" * 16, agency=agency, account="a" * 22, now=NOW)
            return
        if begun == "details":
            agencies.keep_details(database, ring, agency, {"referrer_name": "Ada Sample"})
            return
        with database.write() as connection:
            if begun == "invitation":
                people.invite(connection, DECIDING, "cy@northside.example", Role.PARTNER, agency=agency)
            else:
                api_tokens.add(connection, DECIDING, agency, "Their software", expires_at=NOW)

    answer = meet(database, end_agency(agency), begin)

    assert isinstance(answer.exception(), AgencyEnded)


@pytest.mark.parametrize("account", ["a" * 22, None], ids=["by hand", "by their software"])
def test_nothing_is_sent_for_an_agency_that_ends_at_that_moment(
    database: Database, ring: KeyRing, agency: str, account: str | None
) -> None:
    referral = a_referral()
    definitions.keep(database, [DEFINITION], NOW)

    def send() -> object:
        return sending.send(
            database, ring, referral, instance="1" * 64, answers=b"", now=NOW, drafted=False,
            sender=Sender(agency, account),
        )  # fmt: skip

    answer = meet(database, end_agency(agency), send)

    assert isinstance(answer.exception(), AgencyEnded)
    assert sending.sent_before(database, ring, instance="1" * 64) is None
    assert everybody_elses(database, ring)


def test_nothing_is_sent_by_a_token_that_ends_at_that_moment_while_its_agency_goes_on(
    database: Database, ring: KeyRing, agency: str
) -> None:
    definitions.keep(database, [DEFINITION], NOW)
    with database.write() as connection:
        told = [
            api_tokens.add(connection, DECIDING, agency, name, expires_at=NOW + timedelta(days=1)).split(".")[1]
            for name in ("ends", "goes on")
        ]

    def end(connection: Transaction) -> None:
        assert api_tokens.end(connection, DECIDING, told[0])

    def send(token: str, instance: str) -> object:
        return sending.send(
            database, ring, a_referral(), instance=instance, answers=b"", now=NOW, drafted=False,
            sender=Sender(agency, token=token),
        )  # fmt: skip

    answer = meet(database, end, lambda: send(told[0], "1" * 64))

    assert isinstance(answer.exception(), AgencyEnded)
    assert sending.sent_before(database, ring, instance="1" * 64) is None
    assert send(told[1], "2" * 64)


def everybody_elses(database: Database, ring: KeyRing) -> object:
    """Send a referral that is from no agency, in the same way."""
    return sending.send(
        database, ring, a_referral(), instance="2" * 64, answers=b"", now=NOW, drafted=False
    )  # fmt: skip


def test_a_new_password_is_offered_to_nobody_whose_access_ends_at_that_moment(
    database: Database, ring: KeyRing
) -> None:
    ben = somebody(database, "ben", Role.OPERATOR)
    found = accounts.by_id(database, ben)
    assert found is not None

    def reset() -> object:
        with database.write() as connection:
            return people.let_choose(connection, DECIDING, ring, found, Role.OPERATOR)

    answer = meet(database, end(database, ben), reset)

    assert isinstance(answer.exception(), Gone)
    assert invitations.open_of(database, "riverside", NOW) == []


def test_of_two_who_bring_one_code_at_one_moment_one_is_let_in(database: Database, ring: KeyRing) -> None:
    factor, ben = Factor.new(), somebody(database, "ben", Role.OPERATOR)
    with database.write() as connection:
        second_factor.switch_on(connection, ben, second_factor.seal(ring, ben, factor), 0)
    shown = factor._totp().generate(int(NOW.timestamp())).decode()
    together = Barrier(2)

    def bring(code: str) -> bool:
        found = accounts.by_id(database, ben)
        assert found is not None
        together.wait()  # both have read the same
        return second_factor.take(database, ring, found, code, NOW)

    with ThreadPoolExecutor(2) as pool:
        for code in (shown, *factor.spares):
            assert sorted(pool.map(bring, [code, code])) == [False, True]

    left = accounts.by_id(database, ben)
    assert left is not None
    assert second_factor.of(ring, left) == Factor(factor.key, ())
