"""Bad services, caches, secrets and environments."""

from __future__ import annotations

SECRET = "arn:aws:secretsmanager:us-west-2:123456789012:secret:mine-AbCdEf"
ELASTICACHE = {"redis_type": "aws-elastic-cache", "endpoint": "redis://cache.example.com:6379"}

# A name for the case, what the user wrote, and the variables at fault, without their prefix.
BAD = [
    # Services
    ("an image with its tag", {"gateway_image": {"image": "portkeyai/gateway:2"}}, {"gateway_image.image"}),
    ("an image in capitals", {"redis_image": {"image": "Redis"}}, {"redis_image.image"}),
    ("a tag with a colon", {"data_service_image": {"tag": "1:9"}}, {"data_service_image.tag"}),
    ("CPU units that ECS has not", {"gateway_config": {"cpu": 300}}, {"gateway_config.cpu"}),
    ("memory too small for the CPU", {"gateway_config": {"cpu": 1024}}, {"gateway_config.memory"}),
    ("memory between the steps", {"gateway_config": {"cpu": 512, "memory": 1500}}, {"gateway_config.memory"}),
    ("memory too large for the CPU", {"dataservice_config": {"memory": 4096}}, {"dataservice_config.memory"}),
    (
        "memory of a large task off its steps",
        {"gateway_config": {"cpu": 8192, "memory": 17408}},
        {"gateway_config.memory"},
    ),
    ("memory of the cache", {"redis_configuration": {"memory": 256}}, {"redis_configuration.memory"}),
    ("a negative count", {"gateway_config": {"desired_task_count": -1}}, {"gateway_config.desired_task_count"}),
    ("requests without time", {"max_request_seconds": 0}, {"max_request_seconds"}),
    ("requests for longer than targets drain", {"max_request_seconds": 3601}, {"max_request_seconds"}),
    ("port 0", {"gateway_config": {"gateway_port": 0}}, {"gateway_config.gateway_port"}),
    ("a port too high", {"dataservice_config": {"port": 65536}}, {"dataservice_config.port"}),
    ("one port for two", {"gateway_config": {"gateway_port": 8788}}, {"gateway_config.mcp_port"}),
    (
        "scaling to none",
        {"gateway_autoscaling": {"autoscaling_min_capacity": 0}},
        {"gateway_autoscaling.autoscaling_min_capacity"},
    ),
    (
        "scaling with minimum above maximum",
        {"dataservice_autoscaling": {"autoscaling_min_capacity": 5}},
        {"dataservice_autoscaling.autoscaling_max_capacity"},
    ),
    (
        "a CPU target above all",
        {"gateway_autoscaling": {"target_cpu_utilization": 101}},
        {"gateway_autoscaling.target_cpu_utilization"},
    ),
    (
        "a memory target of none",
        {"gateway_autoscaling": {"target_memory_utilization": 0}},
        {"gateway_autoscaling.target_memory_utilization"},
    ),
    (
        "a negative cooldown",
        {"gateway_autoscaling": {"scale_in_cooldown": -1}},
        {"gateway_autoscaling.scale_in_cooldown"},
    ),
    # Cache, storage, policies
    ("a cache that is none", {"redis_configuration": {"redis_type": "memcached"}}, {"redis_configuration.redis_type"}),
    (
        "ElastiCache without an endpoint",
        {"redis_configuration": {"redis_type": "aws-elastic-cache"}},
        {"redis_configuration.endpoint"},
    ),
    (
        "ElastiCache with a password in its endpoint",
        {"redis_configuration": {**ELASTICACHE, "endpoint": "redis://:word@cache.example.com:6379"}},
        {"redis_configuration.endpoint"},
    ),
    (
        "a cache mode that is none",
        {"redis_configuration": {**ELASTICACHE, "mode": "sentinel"}},
        {"redis_configuration.mode"},
    ),
    ("a container as a cluster", {"redis_configuration": {"mode": "cluster"}}, {"redis_configuration.mode"}),
    ("a container with TLS", {"redis_configuration": {"tls": True}}, {"redis_configuration.tls"}),
    (
        "placeholders for bucket and region",
        {"object_storage": {"log_store_bucket": "<BUCKET_NAME>", "bucket_region": "<AWS_REGION>"}},
        {"object_storage.log_store_bucket", "object_storage.bucket_region"},
    ),
    (
        "a bucket by its URL",
        {"object_storage": {"log_store_bucket": "s3://logs", "bucket_region": "us-west-2"}},
        {"object_storage.log_store_bucket"},
    ),
    (
        "a bucket that is an address",
        {"object_storage": {"log_store_bucket": "logs", "bucket_region": "us-west-2", "finetune_bucket": "10.0.0.1"}},
        {"object_storage.finetune_bucket"},
    ),
    (
        "a policy by its name",
        {"gateway_task_role_policy_arns": {"bedrock": "bedrock"}},
        {"gateway_task_role_policy_arns.bedrock"},
    ),
    (
        "a role for a policy",
        {"data_service_task_role_policy_arns": {"x": "arn:aws:iam::123456789012:role/x"}},
        {"data_service_task_role_policy_arns.x"},
    ),
    (
        "a policy of another partition",
        {"gateway_task_role_policy_arns": {"x": "arn:aws-cn:iam::123456789012:policy/x"}},
        {"gateway_task_role_policy_arns.x"},
    ),
    # Secrets and environment
    ("a user without a password", {"docker_password": None}, {"docker_password"}),
    ("a password without a user", {"docker_username": ""}, {"docker_username"}),
    ("client auth without organisations", {"client_auth": "key"}, {"organisations"}),
    ("organisations without client auth", {"organisations": "one,two"}, {"client_auth"}),
    ("two image secrets", {"docker_cred_secret_arn": SECRET}, {"docker_cred_secret_arn"}),
    (
        "an image secret of another region",
        {
            "docker_username": None,
            "docker_password": None,
            "docker_cred_secret_arn": SECRET.replace("us-west-2", "eu-west-1"),
        },
        {"docker_cred_secret_arn"},
    ),
    ("a secret that is no ARN", {"secrets": {"gateway": {"KEY": "hunter2"}}}, {"secrets.gateway.KEY"}),
    ("a secret that is no text", {"secrets": {"gateway": {"KEY": 7}}}, {"secrets.gateway.KEY"}),
    (
        "a secret of another region",
        {"secrets": {"gateway": {"KEY": SECRET.replace("us-west-2", "eu-west-1")}}},
        {"secrets.gateway.KEY"},
    ),
    (
        "a secret with its JSON key",
        {"secrets": {"data-service": {"KEY": f"{SECRET}:KEY::"}}},
        {"secrets.data-service.KEY"},
    ),
    ("an unknown placeholder", {"secrets": {"gateway": {"KEY": "<SomeSecretArn>"}}}, {"secrets.gateway.KEY"}),
    ("a secret under a bad name", {"secrets": {"gateway": {"MY-KEY": SECRET}}}, {"secrets.gateway.MY-KEY"}),
    ("a secret that the stack sets", {"secrets": {"gateway": {"REDIS_URL": SECRET}}}, {"secrets.gateway.REDIS_URL"}),
    (
        "a secret that is plain too",
        {"secrets": {"gateway": {"KEY": SECRET}}, "environment_variables": {"gateway": {"KEY": "x"}}},
        {"secrets.gateway.KEY"},
    ),
    (
        "a variable under a bad name",
        {"environment_variables": {"gateway": {"A=B": "x"}}},
        {"environment_variables.gateway.A=B"},
    ),
    (
        "a variable that is a dict",
        {"environment_variables": {"gateway": {"A": {"b": 1}}}},
        {"environment_variables.gateway.A"},
    ),
    (
        "a variable that is a fraction",
        {"environment_variables": {"gateway": {"A": 1.10}}},
        {"environment_variables.gateway.A"},
    ),
    ("a file that is not there", {"secrets_file_path": "none.json"}, {"secrets_file_path"}),
]


def test_bad_input_is_refused_by_its_name(refused, bad_input):
    refused(*bad_input)
