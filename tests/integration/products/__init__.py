"""Tests of the products domain over HTTP and on databases."""
