"""Eight assets in two groups, as the page shows them."""

from dagster import Definitions, asset


@asset(group_name="raw")
def orders():
    return [1, 2, 3]


@asset(group_name="raw")
def customers():
    return [1, 2]


@asset(group_name="raw")
def products():
    return [1]


@asset(group_name="shop")
def baskets(orders, products):
    return orders


@asset(group_name="shop")
def visits(customers):
    return customers


@asset(group_name="shop")
def revenue(baskets):
    return sum(baskets)


@asset(group_name="shop")
def loyalty(visits, baskets):
    return visits


@asset(group_name="shop")
def report(revenue, loyalty):
    return revenue


defs = Definitions(assets=[orders, customers, products, baskets, visits, revenue, loyalty, report])
