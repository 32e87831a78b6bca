"""A receiver under a web framework: one module for each, which loads that framework alone.

``asgi`` and ``wsgi`` need none.  The others are ``starlette`` (FastAPI too), ``flask``, ``django``,
``aiohttp`` and ``aws_lambda``.
"""
