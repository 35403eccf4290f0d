"""How the reasons of states begin that tell a person what to do: whoever writes them and whoever reads them agree."""

OTHER_SHAPE = "answered in a shape that was not seen before"
REJECTED, TOO_LATE = "rejected", "not delivered in"
# What a person decided, and may find to be wrong.
SAW_IT, BY_HAND, ENDED = "a person saw that it arrived", "delivered by hand", "closed by a person"
REOPENED = "opened again by a person"
CANNOT_BE_COMPOSED = "it cannot be read or composed"
