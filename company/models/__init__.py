"""The models that speak for the roles: providers as data, and one client for all of them."""

from company.models.client import ModelClient
from company.models.completion import CompletionRequest
from company.models.faults import ContextOverflow
from company.models.model_id import capabilities, context_window, parse_model_id

__all__ = [
    "CompletionRequest",
    "ContextOverflow",
    "ModelClient",
    "capabilities",
    "context_window",
    "parse_model_id",
]
