"""What a question costs, where the price of the model is known."""

import re

USD_PER_MILLION = {
    "gpt-4o": (2.50, 10.00),
    "gpt-6-luna": (0.10, 0.50),
    "gpt-6.1-terra": (1.00, 5.00),
}
"""US dollars for a million tokens in and out, list prices of November 2026 without any discount for caching."""


def cost_usd(model: str, input_tokens: int, output_tokens: int) -> float | None:
    """Return the cost of an exchange; None where the price is not known. A dated snapshot costs what its model does."""
    price = USD_PER_MILLION.get(re.sub(r"-\d{4}-\d{2}-\d{2}$", "", model))
    return None if price is None else (input_tokens * price[0] + output_tokens * price[1]) / 1e6
