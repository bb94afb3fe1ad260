"""EC2: what takes time, what depends on what, and what moto forgets."""
