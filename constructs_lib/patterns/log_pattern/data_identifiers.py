"""What CloudWatch Logs can find and mask in log events: its managed data identifiers.

Source: "Types of data that you can protect" in the CloudWatch Logs user guide. Most are found by themselves; some only
near a keyword, such as `ssn`.
"""

from __future__ import annotations

from constructs_lib.errors import Problem
from constructs_lib.model import nearest, shown

_ANYWHERE = {
    "Address",
    "AwsSecretKey",
    "CreditCardExpiration",
    "CreditCardNumber",
    "CreditCardSecurityCode",
    "EmailAddress",
    "IpAddress",
    "LatLong",
    "Name",
    "OpenSshPrivateKey",
    "PgpPrivateKey",
    "PkcsPrivateKey",
    "PuttyPrivateKey",
    "VehicleIdentificationNumber",
}

_BY_COUNTRY = {
    "BankAccountNumber": "DE ES FR GB IT US",
    "CepCode": "BR",
    "Cnpj": "BR",
    "CpfCode": "BR",
    "DriversLicense": ("AT AU BE BG CA CY CZ DE DK EE ES FI FR GB GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK US"),
    "DrugEnforcementAgencyNumber": "US",
    "ElectoralRollNumber": "GB",
    "HealthInsuranceCardNumber": "EU",
    "HealthInsuranceClaimNumber": "US",
    "HealthInsuranceNumber": "FR",
    "HealthcareProcedureCode": "US",
    "IndividualTaxIdentificationNumber": "US",
    "InseeCode": "FR",
    "MedicareBeneficiaryNumber": "US",
    "NationalDrugCode": "US",
    "NationalIdentificationNumber": "DE ES IT",
    "NationalInsuranceNumber": "GB",
    "NationalProviderId": "US",
    "NhsNumber": "GB",
    "NieNumber": "ES",
    "NifNumber": "ES",
    "PassportNumber": "CA DE ES FR GB IT US",
    "PermanentResidenceNumber": "CA",
    "PersonalHealthNumber": "CA",
    "PhoneNumber": "BR DE ES FR GB IT US",
    "PostalCode": "CA",
    "RgNumber": "BR",
    "SocialInsuranceNumber": "CA",
    "Ssn": "ES US",
    "TaxId": "DE ES FR GB",
    "ZipCode": "US",
}

DATA_IDENTIFIERS = frozenset(
    _ANYWHERE | {f"{name}-{country}" for name, countries in _BY_COUNTRY.items() for country in countries.split()}
)


def data_identifier(name: str) -> Problem | None:
    """One of the managed identifiers; those of a country end in its two letters."""
    if name in DATA_IDENTIFIERS:
        return None
    if name in _BY_COUNTRY:
        countries = " or ".join(f"{name}-{country}" for country in _BY_COUNTRY[name].split())
        return Problem(f"{shown(name)} differs from country to country", f"write {countries}")
    return Problem(f"{shown(name)} is nothing CloudWatch Logs can mask", nearest(name, DATA_IDENTIFIERS))


def arn(name: str, partition: str) -> str:
    """The identifier as a data protection policy names it."""
    return f"arn:{partition}:dataprotection::aws:data-identifier/{name}"
