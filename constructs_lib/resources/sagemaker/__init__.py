"""Building blocks of SageMaker: models and endpoints, monitoring jobs and their schedules."""
