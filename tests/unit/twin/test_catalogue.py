import polars as pl
import pytest

from transforms.twin.founding.catalogue import stock_catalogue


def _product(size: str | None, category: str = "SOUP") -> dict[str, object]:
    return {
        "product_id": 1,
        "department": "GROCERY",
        "brand": "National",
        "product_category": category,
        "product_type": "TOMATO SOUP",
        "package_size": size,
    }


@pytest.mark.parametrize(
    ("size", "grams"),
    [
        ("22 LB", 9979),
        ("16 OZ", 454),
        ("750 ML", 750),
        ("2 L", 2000),
        ("1 GA", 3785),
        ("6-3.25 OZ", 553),
        ("1 DZ", 700),
        ("12 CT", 300),
    ],
)
def test_a_printed_size_gives_the_weight(size: str, grams: int) -> None:
    catalogue = stock_catalogue(pl.DataFrame([_product(size)]))
    assert catalogue.select("grams", "is_weight_estimated").row(0) == (grams, False)


@pytest.mark.parametrize("size", [None, "X-LG", "61-90 LB", "KING"])
def test_a_size_without_weight_takes_the_median_of_its_category(
    size: str | None,
) -> None:
    products = [_product(size) | {"product_id": 9}]
    products += [_product(f"{ounces} OZ") for ounces in (1, 10, 30)]
    catalogue = stock_catalogue(pl.DataFrame(products)).filter(
        pl.col("product_id") == 9
    )
    assert catalogue.select("grams", "is_weight_estimated").row(0) == (284, True)
