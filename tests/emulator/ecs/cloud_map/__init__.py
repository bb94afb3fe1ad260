"""Cloud Map (boto3: servicediscovery): namespaces, services and instances, for Service Connect and for DNS."""
