"""What the patterns that run SageMaker monitoring jobs share: options, schedule, role, messages."""
