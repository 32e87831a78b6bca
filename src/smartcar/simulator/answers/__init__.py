"""What the simulated API answers, endpoint by endpoint; ``every`` has all of it."""
