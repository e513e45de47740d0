"""Imports discord.py once, before the tests do: it warns of the `audioop` it needs for voice."""

import warnings

with warnings.catch_warnings():
    warnings.filterwarnings(
        "ignore", message="'audioop' is deprecated", category=DeprecationWarning
    )
    import discord  # noqa: F401
