"""What is missing or wrong stops the boot by name, or closes one organisation alone; never with a traceback."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import warm
from tests.end_to_end.cloning import clone
from tests.end_to_end.house import House, wait_for
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT

REQUIRED = ["GATEWAY_KEYS", "GATEWAY_BASE_URL", "GATEWAY_CLAMD", "GATEWAY_SMTP_URL"]

FIRST, LAST = "name: first_name, type: text, label: {en: First", "name: surname, type: text, label: {en: Last"


def boot(house: House) -> subprocess.CompletedProcess[str]:
    """Start gunicorn and let it fail."""
    words = ["gunicorn", "app:app", "--bind", f"127.0.0.1:{house.web_port}"]
    return warm.run(words, cwd=house.root, env=house.environment)


def break_form(house: House, old: str, new: str, form: str = "support") -> None:
    """Change one place of an example form."""
    file = house.organisations / "riverside" / "forms" / f"{form}.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_setting_stops_web_and_worker_by_name(tmp_path: Path, name: str) -> None:
    house = House(tmp_path)
    del house.environment[name]
    ended = boot(house)
    assert ended.returncode != 0
    assert f"{name} is not set" in ended.stderr
    assert "Traceback" not in ended.stderr
    worker = house.flask("worker", "--once", check=False)
    assert worker.returncode == 1
    assert f"Error: {name} is not set" in worker.stderr


def test_all_missing_settings_are_named_at_once(tmp_path: Path) -> None:
    house = House(tmp_path)
    for name in REQUIRED:
        del house.environment[name]
    assert all(name in boot(house).stderr for name in REQUIRED)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("GATEWAY_KEYS", "my-own-secret", "Make one with `flask keys new`"),
        ("GATEWAY_LEASE_SECONDS", "10", "must be longer than"),
        ("GATEWAY_ORGANISATIONS", "nowhere", "there is no folder nowhere"),
        ("GATEWAY_DATABASE_URL", "mysql://root:secret@host/x", "give sqlite:///PATH or postgresql://"),
        ("GATEWAY_BASE_URL", "refer.example.org", "give an address such as"),
        ("GATEWAY_TRUSTED_PROXIES", "many", "GATEWAY_TRUSTED_PROXIES"),
    ],
)
def test_a_wrong_setting_stops_the_boot_and_is_not_shown(
    build: Callable[..., House], name: str, value: str, words: str
) -> None:
    house = build()
    house.environment[name] = value
    ended = boot(house)
    assert ended.returncode != 0
    assert words in ended.stderr
    assert "secret" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_store_without_tables_stops_the_boot_and_names_the_command(tmp_path: Path) -> None:
    ended = boot(House(tmp_path))
    assert ended.returncode != 0
    assert "run `flask migrate`" in ended.stderr


@pytest.mark.parametrize("command", [["keys", "new"], ["forms", "schema"], ["forms", "check"], ["--help"]])
def test_these_commands_need_no_setting_but_what_the_files_name(tmp_path: Path, command: list[str]) -> None:
    house = House(tmp_path)
    house.environment = {name: value for name, value in house.environment.items() if not name.startswith("GATEWAY_")}
    assert house.flask(*command).returncode == 0


def test_a_new_key_stands_alone_on_the_last_line(tmp_path: Path) -> None:
    key = House(tmp_path).flask("keys", "new").stdout
    assert key.count("\n") == 1
    house = House(tmp_path / "other", GATEWAY_KEYS=key.strip())
    assert house.flask("migrate").returncode == 0


@pytest.mark.parametrize(
    ("old", "new", "place", "remedy"),
    [
        ("    title: {en: About you", "    titel: {en: About you", "pages[0]", "did you mean 'title'"),
        (LAST, LAST.replace("surname", "first_name"), "pages[0]", "first_name"),
        (LAST, LAST.replace("surname", "token"), "pages[0]", "token"),
        ('show_when: {has_cared_for: "Y"}', 'show_when: {has_care: "Y"}', "pages[3].show_when", "has_care"),
        ("source: 1, project: 7}", "source: 1, project: seven}", "charitylog.project", "number"),
        ("delivery: staged, source: 1", "delivery: staged, origin: 1", "charitylog.origin", "unknown key"),
        ("{org_type_id: 9, role: 1}", "{role: 1}", "people[0].charitylog.org_type_id", "add it"),
        ("{org_type_id: 9, role: 1}", "{org_type_id: 9}", "people[0].charitylog.role", "source"),
        ("to_main: 8, from_main: 5", "to_main: 8", "people[1].charitylog.from_main", "both"),
        ("      - name: description\n", "      - name: story\n", "pages", "description"),
        (LAST, LAST.replace("surname", "family"), "people[0]", "surname"),
        (FIRST, FIRST.replace("first_name", "given"), "people[0]", "first_name"),
    ],
)  # fmt: skip
def test_a_wrong_definition_is_refused_by_file_place_and_remedy(
    tmp_path: Path, old: str, new: str, place: str, remedy: str
) -> None:
    house = House(tmp_path)
    break_form(house, old, new)
    checked = house.flask("forms", "check", str(house.organisations), check=False)
    assert checked.returncode == 1
    lines = [line for line in checked.stderr.splitlines() if "forms/support.yaml" in line]
    assert any(place in line and remedy in line for line in lines), checked.stderr


def test_what_is_not_translated_is_noted_and_nothing_to_correct(tmp_path: Path) -> None:
    house = House(tmp_path)
    profile = house.organisations / "riverside" / "organisation.yaml"
    profile.write_text(profile.read_text().replace("[en, cy]", "[en, cy, pl]"))
    form = house.organisations / "riverside" / "forms" / "contact-me.yaml"
    form.write_text(form.read_text().replace("cy: Ffoniwch fi", "pl: Zadzwoń do mnie"))
    checked = house.flask("forms", "check", str(house.organisations))
    assert "riverside: 4 forms, all good." in checked.stdout
    notes = [line.partition(": note: ")[2] for line in checked.stdout.splitlines() if ": note: " in line]
    assert "languages: the gateway's own sentences are not in 'pl' yet. People read them in English." in notes
    assert "pages[0].fields[2].choices[0].label: has no text in 'cy': people read it in 'en'." in notes
    assert "title: has no text in 'pl': people read it in 'en'." in notes
    assert not any("are not in 'cy'" in note for note in notes)


def test_a_missing_variable_is_named_with_its_file_and_place(tmp_path: Path) -> None:
    house = House(tmp_path)
    del house.environment["CHARITYLOG_ORG"]
    checked = house.flask("forms", "check", str(house.organisations), check=False)
    assert "riverside/organisation.yaml: charitylog.org" in checked.stderr
    assert "CHARITYLOG_ORG" in checked.stderr
    assert "sandbox-source" not in checked.stderr


def test_a_wrong_definition_closes_its_organisation_alone(build: Callable[..., House]) -> None:
    house = build()
    neighbour = house.organisations / "hillside"
    (house.organisations / "riverside").rename(neighbour)
    house.flask("migrate")
    for file in [path for path in neighbour.rglob("*") if path.is_file()]:
        target = house.organisations / "riverside" / file.relative_to(neighbour)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    break_form(house, "    title: {en: About you", "    titel: {en: About you")
    house.start("sandbox", "web", "worker")
    closed = Visitor(house.base).open("/riverside/contact-me")
    assert closed.response.status_code == 503
    assert "Please call us instead" in closed.text
    assert "01632 960123" in closed.text
    open_one = Visitor(house.base).open("/hillside/contact-me").submit(CONTACT)
    wait_for(lambda: house.staged(open_one.reference), "the neighbour's referral")
    ready = Visitor(house.base).open("/readyz")
    assert ready.response.status_code == 503
    assert "organisation riverside is closed" in ready.text


def test_a_file_with_settings_is_enough_for_web_and_commands(build: Callable[..., House], tmp_path: Path) -> None:
    house = build()
    own = {name: value for name, value in house.environment.items() if name.startswith(("GATEWAY_", "CHARITYLOG_"))}
    home = clone(tmp_path / "clone")
    (home / ".env").write_text("".join(f"{name}={value}\n" for name, value in own.items()))
    for name in own:
        del house.environment[name]
    house.root = home
    house.start("web")
    assert Visitor(house.base).open("/riverside/contact-me").response.status_code == 200
    assert "all good" in house.flask("forms", "check").stdout


def test_readyz_says_in_words_that_no_worker_lives(build: Callable[..., House]) -> None:
    house = build().start("web")
    ready = Visitor(house.base).open("/readyz")
    assert ready.response.status_code == 503
    assert "no sign of life" in ready.text
    house.start("sandbox", "worker")
    wait_for(lambda: Visitor(house.base).open("/readyz").response.status_code == 200, "readiness")


def test_worker_once_ends_when_nothing_is_due(build: Callable[..., House]) -> None:
    house = build().start("sandbox", "web")
    reference = Visitor(house.base).open("/riverside/contact-me").submit(CONTACT).reference
    house.flask("worker", "--once")
    assert house.state(reference) == "delivered"


def test_a_token_of_one_organisation_opens_no_form_of_another(build: Callable[..., House]) -> None:
    house = build()
    shutil.copytree(house.organisations / "riverside", house.organisations / "hillside")
    for file in (house.organisations / "hillside" / "forms").glob("*.yaml"):
        file.write_text(file.read_text().replace("project: 7", "project: 1"))
    house.start("web")
    other = Visitor(house.base).open("/riverside/contact-me")
    token = dict(other.page.form.fields)["token"]
    visitor = Visitor(house.base).open("/hillside/contact-me").submit({**CONTACT, "token": token})
    assert visitor.response.status_code == 422
    assert "This form has changed since you opened it" in visitor.text
    assert house.referrals() == []
