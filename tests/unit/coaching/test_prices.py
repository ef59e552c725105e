"""A cost is told where the price is known, and not guessed where it is not."""

import pytest

from run_tracker.coaching.prices import cost_usd


@pytest.mark.parametrize(
    ("model", "cost"),
    [("gpt-4o", 12.50), ("gpt-4o-2024-11-20", 12.50), ("gpt-6-luna", 0.60), ("gpt-6.1-terra", 6.00)],
)
def test_a_million_tokens_each_way_cost_the_sum_of_both_prices(model, cost):
    assert cost_usd(model, 1_000_000, 1_000_000) == pytest.approx(cost)


@pytest.mark.parametrize("model", ["", "gpt-4o-mini", "llama3", "gpt-6", "xgpt-4o"])
def test_a_model_of_unknown_price_costs_nobody_knows_what(model):
    assert cost_usd(model, 1, 1) is None


def test_no_tokens_cost_nothing():
    assert cost_usd("gpt-4o", 0, 0) == 0
