"""Choosing files in a browser: sent at once, with a bar; a lost connection costs nothing but choosing once more."""

import re
import threading
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page, Request, Route, expect

from tests.end_to_end.browser.desk import Desk
from tests.end_to_end.browser.elsewhere import Elsewhere
from tests.end_to_end.browser.walking import go_on, reference, see
from tests.end_to_end.house import PATIENCE, House
from tests.end_to_end.papers import PDF, saved, to_the_letter
from tests.end_to_end.visitor import Visitor

CHOOSE = "input[type=file]"
HELP = "**/help"
Throttled = tuple[Page, list[Request], CDPSession]


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A letter on the visitor's disk."""
    path = tmp_path / "a letter.pdf"
    path.write_bytes(PDF)
    return path


def letter_page(desk: Desk, *, width: int = 1280, javascript: bool = True) -> Page:
    """Open the page that asks for a letter, with something typed on it."""
    page = desk.open(to_the_letter(Visitor(desk.base)).response.url, width=width, javascript=javascript)
    page.get_by_label("How are things").fill("typed before")
    return page


def added(page: Page, name: str) -> None:
    """Wait until a file stands on the list."""
    expect(page.get_by_role("button", name=re.compile(rf"Remove\s*: {re.escape(name)}"))).to_be_visible()


def send(page: Page) -> str:
    """Go on to the receipt."""
    go_on(page)
    see(page, "A few questions that you can skip")
    go_on(page)
    page.get_by_label("I would like Riverside Carers").check()
    go_on(page)
    see(page, "Check your answers")
    go_on(page, "Send")
    return reference(page)


@pytest.fixture
def throttled(desk: Desk, paper: Path) -> Throttled:
    """A page from which a file is on its way, slowly; with the requests that it made, and the line that it has."""
    page = letter_page(desk)
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 300_000},
    )
    page.locator(CHOOSE).set_input_files(paper)
    expect(page.locator("progress")).to_be_visible()
    return page, sent, line


@pytest.mark.parametrize("width", [320, 1280])
def test_a_chosen_file_is_added_at_once_and_the_page_stays(desk: Desk, house: House, paper: Path, width: int) -> None:
    page = letter_page(desk, width=width)
    page.evaluate("window.still = true")

    page.locator(CHOOSE).set_input_files(paper)
    added(page, "a letter.pdf")

    assert page.evaluate("window.still")
    expect(page.get_by_role("status").filter(has_text="“a letter.pdf” was added")).to_have_count(1)
    expect(page.get_by_label("How are things")).to_have_value("typed before")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sent = send(page)
    assert saved(house, sent)[1] == {"1 a letter.pdf": PDF}


def test_several_files_are_added_one_after_the_other(desk: Desk, tmp_path: Path) -> None:
    papers = [tmp_path / f"{number}.pdf" for number in range(3)]
    for number, path in enumerate(papers):
        path.write_bytes(PDF + bytes([number]))
    page = letter_page(desk)

    page.locator(CHOOSE).set_input_files(papers)

    for path in papers:
        added(page, path.name)
    expect(page.locator(CHOOSE)).to_have_count(0)
    expect(page.get_by_text("You have added as many files as you can")).to_be_visible()


def test_a_file_is_dropped_on_the_page(desk: Desk) -> None:
    page = letter_page(desk)
    data = page.evaluate_handle(
        "() => { const data = new DataTransfer();"
        " data.items.add(new File(['%PDF-1.4 dropped'], 'dropped.pdf')); return data; }"
    )

    page.dispatch_event(".pick", "drop", {"dataTransfer": data})

    added(page, "dropped.pdf")


def test_a_file_that_is_too_large_is_not_even_sent(desk: Desk, tmp_path: Path) -> None:
    large = tmp_path / "large.pdf"
    large.write_bytes(PDF + bytes(10 * 1024 * 1024))
    page = letter_page(desk)
    page.on("request", lambda request: pytest.fail(f"sent {request.url}"))

    page.locator(CHOOSE).set_input_files(large)

    expect(page.get_by_role("alert")).to_have_text(
        "“large.pdf” was not added, because it is larger than 10 MB. Choose a smaller file."
    )


def test_what_is_wrong_with_a_file_stands_beside_the_question(desk: Desk, paper: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.jpg"
    wrong.write_bytes(PDF)
    page = letter_page(desk)
    page.locator(CHOOSE).set_input_files(paper)
    added(page, "a letter.pdf")

    page.locator(CHOOSE).set_input_files(wrong)

    expect(page.get_by_role("alert")).to_contain_text("not really a JPG file. Choose another file.")
    expect(page.locator(CHOOSE)).to_have_attribute("aria-describedby", re.compile("error"))
    added(page, "a letter.pdf")
    page.locator(CHOOSE).set_input_files({"name": "better.pdf", "mimeType": "application/pdf", "buffer": PDF + b"2"})
    added(page, "better.pdf")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_lost_connection_is_taken_up_by_choosing_the_file_once_more(desk: Desk, house: House, paper: Path) -> None:
    page = letter_page(desk)
    page.route(HELP, lambda route: route.abort("connectionreset"))
    page.locator(CHOOSE).set_input_files(paper)
    expect(page.get_by_role("alert")).to_have_text(
        "The connection was lost. Choose the file again. Everything else on this page is still here."
    )
    expect(page.get_by_label("How are things")).to_have_value("typed before")
    desk.troubles.clear()  # the browser says so too

    page.unroute(HELP)
    page.locator(CHOOSE).set_input_files(paper)

    added(page, "a letter.pdf")
    expect(page.locator(".error")).to_have_count(0)
    assert list(saved(house, send(page))[1]) == ["1 a letter.pdf"]


def test_a_line_that_is_cut_in_mid_upload_leaves_nothing_and_loses_nothing(
    throttled: Throttled, house: House, desk: Desk, paper: Path
) -> None:
    page, _, line = throttled
    condition = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", {"offline": True, **condition})
    expect(page.get_by_role("alert")).to_contain_text("The connection was lost")
    line.send("Network.emulateNetworkConditions", {"offline": False, **condition})
    desk.troubles.clear()

    page.locator(CHOOSE).set_input_files(paper)

    added(page, "a letter.pdf")
    expect(page.get_by_label("How are things")).to_have_value("typed before")
    assert list(saved(house, send(page))[1]) == ["1 a letter.pdf"]


def test_files_are_added_in_a_frame_on_another_site(
    desk: Desk, elsewhere: Elsewhere, house: House, paper: Path
) -> None:
    address = to_the_letter(Visitor(desk.base)).response.url.replace("/riverside", "/embed/riverside", 1)
    page = desk.open(elsewhere.framing(address))
    frame = page.frame_locator("iframe")

    frame.locator(CHOOSE).set_input_files(paper)

    expect(frame.get_by_role("button", name=re.compile(r"Remove\s*: a letter.pdf"))).to_be_visible()
    frame.get_by_label("How are things").fill("in a frame")
    frame.get_by_role("button", name="Continue", exact=True).click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("A few questions that you can skip")


def test_files_stay_when_the_language_is_switched(desk: Desk, paper: Path) -> None:
    page = letter_page(desk)
    page.locator(CHOOSE).set_input_files(paper)
    added(page, "a letter.pdf")

    page.get_by_role("button", name="Cymraeg").click()

    expect(page.locator("html")).to_have_attribute("lang", "cy")
    expect(page.locator(".files")).to_contain_text("a letter.pdf")
    expect(page.locator("textarea[name=description]")).to_have_value("typed before")


def test_cancel_stops_an_upload(throttled: Throttled) -> None:
    page, *_ = throttled

    page.get_by_role("button", name="Cancel").click()

    expect(page.locator("progress")).to_have_count(0)
    expect(page.locator(".error")).to_have_count(0)
    expect(page.locator(CHOOSE)).to_have_count(1)


def test_continue_waits_for_what_is_on_its_way(throttled: Throttled, house: House) -> None:
    page, sent, _ = throttled

    go_on(page)

    see(page, "A few questions that you can skip")
    assert len(sent) == 2
    page.go_back()
    added(page, "a letter.pdf")


def test_leaving_in_mid_upload_asks_but_the_quick_way_out_does_not(throttled: Throttled) -> None:
    page, *_ = throttled
    asked = threading.Event()
    page.on("dialog", lambda dialog: (asked.set(), dialog.dismiss()))
    page.get_by_label("How are things").click()  # browsers ask only those who did something here
    page.evaluate("setTimeout(() => location.assign('/riverside/'))")
    page.wait_for_event("dialog", timeout=PATIENCE * 1000) if not asked.is_set() else None
    expect(page.locator("progress")).to_be_visible()
    asked.clear()

    page.get_by_role("link", name="Leave this page").click()

    see(page, "Weather")
    assert not asked.is_set()


def test_without_javascript_the_button_adds_and_removes(desk: Desk, house: House, paper: Path) -> None:
    page = letter_page(desk, javascript=False)
    page.locator(CHOOSE).set_input_files(paper)
    page.get_by_role("button", name=re.compile("^Add")).click()
    added(page, "a letter.pdf")
    expect(page.get_by_label("How are things")).to_have_value("typed before")

    page.get_by_role("button", name=re.compile("Remove")).click()

    expect(page.get_by_role("button", name=re.compile("Remove"))).to_have_count(0)
    expect(page.get_by_label("How are things")).to_have_value("typed before")
    page.locator(CHOOSE).set_input_files(paper)
    assert saved(house, send(page))[1] == {"1 a letter.pdf": PDF}


@pytest.mark.parametrize("javascript", [True, False])
def test_enter_goes_on_and_removes_nothing(desk: Desk, paper: Path, javascript: bool) -> None:
    page = letter_page(desk, javascript=javascript)
    address = page.url
    page.locator(CHOOSE).set_input_files(paper)
    if not javascript:
        page.get_by_role("button", name=re.compile("^Add")).click()
    added(page, "a letter.pdf")

    page.get_by_label("There is no rush").check()
    page.get_by_label("There is no rush").press("Enter")

    see(page, "A few questions that you can skip")
    page.goto(address)
    added(page, "a letter.pdf")


def test_a_held_answer_shows_that_the_file_is_being_checked(desk: Desk, paper: Path) -> None:
    page = letter_page(desk)
    held: list[Route] = []
    page.route(HELP, lambda route: held.append(route))
    with page.expect_request(HELP):
        page.locator(CHOOSE).set_input_files(paper)
    expect(page.locator("progress")).to_be_visible()
    held[0].continue_()
    page.unroute(HELP)
    added(page, "a letter.pdf")
