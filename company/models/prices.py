"""What a call costs, by the public price list of `genai-prices`."""

from company.errors import ConfigurationError
from company.models.model_id import ModelId, parse_model_id
from warehouse.events import TokensUsed


def cost_of(model_id: ModelId, usage: TokensUsed) -> float | None:
    """US dollars; 0.0 on the user's own machine, None where no price is known."""
    provider = model_id.provider
    if provider.own_machine:
        return 0.0
    if provider.prices is None:
        return None
    # 190 ms to import, so only when there is something to pay.
    from genai_prices import Usage as Counted
    from genai_prices import calc_price

    counted = Counted(
        input_tokens=usage.prompt_tokens,
        cache_read_tokens=usage.cached_tokens,
        output_tokens=usage.completion_tokens,
    )
    try:
        price = calc_price(counted, model_id.model, provider_id=provider.prices)
    except (LookupError, ValueError):
        return None
    return float(price.total_price)


def is_priced(model: str) -> bool:
    """Whether it is known what a model costs."""
    return cost_of(parse_model_id(model), TokensUsed(1, 1)) is not None


def require_price(model: str) -> None:
    """Raises ConfigurationError where it is not known what a model costs."""
    if not is_priced(model):
        raise ConfigurationError(
            f"No price is known for {model}, so a budget in dollars cannot be kept. "
            "Limit the run with --max-tokens or --max-calls instead."
        )
