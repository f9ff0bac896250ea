"""A large catalogue on PostgreSQL, filled by the database itself."""

from __future__ import annotations

from sqlalchemy import text

from tests.factories.bulk import filling

ROOT = "0199c1de-0000-7000-8000-00000000c001"
LEAF = "0199c1de-0000-7000-8000-00000000c002"
HOSTS = 50

_ADJECTIVES = "'{blue,green,small,large,quiet,early,late,round,plain,bright}'::text[]"
_NOUNS = "'{lesson,mat,course,piano,guitar,yoga,maths,chess,cooking,coaching}'::text[]"

_CATEGORIES = f"""
INSERT INTO product_categories (id, name, parent_id, position)
VALUES ('{ROOT}', 'All', NULL, 1), ('{LEAF}', 'Some', '{ROOT}', 1)
"""  # noqa: S608 - constants

_PRODUCTS = f"""
INSERT INTO products (id, name, name_key, description, kind, sku, price_minor, currency,
    category_id, tax_class, minutes, status, host_id, stock_on_hand, stock_reserved, was_sold,
    created_at, updated_at, version)
SELECT '0199c1de-' || lpad(to_hex(n / 65536), 4, '0') || '-7' || lpad(to_hex(n % 4096), 3, '0')
        || '-8000-' || lpad(to_hex(n), 12, '0'),
    initcap(adjective || ' ' || noun) || ' ' || n, adjective || ' ' || noun || ' ' || n,
    repeat('A sentence about it. ', 10),
    (ARRAY['goods', 'session', 'session', 'minutes'])[1 + n % 4], 'SKU-' || n,
    (n::bigint * 7919) % 1000000, CASE WHEN n % 20 = 0 THEN 'EUR' ELSE 'USD' END,
    CASE WHEN n % 3 = 0 THEN '{LEAF}' WHEN n % 3 = 1 THEN '{ROOT}' END,
    'standard', CASE WHEN n % 4 = 3 THEN 60 END,
    CASE WHEN n % 50 = 0 THEN 'archived' ELSE 'active' END,
    '0199c1de-0000-7000-8000-' || lpad(to_hex(n % {HOSTS}), 12, '0'),
    CASE WHEN n % 2 = 0 THEN n % 5 END, 0, false, now(), now(), 1
FROM (SELECT n, (({_ADJECTIVES})[1 + (n * 31) % 10]) AS adjective,
        (({_NOUNS})[1 + (n / 7) % 10]) AS noun
    FROM generate_series(1, :count) n) named
"""  # noqa: S608 - constants

_TERMS = f"""
INSERT INTO product_terms (term, product_id, name_key, price_minor)
SELECT CASE WHEN status = 'active' THEN '' ELSE '~' END || term, id, name_key, price_minor
FROM (
    SELECT left(word, letters) AS term, id, name_key, price_minor, status FROM products,
        LATERAL unnest(string_to_array(name_key, ' ')) word,
        LATERAL generate_series(2, length(word)) letters
    UNION ALL
    SELECT '#' || category_id, id, name_key, price_minor, status FROM products
    WHERE category_id IS NOT NULL
    UNION ALL
    SELECT '#{ROOT}', id, name_key, price_minor, status FROM products WHERE category_id = '{LEAF}'
) found
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2
"""  # noqa: S608 - constants

_TABLES = ("products", "product_terms", "product_categories")


async def fill(url: str, count: int) -> None:
    """So many products with the terms that find them, then statistics for the planner."""
    async with filling(url, _TABLES) as connection:
        await connection.execute(text(_CATEGORIES))
        await connection.execute(text(_PRODUCTS), {"count": count})
        await connection.execute(text(_TERMS))
