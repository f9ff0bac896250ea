"""What can go wrong with products, categories and stock."""

from __future__ import annotations

from videocall.core.errors import DomainError, Kind


class ProductNotFound(DomainError):
    """There is no such product, or none for this person: the answer does not tell which."""

    code = "products.not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such product"


class ProductNotForSale(DomainError):
    """The product is archived."""

    code = "products.not_for_sale"
    kind = Kind.CONFLICT
    title = "The product is not for sale any more"
    detail = "Take it out of the cart."


class SkuTaken(DomainError):
    """Another product has this stock keeping unit."""

    code = "products.sku_taken"
    kind = Kind.CONFLICT
    title = "Another product has this SKU"
    detail = "Choose another, or leave it out: then one is made from the name."


class ProductChanged(DomainError):
    """The version in If-Match is not the one in the database."""

    code = "products.changed"
    kind = Kind.PRECONDITION_FAILED
    title = "Somebody else changed the product"
    detail = "Load it again and repeat your change."


class CategoryNotFound(DomainError):
    """There is no such category."""

    code = "products.category_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such category"


class CategoryInUse(DomainError):
    """Products or other categories are in it."""

    code = "products.category_in_use"
    kind = Kind.CONFLICT
    title = "The category is in use"
    detail = "Move its products and the categories below it first."


class StockBelowZero(DomainError):
    """Fewer pieces would be on hand than are reserved, or than nothing."""

    code = "products.stock_below_zero"
    kind = Kind.CONFLICT
    title = "There are not so many pieces"
    detail = "Pieces on hand can't be fewer than those that are reserved."


class StockUnlimited(DomainError):
    """Nobody counts the pieces of this product."""

    code = "products.stock_unlimited"
    kind = Kind.CONFLICT
    title = "The stock of this product has no limit"
    detail = "Give the product a stock first."


class OutOfStock(DomainError):
    """Not enough pieces; the fields say of what, by its place among the lines."""

    code = "products.out_of_stock"
    kind = Kind.CONFLICT
    title = "Not enough pieces left"
    detail = "Take fewer, or come back later."


class ReservationNotFound(DomainError):
    """Nothing was ever reserved under this key."""

    code = "products.reservation_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such reservation"


class ReservationTaken(DomainError):
    """The pieces were sold: they come back as a return only."""

    code = "products.reservation_taken"
    kind = Kind.CONFLICT
    title = "The reserved pieces were sold"


class ReturnTooLarge(DomainError):
    """More pieces would come back than were taken."""

    code = "products.return_too_large"
    kind = Kind.CONFLICT
    title = "More pieces would come back than were sold"
