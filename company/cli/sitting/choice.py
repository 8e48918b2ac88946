"""Which company works, with which model, by what the person said of it."""

from pathlib import Path

from company.company import Company, company_for
from company.models.default import default_model
from company.models.recorded_run import settled
from company.run_options import RunRequest


def chosen_company(request: RunRequest, products: Path) -> Company:
    """The company that is asked for; without a name, one that suits the model and the work.

    Recorded runs that are to answer are looked for in `products`. Raises ConfigurationError where
    there is no such company or no model at all, and RunNotFound where there is no such recorded run.
    """
    model = settled(request.model, products) or (None if request.company else default_model())
    existing = request.source is not None
    return Company.load(
        request.company or company_for(model or "", existing=existing),
        model=model,
        role_models={role: settled(id_, products) for role, id_ in request.role_models.items()},
        chain=request.chain or None,
    )
