"""The sentences that people read beside a question, and how a question is named inside them.

Every sentence says what to do. None repeats what was typed.
"""

from wtforms import Field

from gateway.languages import N_ as N_

UNREADABLE = N_("{subject} has a character that we cannot read. Delete it and type it again.")
MORE_THAN_ONE = N_("{subject} was sent more than once. Give one answer.")
TOO_LONG = N_("{subject} must be {limit} characters or fewer. You typed {count}.")
TOO_SHORT = N_("{subject} must be {limit} characters or more. You typed {count}.")

ENTER = N_("Enter {label}")
ANSWER = N_("Answer this question: {label}")
CHOOSE = N_("Choose an answer: {label}")
TICK = N_("Tick the box to show that you agree, or call us instead")
GIVE_REASON = N_("Tell us why this referral is in their interest")
NOT_IN_LIST = N_("Choose one of the answers in the list.")
ONLY_ONE = N_("Choose one answer only.")
TOO_FEW = N_("Choose {limit} or more.")
TOO_MANY = N_("Choose {limit} or fewer.")

EMAIL = N_("{subject} must be an email address, like name@example.org")
PHONE = N_("{subject} must be a phone number, like 01632 960001 or +44 7700 900123")
EXTENSION = N_("{subject} must be a phone number without an extension. Leave out the extension.")
POSTCODE = N_("{subject} must be a full UK postcode, like HR9 7US")
NHS_LENGTH = N_("{subject} must have 10 numbers, like 943 476 5919")
NHS_CHECK = N_("{subject} is not a real NHS number. Check each number and type it again.")
NUMBER = N_("{subject} must be a number, like 5")
WHOLE = N_("{subject} must be a whole number, like 5")
TOO_LOW = N_("{subject} must be {limit} or more")
TOO_HIGH = N_("{subject} must be {limit} or less")

ONE_PART_MISSING = N_("{subject} must include a {part}")
TWO_PARTS_MISSING = N_("{subject} must include a {part} and a {other}")
DAY_WRONG = N_("{subject}: the day must be a number from 1 to 31")
MONTH_WRONG = N_("{subject}: the month must be a number from 1 to 12, or its name")
YEAR_WRONG = N_("{subject}: the year must have 4 numbers, like 1990")
YEAR_RANGE = N_("{subject}: the year must be between {first} and {last}")
NOT_A_DATE = N_("{subject} must be a real date. Check the day and the month.")
NOT_PAST = N_("{subject} must be today or in the past")
NOT_FUTURE = N_("{subject} must be today or in the future")

FILE_LIMITS = N_("You can add 1 file, up to {size} MB. We take {kinds}.")
FILES_LIMITS = N_("You can add up to {count} files, each up to {size} MB. We take {kinds}.")
ONE_OR_OTHER = N_("{one} or {other}")
SCANNED = N_("Checked for viruses")
TO_BE_SCANNED = N_("We will check it for viruses before anybody opens it")
HAD_A_VIRUS = N_("It had a virus, so we deleted it. It will not be sent.")
FILE_REFUSED = N_("Choose another file: the one you added had a virus")
CHOOSE_FILE = N_("Choose a file: {label}")

YES = N_("Yes")
NO = N_("No")
REASON = N_("Why is it in their interest?")
NO_FIXED_ADDRESS = N_("No fixed address")
OUR_QUESTION = N_("Your answer to “{label}”")


def say(field: Field, sentence: str, **words: object) -> str:
    """Put a sentence into the page's language and fill in the question's name and whatever else it needs."""
    return say_of(field, field.label.text, sentence, **words)


def say_of(field: Field, label: str, sentence: str, **words: object) -> str:
    """Put a sentence into the page's language that speaks of one input of a question by its own label."""
    label = label.rstrip(" :")
    subject = field.gettext(OUR_QUESTION).format(label=label) if label.endswith("?") else label
    return field.gettext(sentence).format(subject=subject, label=label, **words)


def missing(field: Field, *, choosing: bool) -> str:
    """Say that a question must be answered, in the words that fit its label."""
    return missing_of(field, field.label.text, choosing=choosing)


def missing_of(field: Field, label: str, *, choosing: bool = False) -> str:
    """Say that one input of a question must be filled in."""
    label = label.rstrip(" :")
    if choosing or label.endswith("?"):
        return say_of(field, label, ANSWER if label.endswith("?") else CHOOSE)
    return field.gettext(ENTER).format(label=_inside_a_sentence(label))


def _inside_a_sentence(label: str) -> str:
    # "NHS number" and "I agree" keep their capital; "First name" does not.
    if label[1:2].isupper() or label.startswith(("I ", "I’", "I'")):
        return label
    return label[:1].lower() + label[1:]
