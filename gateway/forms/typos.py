"""Slips of the finger in the domain of an email address: what was probably meant. It is asked, never forced.

Pure. A domain that exists is never doubted, however near it is to a better known one.
"""

# The domains that people in the United Kingdom mean, the most common first.
COMMON = (
    "gmail.com", "hotmail.com", "hotmail.co.uk", "outlook.com", "yahoo.co.uk", "yahoo.com", "icloud.com",
    "btinternet.com", "sky.com", "live.co.uk", "live.com", "aol.com", "nhs.net", "talktalk.net", "virginmedia.com",
    "googlemail.com", "msn.com", "ntlworld.com", "blueyonder.co.uk", "tiscali.co.uk", "protonmail.com",
    "btopenworld.com",
)  # fmt: skip
# Real ones that stand near those above.
OTHERS = (
    "mail.com", "email.com", "ymail.com", "fmail.com", "gmx.com", "gmx.co.uk", "me.com", "mac.com", "mail.co.uk",
    "hotmail.be", "hotmail.ca", "hotmail.de", "hotmail.es", "hotmail.fr", "hotmail.it", "hotmail.nl", "hotmail.se",
    "outlook.be", "outlook.de", "outlook.dk", "outlook.es", "outlook.fr", "outlook.ie", "outlook.in", "outlook.it",
    "outlook.pt", "yahoo.ca", "yahoo.co.id", "yahoo.co.in", "yahoo.co.jp", "yahoo.co.nz", "yahoo.co.za", "yahoo.de",
    "yahoo.es", "yahoo.fr", "yahoo.gr", "yahoo.ie", "yahoo.in", "yahoo.it", "yahoo.pl", "yahoo.ro", "yahoo.se",
    "live.be", "live.ca", "live.cn", "live.dk", "live.de", "live.fr", "live.ie", "live.in", "live.it", "live.nl",
    "live.no", "live.se", "live.co.za", "aol.co.uk", "aol.de", "aol.fr", "aim.com", "nhs.uk", "bt.com", "ee.co.uk",
    "talk21.com", "talktalk.co.uk", "virgin.net", "virginmedia.co.uk", "proton.me", "pm.me", "tiscali.it",
)  # fmt: skip
_KNOWN = frozenset(COMMON + OTHERS)
# Up to this length a single slip is all that can be forgiven: too much else is near.
_SHORT = 8
_MOST_SLIPS = 2


def meant(address: str) -> str:
    """Give the address that was probably meant; "" where there is no doubt, or nothing near."""
    local, _, domain = address.strip().rpartition("@")
    domain = domain.lower()
    if not local or domain in _KNOWN:
        return ""
    near = [(slips(domain, known), place, known) for place, known in enumerate(COMMON) if _may_be(domain, known)]
    count, _, best = min(near, default=(_MOST_SLIPS + 1, 0, ""))
    forgiven = count <= 1 or (count <= _MOST_SLIPS and len(best) > _SHORT and best[0] == domain[0])
    return f"{local}@{best}" if forgiven else ""


def slips(typed: str, known: str) -> int:
    """Count the letters that are wrong, missing or too many; two that have changed places are one slip."""
    before: list[int] = []
    last = list(range(len(known) + 1))
    for row, letter in enumerate(typed, start=1):
        now = [row]
        for column, other in enumerate(known, start=1):
            count = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == known[column - 2] and typed[row - 2] == other:
                count = min(count, before[column - 2] + 1)
            now.append(count)
        before, last = last, now
    return last[-1]


def _may_be(domain: str, known: str) -> bool:
    return abs(len(domain) - len(known)) <= _MOST_SLIPS
