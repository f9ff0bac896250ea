"""The doors of the products domain; what its services need is in `work`."""

from videocall.products.interfaces.doors import (
    Catalogue,
    Categories,
    CategoryName,
    MovementView,
    NewProduct,
    ProductChange,
    ProductQuery,
    Products,
    ProductView,
    Removal,
    SaleItem,
    Stock,
    StockBook,
)

__all__ = [
    "Catalogue",
    "Categories",
    "CategoryName",
    "MovementView",
    "NewProduct",
    "ProductChange",
    "ProductQuery",
    "ProductView",
    "Products",
    "Removal",
    "SaleItem",
    "Stock",
    "StockBook",
]
