"""Benchmarks on PostgreSQL: ratios of two things measured in one run, turn by turn."""
