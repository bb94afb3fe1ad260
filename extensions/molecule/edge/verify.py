"""The certificate as ACM has it, and the records that prove it."""

OWNER = "_portkey-gateway.portkey-gateway-dev.us-east-1.example.com."


def records(aws):
    (zone,) = aws("route53").list_hosted_zones()["HostedZones"]
    found = aws("route53").list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    return {(one["Type"], one["Name"]): [each["Value"] for each in one["ResourceRecords"]] for one in found}


def test_one_certificate_is_issued_for_both_names(aws, tagged):
    acm = aws("acm")
    (listed,) = acm.list_certificates()["CertificateSummaryList"]
    certificate = acm.describe_certificate(CertificateArn=listed["CertificateArn"])["Certificate"]
    assert sorted(certificate["SubjectAlternativeNames"]) == ["gateway.example.com", "mcp.example.com"]
    assert certificate["Status"] == "ISSUED"
    assert tagged(acm.list_tags_for_certificate(CertificateArn=listed["CertificateArn"])["Tags"])


def test_its_records_say_whose_they_are(aws):
    found = records(aws)
    assert len([name for kind, name in found if kind == "CNAME"]) == 2
    assert '"heritage=portkey.gateway"' in found["TXT", OWNER]
    assert len(found["TXT", OWNER]) == 3
