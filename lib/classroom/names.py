"""People's names: shown as they are written, in every script, and compared with patience."""

import hashlib
import re
import unicodedata

# Control characters and halves of characters; and what turns the text that follows.
HIDES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """
    Text without what would hide or turn what follows it: that becomes the replacement character.

    All else that writing needs stays: joiners, marks of direction, wide and narrow blanks.
    """
    return HIDES.sub("\N{REPLACEMENT CHARACTER}", text)


def written(data: bytes) -> str:
    """A name as bytes: what is no UTF-8 is taken for Windows' Western European."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    return unicodedata.normalize("NFC", re.sub("[\n\t\u2028\u2029]", " ", visible(text)))


def same(name: str) -> str:
    """What two ways to write one name share: case, blanks and invisible characters do not count."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return " ".join("".join(c for c in text if unicodedata.category(c) != "Cf").split())


def folder_name(name: str, taken=()) -> str:
    """A name for a folder on any system; where it had to be changed, it ends in a short digest."""
    plain = re.sub(r"[^\w@+ .-]", "_", name).strip(" .")[:80]
    reserved = re.fullmatch(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", plain, re.IGNORECASE)
    if plain == name and plain and not reserved and plain.casefold() not in taken:
        return plain
    return f"{plain or 'student'}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def in_order(name: str) -> str:
    """ "Jane Doe" of "Doe, Jane", and any other name as it is."""
    family, comma, given = name.partition(",")
    if not comma or "," in given or not given.strip() or not family.strip():
        return " ".join(name.split())
    return " ".join(f"{given} {family}".split())


def keys(name: str) -> set[str]:
    """What a name may be compared by: its letters, from whichever of its words they start."""
    words = same(re.sub(r" \(\w+\)$", "", name)).replace(",", " ").split()
    turned = (words[i:] + words[:i] for i in range(len(words)))
    return {re.sub(r"[\W_]", "", "".join(some)) for some in turned} - {""}
