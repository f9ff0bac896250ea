"""Rules of the house that import-linter and ruff cannot say, each as a test."""
