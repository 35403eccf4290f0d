"""The key ring: what is sealed opens in its place alone, and nothing of a key is ever shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.keys import InstanceSeal, KeyMissing, KeyProblem, KeyRing, LinkSeal, SealBroken, new_key

PLACE = {"table": "referrals", "row": "RG-7K3F-9Q2M", "column": "sealed"}
SECRET = b"Maia Testperson"
RING = KeyRing(new_key())
SEALED = RING.seal(SECRET, **PLACE)


@given(st.binary(max_size=2000))
def test_what_is_sealed_opens_again(plain: bytes) -> None:
    assert RING.open(RING.seal(plain, **PLACE), **PLACE) == plain


def test_a_sealed_value_does_not_hold_what_was_sealed() -> None:
    assert SECRET not in SEALED
    assert RING.seal(SECRET, **PLACE) != SEALED


@pytest.mark.parametrize(
    "place",
    [
        {**PLACE, "table": "payloads"},
        {**PLACE, "row": "RG-7K3F-9Q2N"},
        {**PLACE, "column": "label"},
        {"table": "referralsR", "row": "G-7K3F-9Q2M", "column": "sealed"},
    ],
)
def test_a_value_moved_to_another_place_does_not_open(place: dict[str, str]) -> None:
    with pytest.raises(SealBroken, match="changed or moved"):
        RING.open(SEALED, **place)


@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_a_value_changed_in_any_byte_does_not_open(position: int, difference: int) -> None:
    changed = bytearray(SEALED)
    changed[position] ^= difference

    with pytest.raises((SealBroken, KeyMissing)):
        RING.open(bytes(changed), **PLACE)


@given(st.integers(0, len(SEALED) - 1))
def test_a_value_cut_anywhere_does_not_open(length: int) -> None:
    with pytest.raises(SealBroken):
        RING.open(SEALED[:length], **PLACE)


def test_a_value_of_an_unknown_key_says_that_its_key_is_missing_and_shows_nothing() -> None:
    with pytest.raises(KeyMissing) as caught:
        KeyRing(new_key()).open(SEALED, **PLACE)

    assert "referrals.sealed" in str(caught.value)
    assert "GATEWAY_KEYS" in str(caught.value)


def test_after_a_rotation_the_first_key_writes_and_all_of_them_read() -> None:
    old, new = new_key(), new_key()
    rotated = KeyRing(f"{new}, {old}")
    sealed_before = KeyRing(old).seal(SECRET, **PLACE)

    assert rotated.open(sealed_before, **PLACE) == SECRET
    assert KeyRing(new).open(rotated.seal(SECRET, **PLACE), **PLACE) == SECRET
    with pytest.raises(KeyMissing):
        KeyRing(old).open(rotated.seal(SECRET, **PLACE), **PLACE)


def test_a_purpose_has_a_secret_of_each_key_with_the_writing_one_last() -> None:
    old, new = new_key(), new_key()

    assert KeyRing(f"{new},{old}").secrets("token") == [*KeyRing(old).secrets("token"), *KeyRing(new).secrets("token")]
    assert set(KeyRing(new).secrets("token")).isdisjoint(KeyRing(new).secrets("session"))


def test_a_digest_tells_the_same_data_from_other_data() -> None:
    digest = RING.digest(SECRET, "answers")

    assert RING.digest_matches(digest, SECRET, "answers") is True
    assert RING.digest_matches(digest, SECRET + b"!", "answers") is False
    assert RING.digest_matches(digest, SECRET, "another purpose") is False
    assert SECRET not in digest


def test_a_digest_can_be_judged_after_a_rotation_but_not_without_its_key() -> None:
    old, new = new_key(), new_key()
    digest = KeyRing(old).digest(SECRET, "answers")

    assert KeyRing(f"{new},{old}").digest_matches(digest, SECRET, "answers") is True
    assert KeyRing(new).digest_matches(digest, SECRET, "answers") is None


@given(st.binary(max_size=500))
def test_an_instance_opens_its_own_draft_alone(plain: bytes) -> None:
    sealed = InstanceSeal(b"i" * 16).seal(plain)

    assert InstanceSeal(b"i" * 16).open(sealed) == plain
    with pytest.raises(SealBroken):
        InstanceSeal(b"j" * 16).open(sealed)


@pytest.mark.parametrize("junk", [b"", b"short", b"x" * 12, b"x" * 60])
def test_an_instance_refuses_what_it_did_not_seal(junk: bytes) -> None:
    with pytest.raises(SealBroken):
        InstanceSeal(b"i" * 16).open(junk)


def test_a_ring_shows_no_key() -> None:
    key = new_key()
    ring = KeyRing(key)

    assert repr(ring) == str(ring) == "KeyRing(1 keys)"
    assert all(key not in repr(each) and repr(ring.secrets("x")[0]) not in repr(each) for each in ring._keys.values())


def test_a_new_key_is_taken_and_each_is_another() -> None:
    keys = {new_key() for _ in range(20)}

    assert len(keys) == 20
    assert repr(KeyRing(",".join(keys))) == "KeyRing(20 keys)"


@pytest.mark.parametrize(
    "junk",
    ["canary", "canary" * 20, "k" * 42 + "!", "k" * 41, "k" * 47, "schlüssel" * 6, "a b" * 15],
)
def test_junk_is_refused_without_being_shown(junk: str) -> None:
    with pytest.raises(KeyProblem) as caught:
        KeyRing(f"{new_key()},{junk}")

    assert junk not in str(caught.value)
    assert caught.value.__context__ is None or junk not in str(caught.value.__context__)
    assert "flask keys new" in str(caught.value)


@pytest.mark.parametrize("empty", ["", "  ", ",", " , ,"])
def test_an_empty_ring_says_how_to_make_a_key(empty: str) -> None:
    with pytest.raises(KeyProblem, match="flask keys new"):
        KeyRing(empty)


def test_what_a_link_saves_takes_the_link_and_the_answer_both() -> None:
    sealed = LinkSeal(b"a-link", "teapot").seal(b"an-instance")

    assert b"an-instance" not in sealed
    assert LinkSeal(b"a-link", "teapot").open(sealed) == b"an-instance"
    for link, answer in ((b"a-link", "kettle"), (b"b-link", "teapot"), (b"a-link", ""), (b"a-lin", "kteapot")):
        with pytest.raises(SealBroken) as refused:
            LinkSeal(link, answer).open(sealed)
        assert "teapot" not in str(refused.value)


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(40)])
def test_what_was_not_sealed_by_a_link_is_refused(sealed: bytes) -> None:
    with pytest.raises(SealBroken):
        LinkSeal(b"a-link", "teapot").open(sealed)
