"""Ways through the example forms, with people who are obviously invented."""

from tests.end_to_end.visitor import Visitor

CONTACT = {
    "first_name": "Alba", "surname": "Testperson", "reach": "phone", "telephone": "01632 960001",
    "description": "I would like to talk", "contact_agreed": "Y",
}  # fmt: skip


def fill_in_support(visitor: Visitor, *, description: str = "Please call me", others: int = 0) -> Visitor:
    """Fill in "Ask for support" up to the check page."""
    visitor.open("/riverside/support")
    visitor.submit({
        "first_name": "Alba", "surname": "Testperson",
        "date_of_birth-day": "1", "date_of_birth-month": "2", "date_of_birth-year": "1960",
    })  # fmt: skip
    visitor.submit({"telephone": "01632 960001", "safe_contact": ["phone", "text"]})
    visitor.submit({"has_cared_for": "Y", "has_others": "Y" if others else "N"})
    visitor.submit({"cared_for-0-first_name": "Bruno", "cared_for-0-surname": "Testperson"})
    for number in range(others):
        visitor.submit({f"other-{number}-first_name": f"Other{'ABC'[number]}", f"other-{number}-surname": "Testperson"})
        visitor.submit(press="add" if number + 1 < others else "continue")
    visitor.submit({"description": description})
    visitor.submit({})
    return visitor.submit({"contact_agreed": "Y"})
