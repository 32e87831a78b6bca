"""Pretend cars: where each one is and how it fares is a function of seed, commands and time.

Nothing here does I/O, reads a clock, or knows how Smartcar's API is spoken; it only uses
its words for signals and refusals.
"""
