"""Starts LocalStack as `python -m localstack.runtime.main` does, with one correction.

LocalStack's EC2 (moto) calls two kinds of resources otherwise in DescribeTags than EC2 does. The modules of amazon.aws
ask by EC2's names, so that each run would tag NAT gateways and addresses anew. The embedded AWS corrects the same, in
tests/emulator/services/ec2/tags.py.
"""

import runpy

from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE

EC2_PREFIX_TO_RESOURCE.update({"nat": "natgateway", "eipalloc": "elastic-ip"})
runpy.run_module("localstack.runtime.main", run_name="__main__")
