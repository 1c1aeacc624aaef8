"""What IAM policies allow: a small evaluator that knows when it does not know.

Policies and requests are those of Terraform JSON, so parts of both may be references. The answer is allowed, denied or
not known; what is not known is never called wrong.
"""

from constructs_lib.aws.policy.evaluation import Answer, Decision, evaluate
from constructs_lib.aws.policy.policy import Policy
from constructs_lib.aws.policy.request import ANONYMOUS, NOT_KNOWN, Principal, Request

__all__ = ["ANONYMOUS", "NOT_KNOWN", "Answer", "Decision", "Policy", "Principal", "Request", "evaluate"]
