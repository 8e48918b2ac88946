"""Which company works, with which model, by what the person said of it."""

from collections.abc import Mapping

from company.company import Company, company_for
from company.models.default import default_model


def chosen_company(
    name: str | None,
    *,
    model: str | None,
    chain: str | None,
    role_models: Mapping[str, str] | None = None,
    existing: bool = False,
) -> Company:
    """The company called `name`; without one, one that suits the model and the work.

    `existing` says that there is a program to go on from. Raises ConfigurationError where there is
    no such company, or no model at all.
    """
    if name is None and model is None:
        model = default_model()
    return Company.load(
        name or company_for(model or "", existing=existing),
        model=model,
        role_models=role_models,
        chain=chain,
    )
