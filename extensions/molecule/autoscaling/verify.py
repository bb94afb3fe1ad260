"""The scaling as Application Auto Scaling describes it."""

RESOURCE = "service/portkey-gateway-dev-cluster/gateway"


def test_only_the_service_with_limits_scales(aws):
    (target,) = aws("application-autoscaling").describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    assert (target["ResourceId"], target["MinCapacity"], target["MaxCapacity"]) == (RESOURCE, 2, 6)


def test_cpu_and_memory_are_held_at_their_targets(aws):
    policies = aws("application-autoscaling").describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    held = {}
    for policy in policies:
        assert (policy["ResourceId"], policy["PolicyType"]) == (RESOURCE, "TargetTrackingScaling")
        tracking = policy["TargetTrackingScalingPolicyConfiguration"]
        held[tracking["PredefinedMetricSpecification"]["PredefinedMetricType"]] = tracking["TargetValue"]
        assert (tracking["ScaleInCooldown"], tracking["ScaleOutCooldown"]) == (120, 60)
    assert held == {"ECSServiceAverageCPUUtilization": 70, "ECSServiceAverageMemoryUtilization": 60}
