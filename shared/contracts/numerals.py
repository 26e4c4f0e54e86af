"""Chinese numerals (中文数字) as numbers: 三 is 3, 两百零五 is 205, 一万二千 is 12000."""

from decimal import Decimal

DIGITS = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
_PLACES = {"十": 10, "百": 100, "千": 1_000}
MULTIPLES = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}


def value_of(numeral: str) -> Decimal:
    """Return the value of a Chinese numeral, 0 or more. Raises ValueError when it is none."""
    total = section = digit = 0
    for character in numeral:
        if character in DIGITS:
            digit = DIGITS[character] if section or not digit else digit * 10 + DIGITS[character]
        elif character in _PLACES:
            section += (digit or 1) * _PLACES[character]
            digit = 0
        elif character in MULTIPLES:
            total = (total + section + digit or 1) * int(MULTIPLES[character])
            section = digit = 0
        else:
            raise ValueError(f"{numeral!r} is no Chinese numeral")
    return Decimal(total + section + digit)
