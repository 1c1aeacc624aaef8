"""Where data monitors publish. AWS's documents disagree, with each other and with its SDK.

Sources: SageMaker Python SDK, model_monitor/dashboards (the namespaces here); SageMaker developer guide, "CloudWatch
Metrics" of data quality (`data-metric`, a slash in front) and "Support for Your Own Containers" (`Endpoint`).
"""

ENDPOINT_NAMESPACE = "aws/sagemaker/Endpoints/data-metrics"
BATCH_NAMESPACE = "aws/sagemaker/ModelMonitoring/data-metrics"

SPELLINGS = ("aws/sagemaker/*data-metric*", "/aws/sagemaker/*data-metric*")
"""All of them, for a role: a wrong one here would keep the job from publishing."""
