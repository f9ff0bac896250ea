"""The metadata that all tables of the domain share."""

from __future__ import annotations

from sqlalchemy import MetaData

metadata = MetaData()
