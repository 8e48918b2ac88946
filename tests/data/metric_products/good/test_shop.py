from shop import total


def test_the_prices_are_added():
    assert total([1, 2]) == 3


def test_a_discount_is_taken_off():
    assert total([200], 50) == 100
