"""`flask doctor` in a house that runs, and in one that does not."""

from collections.abc import Callable

from tests.end_to_end.house import House, wait_for


def test_the_doctor_finds_what_is_right_and_what_is_wrong(build: Callable[..., House]) -> None:
    house = build().start("sandbox", "web", "worker")

    def well() -> str:
        found = house.flask("doctor", check=False)
        return found.stdout if found.returncode == 0 and "riverside: all 5" in found.stdout else ""

    told = wait_for(well, "a house in order")
    assert "ok     destinations: riverside: it answers and takes our keys" in told
    assert "look   destinations: riverside: it is not proven" in told
    assert "ok     web: " in told

    house.environment |= {"GATEWAY_KEYS": "", "CHARITYLOG_USER": "other", "GATEWAY_SMTP_URL": "smtp://nobody"}
    broken = house.flask("doctor", check=False)
    assert broken.returncode == 1
    for line in ("wrong  settings: GATEWAY_KEYS is not set", "wrong  settings: GATEWAY_SMTP_URL",
                 "wrong  destinations: riverside: it refused us: answered 401", "ok     database: "):  # fmt: skip
        assert line in broken.stdout
    assert "Traceback" not in broken.stdout + broken.stderr
