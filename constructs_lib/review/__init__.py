"""What a plan does to monitoring, worst first: alarms deleted, disabled, loosened; receivers, encryption, data lost."""
