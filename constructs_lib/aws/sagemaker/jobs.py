"""The events SageMaker sends when a job ends, kind by kind.

Source: SageMaker developer guide, "Events that Amazon SageMaker AI sends to Amazon EventBridge". It may send more than
one event for one change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from constructs_lib.aws.environment import Environment
from constructs_lib.references import within_expressions

JobKind = Literal["training", "processing", "transform", "tuning", "pipeline"]

TIME_LIMITS = ("MaxRuntimeExceeded", "MaxWaitTimeExceeded")
"""A training job's SecondaryStatus when it was stopped because its time was up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEvents:
    """How one kind of job reports its end.

    Attributes:
        words: The kind as a sentence begins with it.
        detail_type: The event's `detail-type`.
        name: Field of the event's detail that holds the job's name (of a pipeline: its ARN).
        status: Field that holds the status.
        succeeded: The status of a success.
        reason: Field that holds the reason of a failure, where the event has one.
        secondary: Field that tells a time limit from a stop by hand, where the event has one.
        console: The job's page in SageMaker's console; `<job>` is its name.
        missing: What there is not after a failure, in a sentence.
        first_step: What to do first when it failed.
    """

    words: str
    detail_type: str
    name: str
    status: str
    succeeded: str = "Completed"
    reason: str | None = "FailureReason"
    secondary: str | None = None
    console: str
    missing: str
    first_step: str

    def name_pattern(self, prefix: str, environment: Environment) -> list[Any]:
        """Matches jobs whose name begins with `prefix`."""
        if self.name != "pipelineArn":
            return [{"prefix": prefix}]
        # SageMaker has written ARNs of pipelines in lower case, whatever their names.
        spellings = dict.fromkeys([prefix, within_expressions(prefix, outside=str.lower)])
        return [{"prefix": environment.arn("sagemaker", f"pipeline/{spelling}")} for spelling in spellings]

    def failed(self, stopped: Literal["timeout", "any", "none"]) -> dict[str, Any]:
        """Matches jobs that failed, and those that were stopped, as far as wanted."""
        if stopped == "any":
            return {self.status: ["Failed", "Stopped"]}
        if stopped == "timeout" and self.secondary is not None:
            timed_out = {self.status: ["Stopped"], self.secondary: list(TIME_LIMITS)}
            return {"$or": [{self.status: ["Failed"]}, timed_out]}
        return {self.status: ["Failed"]}


_LOGS = "read the end of the job's log; the console page links to it"

KINDS: Mapping[JobKind, JobEvents] = MappingProxyType(
    {
        "training": JobEvents(
            words="Training job",
            detail_type="SageMaker Training Job State Change",
            name="TrainingJobName",
            status="TrainingJobStatus",
            secondary="SecondaryStatus",
            console="jobs/<job>",
            missing="No new model comes out of it.",
            first_step=_LOGS,
        ),
        "processing": JobEvents(
            words="Processing job",
            detail_type="SageMaker Processing Job State Change",
            name="ProcessingJobName",
            status="ProcessingJobStatus",
            console="processing-jobs/<job>",
            missing="What it prepares or measures is missing.",
            first_step=_LOGS,
        ),
        "transform": JobEvents(
            words="Batch transform job",
            detail_type="SageMaker Transform Job State Change",
            name="TransformJobName",
            status="TransformJobStatus",
            console="transform-jobs/<job>",
            missing="Its predictions are missing.",
            first_step=_LOGS,
        ),
        "tuning": JobEvents(
            words="Hyperparameter tuning job",
            detail_type="SageMaker HyperParameter Tuning Job State Change",
            name="HyperParameterTuningJobName",
            status="HyperParameterTuningJobStatus",
            console="hyper-tuning-jobs/<job>",
            missing="The search for better parameters ended early.",
            first_step="open the tuning job and read the log of the training job that failed first",
        ),
        "pipeline": JobEvents(
            words="Pipeline",
            detail_type="SageMaker Model Building Pipeline Execution Status Change",
            name="pipelineArn",
            status="currentPipelineExecutionStatus",
            succeeded="Succeeded",
            reason=None,  # only its steps have one
            console="pipelines",
            missing="What its last steps make is missing.",
            first_step="open the execution in SageMaker Studio and read the log of the step that failed",
        ),
    }
)
