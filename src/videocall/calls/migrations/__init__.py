"""The history of the calls domain's tables."""
