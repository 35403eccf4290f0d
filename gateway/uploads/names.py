"""The name of a file: what of it can be trusted on any system, and its ending."""

import re
import unicodedata

LONGEST = 100

# Not allowed on Windows, or a path on some system.
_UNSAFE = re.compile(r'[<>:"/\\|?*]+')
_SPACES = re.compile(r"\s+")
# Windows takes these for devices, whatever the ending.
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def ending_of(name: str) -> str:
    """Give what stands after the last dot, in small letters; "" where there is nothing."""
    stem, dot, ending = name.strip().rpartition(".")
    return ending.lower() if dot and stem else ""


def safe_name(name: str, ending: str) -> str:
    """Make a name that no system takes for a path, a device or another kind of file; it ends in `ending`."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem = base.rpartition(".")[0] or base
    # Control characters, and marks that make a name read otherwise than it is.
    seen = "".join(" " if unicodedata.category(each) in {"Cc", "Cf", "Cs", "Co", "Cn"} else each for each in stem)
    plain = _SPACES.sub(" ", _UNSAFE.sub("-", seen)).strip(" .-")[:LONGEST].rstrip(" .-")
    if not plain or _DEVICES.fullmatch(plain):
        plain = "file"
    return f"{plain}.{ending}"
