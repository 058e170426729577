"""Tests of the load test's parts: pure, but for those that make media."""
