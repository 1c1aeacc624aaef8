"""What lies behind `constructs_lib.cdk`: which fork of CDKTF it opens to, and what makes that start fast."""
