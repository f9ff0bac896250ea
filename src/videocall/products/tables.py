"""Tables of the products domain."""

from __future__ import annotations

from sqlalchemy import MetaData

metadata = MetaData()
