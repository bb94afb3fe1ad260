"""CodeDeploy for ECS: a replacement task set, and listeners whose weights move to it."""
