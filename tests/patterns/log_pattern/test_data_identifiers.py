"""What CloudWatch Logs can mask."""

from __future__ import annotations

import pytest

from constructs_lib.patterns.log_pattern.data_identifiers import DATA_IDENTIFIERS, arn, data_identifier


@pytest.mark.parametrize("name", ["EmailAddress", "AwsSecretKey", "Ssn-US", "DriversLicense-GB", "IpAddress"])
def test_known_ones(name: str) -> None:
    assert data_identifier(name) is None


def test_those_of_a_country_need_it() -> None:
    violation = data_identifier("PhoneNumber")
    assert violation is not None and violation.fix.startswith("write PhoneNumber-BR or PhoneNumber-DE")


def test_the_arn_has_no_region_and_no_account() -> None:
    assert arn("Ssn-US", "aws-us-gov") == "arn:aws-us-gov:dataprotection::aws:data-identifier/Ssn-US"


def test_all_of_them_fit_into_one_policy() -> None:
    """A policy has 30,720 characters, and names each identifier twice."""
    assert 2 * sum(len(arn(name, "aws-us-gov")) + 4 for name in DATA_IDENTIFIERS) < 30_720 - 500
