#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: lambda_function
version_added: "1.0.0"
short_description: Manage a Lambda function from sources on the controller
description:
  - Creates, changes and deletes a Lambda function (CreateFunction, UpdateFunctionConfiguration, UpdateFunctionCode,
    DeleteFunction) with its tags.
  - Unlike M(amazon.aws.lambda) it makes the zip file itself, the same bytes for the same sources; it waits for a new
    role to be seen by Lambda and for the function to become active; it shows a diff, and it publishes no version with
    each change.
  - An option that is not set leaves that property of an existing function alone.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: Whether the function exists.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: The function's name.
    type: str
    required: true
  sources:
    description:
      - The files and folders that make up the code; files by their names, folders by what is in them. A single zip
        file is taken as it is. Required for a new function.
    type: list
    elements: path
  role:
    description: The ARN of the role that the function runs with. Required for a new function.
    type: str
  runtime:
    description: The runtime. Required for a new function.
    type: str
  handler:
    description: The module and function that Lambda calls. Required for a new function.
    type: str
  description:
    description: A description.
    type: str
  timeout:
    description: Seconds after which a call is ended. AWS's default is 3.
    type: int
  memory_size:
    description: Memory in MiB. AWS's default is 128.
    type: int
  environment:
    description: All environment variables of the function.
    type: dict
  vpc_subnet_ids:
    description: The subnets in which the function runs. An empty list takes it out of its VPC.
    type: list
    elements: str
  vpc_security_group_ids:
    description: Its security groups there.
    type: list
    elements: str
  wait:
    description: Whether to wait until the function can be called.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait for that, and for Lambda to take a change.
    type: int
    default: 300
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Make the function of a lifecycle hook
  portkey.gateway.lambda_function:
    name: portkey-dev-lifecycle-hook
    sources:
      - files/lifecycle_hook.py
    role: arn:aws:iam::123456789012:role/portkey-dev-lifecycle-hook
    runtime: python3.13
    handler: lifecycle_hook.handler
    timeout: 30
    tags:
      Project: portkey

- name: Wait until it can be called
  portkey.gateway.lambda_function:
    name: portkey-dev-lifecycle-hook
"""

RETURN = r"""
function:
  description: The function, with the API's fields. Null when it is absent.
  returned: success
  type: dict
  contains:
    function_name:
      description: Its name.
      type: str
      returned: always
      sample: portkey-dev-lifecycle-hook
    function_arn:
      description: Its ARN. V((known after apply)) when check mode foresees a new function.
      type: str
      returned: always
      sample: arn:aws:lambda:us-east-1:123456789012:function:portkey-dev-lifecycle-hook
    state:
      description: Its state, such as V(Active).
      type: str
      returned: when it exists
      sample: Active
    code_sha256:
      description: The digest of its code.
      type: str
      returned: always
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {Project: portkey}
"""

from ansible_collections.portkey.gateway.plugins.module_utils._lambda import function
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        function.ensure,
        argument_spec=dict(
            state=dict(type="str", choices=["present", "absent"], default="present"),
            name=dict(type="str", required=True),
            sources=dict(type="list", elements="path"),
            **{name: dict(type="str") for name in ("role", "runtime", "handler", "description")},
            **{name: dict(type="int") for name in ("timeout", "memory_size")},
            environment=dict(type="dict"),
            **{name: dict(type="list", elements="str") for name in ("vpc_subnet_ids", "vpc_security_group_ids")},
            wait=dict(type="bool", default=True),
            wait_timeout=dict(type="int", default=300),
            tags=dict(type="dict", aliases=["resource_tags"]),
            purge_tags=dict(type="bool", default=True),
        ),
        required_together=[["vpc_subnet_ids", "vpc_security_group_ids"]],
    )


if __name__ == "__main__":
    main()
