"""How many there are of something, as people write it in figures."""


def how_many(amount: int, one: str, many: str = "") -> str:
    """`1 claim`, `2 claims`, `10,000 claims`; `many` is the plural where it is more than an s."""
    return f"{amount:,} {one if amount == 1 else many or f'{one}s'}"
