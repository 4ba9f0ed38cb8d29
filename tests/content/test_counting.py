"""How many there are of something, in words that people read."""

from bot.content.counting import how_many


def test_one_is_told_from_many() -> None:
    assert [how_many(amount, "claim") for amount in (0, 1, 2, 10_000)] == [
        "0 claims",
        "1 claim",
        "2 claims",
        "10,000 claims",
    ]
    assert [how_many(amount, "delivery", "deliveries") for amount in (1, 2)] == ["1 delivery", "2 deliveries"]
