"""Which company works, with which model, by what the person said of it."""

from collections.abc import Mapping
from pathlib import Path

from company.company import Company, company_for
from company.models.default import default_model
from company.models.recorded_run import settled


def chosen_company(
    name: str | None,
    *,
    model: str | None,
    chain: str | None,
    products: Path,
    role_models: Mapping[str, str] | None = None,
    existing: bool = False,
) -> Company:
    """The company called `name`; without one, one that suits the model and the work.

    Recorded runs that are to answer are looked for in `products`; `existing` says that there is a
    program to go on from. Raises ConfigurationError where there is no such company or no model at
    all, and RunNotFound where there is no such recorded run.
    """
    if model is not None:
        model = settled(model, products)
    elif name is None:
        model = default_model()
    return Company.load(
        name or company_for(model or "", existing=existing),
        model=model,
        role_models={role: settled(id_, products) for role, id_ in (role_models or {}).items()},
        chain=chain,
    )
