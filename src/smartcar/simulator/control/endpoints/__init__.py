"""What may be asked of the simulator itself, and told to it; ``every`` has all of it."""
