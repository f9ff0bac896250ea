"""The HTTP edge that every domain shares: problems, request ids, limits, paging, the page."""
