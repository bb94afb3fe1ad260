#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
module: preflight
version_added: 1.0.0
short_description: Checks the whole configuration and the AWS account, and derives the stack
description:
  - Checks every C(portkey_) variable of the host against the specification in the role C(portkey.gateway.preflight),
    the rules between them, and the AWS account, and reports all faults in one failure.
  - It only reads, so it does the same in check mode.
  - An action of the same name reads the variables on the controller and fills in the options below, which are the
    questions to the account. Playbooks call it without them. A question that is not asked is not checked.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  scope:
    description:
      - How much is checked. V(stack) is everything, as to deploy.
      - V(names) is only what the names follow from, and who asks in which region, as to stop or to remove a stack. Then
        RV(stack) has only C(config), C(id), C(account_id), C(partition), C(region), C(dns_suffix), C(names), C(tags).
      - V(permissions) is the whole configuration, but of the account only who asks, as to tell which permissions it
        takes. Then RV(stack) has C(secrets), C(lifecycle_hook), C(codedeploy) and C(services) as well.
    type: str
    choices: [stack, names, permissions]
    default: stack
  purpose:
    description:
      - For what the caller's permissions are checked (IAM SimulatePrincipalPolicy). Unset, they are not.
      - Where the caller may not ask that, a warning says that they are not checked.
    type: str
    choices: [read, deploy, create, uninstall]
  permissions:
    description:
      - The statements that the caller must be allowed, as the action writes them; C({account}) stands for the account.
    type: list
    elements: dict
  zones:
    description:
      - How many availability zones are needed (EC2 DescribeAvailabilityZones).
    type: int
  instance_type:
    description:
      - The instance type that the region must offer (EC2 DescribeInstanceTypes and DescribeInstanceTypeOfferings), and
        from whose architecture the image follows (SSM GetParameter).
    type: str
  vpc:
    description:
      - A VPC that exists already (EC2 DescribeVpcs and DescribeSubnets).
    type: dict
    suboptions:
      id:
        description: Its id.
        type: str
        required: true
      public_subnet_ids:
        description: Its public subnets.
        type: list
        elements: str
        default: []
      private_subnet_ids:
        description: Its private subnets.
        type: list
        elements: str
        default: []
      two_zones_for:
        description: Which of the two lists an application load balancer uses, and thus must lie in two zones.
        type: str
        choices: [public, private]
      endpoint_zones:
        description: >-
          In how many zones the private subnets must lie for an endpoint of PrivateLink, whose name then needs the VPC's
          attributes for DNS (EC2 DescribeVpcAttribute).
        type: int
      cache_in_two_zones:
        description: Whether replicas of a cache must be in another zone than it, and so the private subnets in two.
        type: bool
        default: false
  network:
    description:
      - The VPC that an earlier run may have made, and its subnets (EC2 DescribeVpcs and DescribeSubnets).
    type: dict
    suboptions:
      name:
        description: Its name.
        type: str
        required: true
      cidr:
        description: The CIDR that it must have.
        type: str
        required: true
      project:
        description: The project.
        type: str
        required: true
      environment:
        description: The environment.
        type: str
        required: true
  cluster:
    description:
      - A cluster that exists already (ECS DescribeClusters).
    type: dict
    suboptions:
      name:
        description: Its name.
        type: str
        required: true
      capacity_providers:
        description: The capacity providers that it must have.
        type: list
        elements: str
        required: true
      variable:
        description: The variable that names them.
        type: str
        required: true
      needs_insights:
        description: Whether it must have Container Insights.
        type: bool
        default: false
  certificate_arn:
    description:
      - A certificate that must be issued (ACM DescribeCertificate).
    type: str
  access_logs:
    description:
      - A bucket whose policy must let a load balancer write its access logs (S3 HeadBucket and GetBucketPolicy).
    type: dict
    suboptions:
      bucket:
        description: Its name.
        type: str
        required: true
      prefix:
        description: The prefix of the logs.
        type: str
        default: ""
      lb_type:
        description: The type of the load balancer.
        type: str
        choices: [network, application]
        required: true
  buckets:
    description:
      - Buckets that should exist (S3 HeadBucket). One that does not gives a warning.
    type: dict
    suboptions:
      names:
        description: Their names.
        type: list
        elements: str
        required: true
      region:
        description: Their region.
        type: str
        required: true
  own_buckets:
    description:
      - Buckets that the stack makes (S3 HeadBucket, GetBucketTagging, ListObjectVersions). One that exists must have
        the stack's tags, or none and be empty.
    type: dict
    suboptions:
      buckets:
        description: The buckets.
        type: list
        elements: dict
        required: true
        suboptions:
          name:
            description: Its name.
            type: str
            required: true
          region:
            description: Where it is to be.
            type: str
            required: true
          variable:
            description: The variable that names it, for the message.
            type: str
            required: true
      tags:
        description: The tags that make it the stack's.
        type: dict
        required: true
  edge:
    description:
      - The hosted zones of the stack's names (Route 53 ListHostedZonesByName, GetHostedZone, ListResourceRecordSets).
        They must exist, hold the names, and have no records at them that the stack has not made. That of a certificate
        must be public.
    type: dict
    suboptions:
      hosts:
        description: The names.
        type: list
        elements: dict
        required: true
        suboptions:
          host:
            description: The name.
            type: str
            required: true
          variable:
            description: The variable that holds it, for the message.
            type: str
            required: true
      owner:
        description: The record that lists which others are the stack's, without the zone's name.
        type: str
        required: true
      load_balancer:
        description: The name of the load balancer, to which records may lead already.
        type: str
        required: true
      records_zone:
        description: The zone of the names, by name or id.
        type: str
      certificate_zone:
        description: The zone in which the certificate is proven, by name or id.
        type: str
      certificate_zone_variable:
        description: The variable that holds it, for the message.
        type: str
  given_secrets:
    description:
      - Secrets that must exist (Secrets Manager DescribeSecret). Their values are not read.
    type: list
    elements: dict
    suboptions:
      variable:
        description: The variable that names the secret, for the message.
        type: str
        required: true
      arn:
        description: The ARN.
        type: str
        required: true
  own_secrets:
    description:
      - Secrets of the stack that an earlier run may have made (Secrets Manager DescribeSecret).
    type: list
    elements: dict
    suboptions:
      name:
        description: The name.
        type: str
        required: true
      is_made:
        description: Whether this run makes it, or writes it anew.
        type: bool
        default: false
  observability:
    description:
      - What watches the stack (CloudWatch DescribeAlarms, ListTagsForResource and GetDashboard; where there are
        alarms, SNS GetTopicAttributes and EventBridge DescribeRule as well). A topic that is given must exist. Alarms
        and a dashboard that have the stack's names and are not its own are faults.
    type: dict
    suboptions:
      alarms:
        description: The names that the stack's alarms may have, by what they are for.
        type: dict
        required: true
      wanted:
        description: The names of those that are wanted.
        type: list
        elements: str
        default: []
      topic:
        description: What the stack's topic is called.
        type: str
        required: true
      rule:
        description: What its rule is called.
        type: str
        required: true
      dashboard:
        description: What its dashboard is called.
        type: str
        required: true
      wants_dashboard:
        description: Whether there is to be one.
        type: bool
        default: false
      tags:
        description: The tags that make an alarm the stack's.
        type: dict
        required: true
      given_topic:
        description: The ARN of a topic that exists.
        type: str
      needs_publishing:
        description: Whether EventBridge is to publish there.
        type: bool
        default: false
      for_rollback:
        description: The names of the alarms that may end a deployment. One that rings already gives a warning.
        type: list
        elements: str
        default: []
      by_codedeploy:
        description: Whether CodeDeploy deploys the gateway.
        type: bool
        default: false
  elasticache:
    description:
      - The cache that the stack makes as it may be there already (ElastiCache DescribeReplicationGroups,
        DescribeCacheClusters, ListTagsForResource), or may have been left (DescribeCacheSubnetGroups).
    type: dict
    suboptions:
      subnet_group:
        description: The name of its subnet group.
        type: str
        required: true
      replication_group:
        description: The name of its replication group.
        type: str
        required: true
      tags:
        description: The tags that make it the stack's.
        type: dict
        required: true
      wanted:
        description: What it is to be; unset, none is wanted. What AWS cannot make of the one that is there is a fault.
        type: dict
        suboptions:
          engine:
            description: What it runs.
            type: str
            required: true
          engine_version:
            description: The least version.
            type: str
            required: true
          cluster_mode:
            description: Whether it is a cluster.
            type: str
            required: true
  live:
    description:
      - The stack as it may be live already (ECS DescribeClusters, DescribeServices and DescribeTaskDefinition, ELBv2
        DescribeLoadBalancers and DescribeTags). Names that another owner has, and changes that are forbidden after the
        first deployment, are faults.
    type: dict
    suboptions:
      project:
        description: The project.
        type: str
        required: true
      environment:
        description: The environment.
        type: str
        required: true
      cluster:
        description: The cluster's name.
        type: str
        required: true
      own_cluster:
        description: Whether the cluster is the stack's.
        type: bool
        default: true
      service:
        description: The name of the gateway's service.
        type: str
        required: true
      load_balancer:
        description: The load balancer's name.
        type: str
        required: true
      server_mode:
        description: The server mode that is wanted.
        type: str
        choices: [gateway, mcp, all]
        required: true
      lb_type:
        description: The load balancer's type that is wanted.
        type: str
        choices: [network, application]
        required: true
      create_lb:
        description: Whether a load balancer is wanted.
        type: bool
        default: false
      insights:
        description: >-
          What the cluster is told about Container Insights. Unset, it is looked whether an earlier run has told it
          anything, and then what the account has for new clusters (ECS ListAccountSettings).
        type: str
      codedeploy_role:
        description: >-
          The name of the role with which CodeDeploy would deploy the gateway. As long as there is one, not everything
          of CodeDeploy is removed (IAM GetRole).
        type: str
      instance_role:
        description: >-
          The name of the role of instances, where the stack is to have none. As long as there is one, not all of them
          are removed (IAM GetRole).
        type: str
  image_cache:
    description:
      - The cache of images that the stack may have. As long as there is its rule, not all of it is removed
        (ECR DescribePullThroughCacheRules, DescribeRepositories and ListTagsForResource).
    type: dict
    suboptions:
      prefix:
        description: The prefix of its rule.
        type: str
        required: true
      secret:
        description: The name of the secret by which the rule is known as the stack's.
        type: str
        required: true
      repositories:
        description: The repositories that are wanted. None where the stack is to have no cache.
        type: list
        elements: str
        required: true
      tags:
        description: By which repositories are known as the stack's.
        type: dict
        required: true
  control_plane:
    description:
      - The ways to and from the control plane as they may be there already (EC2 DescribeSecurityGroups,
        DescribeVpcEndpointServiceConfigurations and DescribeVpcEndpoints).
    type: dict
    suboptions:
      project:
        description: The project.
        type: str
        required: true
      environment:
        description: The environment.
        type: str
        required: true
      endpoint:
        description: The name of the endpoint.
        type: str
        required: true
      endpoint_security_group:
        description: The name of its security group.
        type: str
        required: true
      endpoint_service:
        description: The name of the endpoint service.
        type: str
        required: true
      load_balancer_security_group:
        description: The name of the security group of the load balancer in front of an application load balancer.
        type: str
        required: true
      is_outbound:
        description: Whether an endpoint is wanted.
        type: bool
        default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Check the configuration and the account
  portkey.gateway.preflight:
  register: preflight_checked

- name: Show where the public subnets will lie
  ansible.builtin.debug:
    var: preflight_checked.stack.network.public_cidrs
"""

RETURN = r"""
faults:
  description: All that is wrong; empty when nothing is.
  returned: always
  type: list
  elements: dict
  contains:
    variable:
      description:
        - The variable, with the path inside it, such as C(portkey_gateway_config.cpu); or C(AWS credentials) or
          C(AWS account).
      type: str
      returned: always
    value:
      description: Its value, unless it is or may be a secret.
      type: raw
      returned: always
    rule:
      description: What it breaks.
      type: str
      returned: always
    fix:
      description: What to do.
      type: str
      returned: always
stack:
  description: The stack that follows from the configuration and the account.
  returned: when there are no faults
  type: dict
  contains:
    config:
      description: Every variable without its prefix, merged over the defaults; never a secret value.
      type: dict
      returned: always
    id:
      description: Project and environment.
      type: str
      returned: always
      sample: portkey-gateway-dev
    account_id:
      description: The account.
      type: str
      returned: always
    partition:
      description: The partition.
      type: str
      returned: always
      sample: aws
    region:
      description: The region.
      type: str
      returned: always
    dns_suffix:
      description: The partition's DNS suffix.
      type: str
      returned: always
      sample: amazonaws.com
    availability_zones:
      description: The zones of the subnets, in the order of the subnets of a new VPC.
      type: list
      elements: str
      returned: always
    architecture:
      description: C(arm64) or C(x86_64), or null when the cluster exists already.
      type: str
      returned: always
    ami_parameter:
      description: The SSM parameter with the id of the instances' image, or null when the cluster exists already.
      type: str
      returned: always
    ami_id:
      description: What that parameter holds now, or null when it could not be read.
      type: str
      returned: always
    names:
      description: The names of everything that the stack owns; see the filter P(portkey.gateway.resource_names#filter).
      type: dict
      returned: always
    tags:
      description: The tags of everything that the stack owns.
      type: dict
      returned: always
    network:
      description:
        - The VPC's CIDR, and those of the stack's own subnets, of which an existing VPC has none.
        - Subnets of a stack that is live stay where they are, also when the number of zones changes.
      type: dict
      returned: always
      contains:
        vpc_cidr:
          description: The CIDR of the VPC.
          type: str
          returned: always
        public_cidrs:
          description: The CIDRs of the public subnets, one per zone.
          type: list
          elements: str
          returned: always
        private_cidrs:
          description: The CIDRs of the private subnets, one per zone.
          type: list
          elements: str
          returned: always
        surplus_zones:
          description:
            - The zones in which the stack still has subnets from when it had more zones, with C(number), C(subnets),
              C(elastic_ip) and C(private_route_table).
          type: list
          elements: dict
          returned: always
    secrets:
      description:
        - The stack's own secrets, C(docker_credentials), C(client_auth) and C(image_cache). Each has C(name),
          C(managed) (this run makes or writes it) and C(arn) (of the secret that exists already, or that the user
          gave; else null).
      type: dict
      returned: always
    live:
      description:
        - C(server_mode), C(lb_type) and C(controller) of the stack as it is live; null where nothing is.
        - C(codedeploy) says whether there is anything of CodeDeploy, and C(instances) whether there are instances that
          should not be.
        - C(capacity_providers) are those of the stack's cluster, and C(elasticache) whether there is a cache of AWS or
          anything left of one.
        - C(image_cache) says whether there is a cache of images.
      type: dict
      returned: always
    capacity:
      description:
        - What the tasks run on, in the shape of the parameters of the role C(ecs_cluster); and in C(has_leftovers)
          whether there is capacity that goes when the services have moved.
      type: dict
      returned: always
    observability:
      description:
        - What watches the stack, in the shape of the parameters of the role C(observability), with C(surplus), which an
          earlier run has made, or null, and C(container_insights) for the role C(ecs_cluster).
      type: dict
      returned: always
    control_plane:
      description:
        - How the gateway and the control plane reach one another, in the shape of the parameters of the role
          C(control_plane); C(leftovers) says what an earlier run has made that is to go.
      type: dict
      returned: always
    image_cache:
      description:
        - The cache of images, in the shape of the parameters of the role C(image_cache), or null.
      type: dict
      returned: always
    load_balancer:
      description:
        - What the load balancer consists of, in the shape of the parameters of the role C(load_balancer). Without one
          its C(state) is C(absent).
      type: dict
      returned: always
    elasticache:
      description:
        - The parameters of the role C(elasticache) without their prefix; null where the stack makes no cache of AWS.
      type: dict
      returned: always
    deploy_image:
      description: The gateway's image that the playbook deploy brings about.
      type: str
      returned: always
    services:
      description:
        - The services in the order in which they are started, C(redis) and C(data-service) if there are such, then
          C(gateway).
      type: list
      elements: dict
      returned: always
      contains:
        name:
          description: The component.
          type: str
          returned: always
        capacity_provider_strategy:
          description: The option of the same name of P(portkey.gateway.ecs_service#module).
          type: list
          elements: dict
          returned: always
        cached_repository_arn:
          description: The repository of the cache that the image is pulled from, or null.
          type: str
          returned: always
        runtime_platform:
          description: The option of the same name of P(portkey.gateway.ecs_task_definition#module), or null.
          type: dict
          returned: always
        names:
          description: Its names (service, family, container, log_group, security_group, execution_role, task_role).
          type: dict
          returned: always
        image:
          description: The image with its tag.
          type: str
          returned: always
        pull_secret:
          description: The ARN, or the placeholder, of the secret for pulling the image; null when it is public.
          type: str
          returned: always
        cpu:
          description: CPU units.
          type: int
          returned: always
        memory:
          description: Memory in MiB.
          type: int
          returned: always
        desired_count:
          description: The number of tasks; with autoscaling the first one.
          type: int
          returned: always
        desired_count_policy:
          description: C(always), or C(create) with autoscaling, when the number is the scaler's afterwards.
          type: str
          returned: always
        ports:
          description: The ports, each with C(name), C(container_port) and C(app_protocol) (null or C(http)).
          type: list
          elements: dict
          returned: always
        health_check:
          description: C(command), C(interval), C(timeout), C(retries) and C(start_period), in seconds.
          type: dict
          returned: always
        environment:
          description: The environment of the container.
          type: dict
          returned: always
        secrets:
          description: The ARN or placeholder of the secret of each variable.
          type: dict
          returned: always
        log:
          description: C(group), C(region), C(stream_prefix) and C(retention_days).
          type: dict
          returned: always
        service_connect:
          description: The C(services) of P(portkey.gateway.ecs_service#module)'s Service Connect configuration.
          type: list
          elements: dict
          returned: always
        ingress:
          description: Who may reach it. C(source) is a component or C(load_balancer), C(port) the port.
          type: list
          elements: dict
          returned: always
        task_policy_statements:
          description: IAM statements of the task role.
          type: list
          elements: dict
          returned: always
        task_role_policy_arns:
          description: Further policies of the task role, by label.
          type: dict
          returned: always
        enable_execute_command:
          description: Whether C(ecs execute-command) is allowed.
          type: bool
          returned: always
        autoscaling:
          description:
            - Null, or min_capacity, max_capacity, target_cpu_utilization, target_memory_utilization, scale_in_cooldown
              and scale_out_cooldown.
          type: dict
          returned: always
        strategy:
          description: C(rolling), C(blue_green), C(canary) or C(linear).
          type: str
          returned: always
        deployment_configuration:
          description: The option of the same name of P(portkey.gateway.ecs_service#module).
          type: dict
          returned: always
        has_load_balancer:
          description: Whether it stands behind the load balancer.
          type: bool
          returned: always
        health_check_grace_period_seconds:
          description: The grace period, or null without a load balancer.
          type: int
          returned: always
"""

from ansible_collections.portkey.gateway.plugins.module_utils._preflight.examine import examine
from ansible_collections.portkey.gateway.plugins.module_utils.module import run

TEXT = {"type": "str", "required": True}
TEXTS = {"type": "list", "elements": "str"}
LB_TYPE = {"type": "str", "required": True, "choices": ["network", "application"]}

ARGUMENTS = {
    "scope": {"type": "str", "choices": ["stack", "names", "permissions"], "default": "stack"},
    "purpose": {"type": "str", "choices": ["read", "deploy", "create", "uninstall"]},
    "permissions": {"type": "list", "elements": "dict"},
    "zones": {"type": "int"},
    "instance_type": {"type": "str"},
    "vpc": {
        "type": "dict",
        "options": {
            "id": TEXT,
            "public_subnet_ids": {**TEXTS, "default": []},
            "private_subnet_ids": {**TEXTS, "default": []},
            "two_zones_for": {"type": "str", "choices": ["public", "private"]},
            "endpoint_zones": {"type": "int"},
            "cache_in_two_zones": {"type": "bool", "default": False},
        },
    },
    "network": {"type": "dict", "options": {"name": TEXT, "cidr": TEXT, "project": TEXT, "environment": TEXT}},
    "cluster": {
        "type": "dict",
        "options": {
            "name": TEXT,
            "capacity_providers": {**TEXTS, "required": True},
            "variable": TEXT,
            "needs_insights": {"type": "bool", "default": False},
        },
    },
    "certificate_arn": {"type": "str"},
    "access_logs": {
        "type": "dict",
        "options": {"bucket": TEXT, "prefix": {"type": "str", "default": ""}, "lb_type": LB_TYPE},
    },
    "buckets": {"type": "dict", "options": {"names": {**TEXTS, "required": True}, "region": TEXT}},
    "edge": {
        "type": "dict",
        "options": {
            "hosts": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": {"host": TEXT, "variable": TEXT},
            },
            "owner": TEXT,
            "load_balancer": TEXT,
            "records_zone": {"type": "str"},
            "certificate_zone": {"type": "str"},
            "certificate_zone_variable": {"type": "str"},
        },
    },
    "own_buckets": {
        "type": "dict",
        "options": {
            "buckets": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": {"name": TEXT, "region": TEXT, "variable": TEXT},
            },
            "tags": {"type": "dict", "required": True},
        },
    },
    # ARNs and names of secrets, which are no secrets themselves.
    "given_secrets": {
        "type": "list",
        "elements": "dict",
        "no_log": False,
        "options": {"variable": TEXT, "arn": TEXT},
    },
    "own_secrets": {
        "type": "list",
        "elements": "dict",
        "no_log": False,
        "options": {"name": TEXT, "is_made": {"type": "bool", "default": False}},
    },
    "observability": {
        "type": "dict",
        "options": {
            "alarms": {"type": "dict", "required": True},
            "wanted": {**TEXTS, "default": []},
            "topic": TEXT,
            "rule": TEXT,
            "dashboard": TEXT,
            "wants_dashboard": {"type": "bool", "default": False},
            "tags": {"type": "dict", "required": True},
            "given_topic": {"type": "str"},
            "needs_publishing": {"type": "bool", "default": False},
            "for_rollback": {**TEXTS, "default": []},
            "by_codedeploy": {"type": "bool", "default": False},
        },
    },
    "elasticache": {
        "type": "dict",
        "options": {
            "subnet_group": TEXT,
            "replication_group": TEXT,
            "tags": {"type": "dict", "required": True},
            "wanted": {
                "type": "dict",
                "options": {"engine": TEXT, "engine_version": TEXT, "cluster_mode": TEXT},
            },
        },
    },
    "live": {
        "type": "dict",
        "options": {
            "project": TEXT,
            "environment": TEXT,
            "cluster": TEXT,
            "own_cluster": {"type": "bool", "default": True},
            "service": TEXT,
            "load_balancer": TEXT,
            "server_mode": {"type": "str", "required": True, "choices": ["gateway", "mcp", "all"]},
            "lb_type": LB_TYPE,
            "create_lb": {"type": "bool", "default": False},
            "insights": {"type": "str"},
            "codedeploy_role": {"type": "str"},
            "instance_role": {"type": "str"},
        },
    },
    "image_cache": {
        "type": "dict",
        "options": {
            "prefix": TEXT,
            # Its name only.
            "secret": {**TEXT, "no_log": False},
            "repositories": {"type": "list", "elements": "str", "required": True},
            "tags": {"type": "dict", "required": True},
        },
    },
    "control_plane": {
        "type": "dict",
        "options": {
            "project": TEXT,
            "environment": TEXT,
            "endpoint": TEXT,
            "endpoint_security_group": TEXT,
            "endpoint_service": TEXT,
            "load_balancer_security_group": TEXT,
            "is_outbound": {"type": "bool", "default": False},
        },
    },
}


def main() -> None:
    run(examine, argument_spec=ARGUMENTS)


if __name__ == "__main__":
    main()
