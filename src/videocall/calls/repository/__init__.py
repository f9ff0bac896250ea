"""SQL of the calls domain."""
