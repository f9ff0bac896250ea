"""The cache in memory: bounded in number and age, and never older than what it was made from."""

from __future__ import annotations

from videocall.core.cache import MemoryCache


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def kept(cache: MemoryCache[str], *keys: str) -> None:
    for key in keys:
        await cache.put(key, key.upper(), await cache.stamp())


async def test_the_least_recently_used_leaves_first() -> None:
    cache: MemoryCache[str] = MemoryCache(2, 60)
    await kept(cache, "a:1", "a:2")
    assert await cache.get("a:1") == "A:1"
    await kept(cache, "a:3")
    assert [await cache.get(key) for key in ("a:1", "a:2", "a:3")] == ["A:1", None, "A:3"]


async def test_what_is_too_old_leaves() -> None:
    clock = Seconds()
    cache: MemoryCache[str] = MemoryCache(2, 60, clock)
    await kept(cache, "a:1")
    clock.now = 59.9
    assert await cache.get("a:1") == "A:1"
    clock.now = 60.0
    assert await cache.get("a:1") is None


async def test_one_or_a_whole_group_is_forgotten() -> None:
    cache: MemoryCache[str] = MemoryCache(10, 60)
    await kept(cache, "one:1", "one:2", "list:1", "list:2")
    await cache.forget("one:1", "list:")
    assert [await cache.get(key) for key in ("one:1", "one:2", "list:1", "list:2")] == [
        None, "ONE:2", None, None,
    ]  # fmt: skip
    await kept(cache, "list:1")
    assert await cache.get("list:1") == "LIST:1"
    await cache.clear()
    assert await cache.get("list:1") is None
    assert await cache.get("one:2") is None


async def test_what_was_made_before_a_change_is_not_kept_after_it() -> None:
    cache: MemoryCache[str] = MemoryCache(10, 60)
    stamp = await cache.stamp()
    await cache.forget("other:")
    await cache.put("one:1", "old", stamp)
    assert await cache.get("one:1") is None
    stamp = await cache.stamp()
    await cache.clear()
    await cache.put("one:1", "old", stamp)
    assert await cache.get("one:1") is None


async def test_a_cache_without_room_keeps_nothing() -> None:
    cache: MemoryCache[str] = MemoryCache(0, 60)
    await kept(cache, "one:1")
    assert await cache.get("one:1") is None
