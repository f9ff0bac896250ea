"""Tests of the rules of the products domain."""
