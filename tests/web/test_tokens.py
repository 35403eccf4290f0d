"""The token of a page says since when it has been shown, whatever the clock says when it is signed."""

from datetime import UTC, datetime, timedelta

from itsdangerous import TimestampSigner

from gateway.web.tokens import Tokens, new_instance

AT = datetime(2026, 5, 14, 9, 30, tzinfo=UTC)


def test_a_token_holds_the_time_that_it_was_signed_for() -> None:
    tokens, instance = Tokens([b"old secret", b"secret"], timedelta(hours=1)), new_instance()

    shown = tokens.read(tokens.sign(instance, "ab" * 32, "cy", AT))

    assert (shown.instance, shown.definition, shown.language, shown.at) == (instance, "ab" * 32, "cy", AT)
    assert tokens.expired(shown, AT + timedelta(minutes=61))
    assert not tokens.expired(shown, AT + timedelta(minutes=59))


def test_tokens_are_those_of_itsdangerous_with_its_own_derivation_of_keys() -> None:
    key_secrets = [b"old secret", b"secret"]
    tokens = Tokens(key_secrets, timedelta(hours=1))

    token = tokens.sign(new_instance(), "ab" * 32, "cy", AT)

    theirs = TimestampSigner(key_secrets, salt="form", key_derivation="hmac")
    assert theirs.unsign(token, return_timestamp=True)[1] == AT
