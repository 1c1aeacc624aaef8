"""What Terraform's JSON says about monitoring: a configuration, a plan or a state, read without Terraform or CDKTF."""
