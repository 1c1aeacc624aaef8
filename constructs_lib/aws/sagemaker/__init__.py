"""What SageMaker emits and takes: bias metrics, job events, schedules, instance types, images. Pure facts."""
