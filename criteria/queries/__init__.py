"""Reads about cycles, populations and frameworks, one module per noun."""

from criteria.queries.frameworks import framework_of, framework_rows, framework_sheets

__all__ = ["framework_of", "framework_rows", "framework_sheets"]
