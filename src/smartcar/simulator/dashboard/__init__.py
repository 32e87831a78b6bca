"""The simulator's pages: what a person sees of it in a browser, and does to it.

They show the models of ``control`` and do what it does; nothing here knows a world of its own.
Every page has a twin in JSON at the same path with ``.json``.
"""
