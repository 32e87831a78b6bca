"""Simulated webhooks: what there is, what is noticed of cars, and what is sent of it."""
