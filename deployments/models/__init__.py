from deployments.models.deployments import FOREVER, Deployment
from deployments.models.transitions import Transition

__all__ = ["FOREVER", "Deployment", "Transition"]
