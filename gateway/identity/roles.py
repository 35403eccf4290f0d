"""What somebody who is signed in may do for one organisation."""

from enum import StrEnum


class Role(StrEnum):
    """The roles. A partner is no member of staff: a person of an agency, who sees what the agency has written."""

    PARTNER = "partner"
    VIEWER = "viewer"  # lists and timelines; no answers
    OPERATOR = "operator"  # answers, and whatever brings a referral on its way
    ADMIN = "admin"  # people, agencies, tokens; erasure and export

    def covers(self, needed: "Role") -> bool:
        """Tell whether who has this role may do what another one may."""
        if Role.PARTNER in (self, needed):
            return self is needed
        return STAFF.index(self) >= STAFF.index(needed)


STAFF = (Role.VIEWER, Role.OPERATOR, Role.ADMIN)
