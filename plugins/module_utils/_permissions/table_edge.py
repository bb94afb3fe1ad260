# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What it takes to name a load balancer, to have a certificate for its names, and to put it behind AWS WAF.

Of these, what is switched off is removed again by whoever may uninstall.
"""

from __future__ import annotations

from .grant import CREATE, READ, UNINSTALL, grant, has_web_acl, in_route53, makes_certificate

# Whoever uninstalls looks into every zone, and may only take away.
_ONLY_DELETES = {"ForAllValues:StringEquals": {"route53:ChangeResourceRecordSetsActions": ["DELETE"]}}

GRANTS = (
    grant("route53", READ, "ListHostedZonesByName", when=in_route53),
    grant("route53", READ, "GetHostedZone ListResourceRecordSets", "edge-zone", when=in_route53),
    grant("route53", CREATE, "ChangeResourceRecordSets", "edge-zone", when=in_route53),
    grant("acm", READ, "ListCertificates", when=makes_certificate),
    grant("acm", READ, "DescribeCertificate ListTagsForCertificate", "own-certificate", when=makes_certificate),
    grant("acm", CREATE, "RequestCertificate", when=makes_certificate),
    grant(
        "acm",
        CREATE,
        "AddTagsToCertificate RemoveTagsFromCertificate DeleteCertificate",
        "own-certificate",
        when=makes_certificate,
    ),
    grant("wafv2", READ, "ListWebACLs", when=has_web_acl),
    grant("wafv2", READ, "GetWebACL ListTagsForResource ListResourcesForWebACL", "web-acl", when=has_web_acl),
    grant("wafv2", READ, "GetWebACLForResource", "web-acl", "application-balancer", when=has_web_acl),
    grant("wafv2", CREATE, "CreateWebACL UpdateWebACL TagResource UntagResource", "web-acl", when=has_web_acl),
    grant("wafv2", CREATE, "CreateWebACL UpdateWebACL", "managed-rules", when=has_web_acl),
    grant("wafv2", CREATE, "AssociateWebACL", "web-acl", "application-balancer", when=has_web_acl),
    grant("wafv2", CREATE, "DisassociateWebACL", "application-balancer", when=has_web_acl),
    # WAF asks Elastic Load Balancing with the permissions of its caller.
    grant("elasticloadbalancing", CREATE, "SetWebAcl", when=has_web_acl),
    # The audit asks about all that the account has, to find those with the stack's tags.
    grant("route53", UNINSTALL, "ListHostedZones"),
    grant("route53", UNINSTALL, "GetHostedZone ListResourceRecordSets", "hosted-zone"),
    grant("route53", UNINSTALL, "ChangeResourceRecordSets", "hosted-zone", condition=_ONLY_DELETES),
    grant("acm", UNINSTALL, "ListCertificates"),
    grant("acm", UNINSTALL, "ListTagsForCertificate DeleteCertificate", "own-certificate"),
    grant("wafv2", UNINSTALL, "ListWebACLs"),
    grant("wafv2", UNINSTALL, "GetWebACL ListTagsForResource ListResourcesForWebACL DeleteWebACL", "web-acl"),
    grant("wafv2", UNINSTALL, "DisassociateWebACL", "application-balancer"),
    grant("elasticloadbalancing", UNINSTALL, "SetWebAcl"),
)
