"""OpenAPI 3.1 documents of the simulated API and of the controls, made from the declarations."""
