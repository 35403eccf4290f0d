"""How the reasons of states begin that tell a person what to do: whoever writes them and whoever reads them agree."""

OTHER_SHAPE = "answered in a shape that was not seen before"
REJECTED, TOO_LATE = "rejected", "not delivered in"
CANNOT_BE_COMPOSED = "it cannot be read or composed"
