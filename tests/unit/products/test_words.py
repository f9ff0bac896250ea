"""Search words: what finds a product, whatever its case and accents."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from videocall.core.words import MAX_WORD, query_terms, words
from videocall.products.model.products import CategoryId, ProductStatus, sku_errors
from videocall.products.model.skus import generated_sku
from videocall.products.model.words import (
    MAX_NAME_KEY,
    category_term,
    listed,
    name_key,
    product_terms,
)

NAMES = st.text(max_size=120)


@given(NAMES)
def test_a_product_is_found_by_its_own_name(name: str) -> None:
    assert set(query_terms(name)) <= product_terms(name, "", "")


@given(st.text(st.characters(categories=["L", "N"], codec="utf-8"), min_size=2, max_size=30))
def test_a_word_is_found_by_its_beginnings(word: str) -> None:
    found = product_terms(word, "", "")
    for whole in words(word):
        assert {whole[:end] for end in range(2, len(whole) + 1)} <= found


@given(NAMES)
def test_terms_fit_their_column_and_are_no_categories(name: str) -> None:
    for term in product_terms(name, name, name):
        assert 0 < len(term) <= MAX_WORD
        assert term[0] not in "#~"
    assert len(name_key(name)) <= MAX_NAME_KEY


@given(NAMES)
def test_case_and_accents_do_not_matter(name: str) -> None:
    assert set(words(name.casefold())) == set(words(name))


def test_words_are_folded() -> None:
    assert list(words("Crème BRÛLÉE, ½ Ménage_à-trois")) == [
        "creme", "brulee", "1", "2", "menage", "a", "trois",
    ]  # fmt: skip
    assert name_key("  Élan   vital ") == "elan vital"


def test_descriptions_are_found_by_whole_words() -> None:
    found = product_terms("Piano", "", "beginners welcome")
    assert {"pi", "pia", "pian", "piano", "beginners", "welcome"} == found


def test_the_longest_words_of_a_query_come_first() -> None:
    assert query_terms("a piano in the rain") == ("piano", "rain", "the", "in", "a")
    assert len(query_terms(" ".join(str(number) for number in range(30)))) == 6
    assert query_terms("?! --") == ()


def test_the_archive_has_terms_of_its_own() -> None:
    term = category_term(CategoryId("x"))
    assert listed([term, "mat"], ProductStatus.ACTIVE) == ("#x", "mat")
    assert listed([term, "mat"], ProductStatus.ARCHIVED) == ("~#x", "~mat")


@given(NAMES)
def test_generated_skus_keep_the_rules_of_skus(name: str) -> None:
    sku = generated_sku(name, "0199c1de-0000-7000-8000-00000004f09a")
    assert sku_errors(sku) == []
    assert sku.endswith("-04F09A")


def test_generated_skus_say_the_name() -> None:
    unique = "0199c1de-0000-7000-8000-00000004f09a"
    assert generated_sku("Yoga mat (blue)", unique) == "YOGA-MAT-BLUE-04F09A"
    assert generated_sku("数学", unique) == "P-04F09A"
