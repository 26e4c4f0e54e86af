"""Text that can travel and be stored, made of text that came from anywhere."""


def storable(text: str) -> str:
    """Return a text that UTF-8 and PostgreSQL take: no zero characters, no halves of surrogate pairs.

    For telling people and operators about what came; what is to be kept itself is refused instead of changed.
    """
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()
