"""A real PostgreSQL for all tests of the centre: one server, a database of its own for each test."""

import itertools
from collections.abc import Callable, Iterator

import pytest

from kiosk.centre.cluster import Cluster, NoPostgres


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    try:
        server = Cluster(durable=False)
    except NoPostgres as error:
        pytest.skip(str(error))
    with server:
        yield server


_numbers = itertools.count(1)


@pytest.fixture
def database(cluster: Cluster) -> str:
    """The address of an empty database."""
    return cluster.new_database(f"t{next(_numbers)}")


@pytest.fixture
def rows(database: str) -> Callable[..., list[tuple[object, ...]]]:
    """Ask the test's database."""
    import psycopg

    def ask(query: str, *values: object) -> list[tuple[object, ...]]:
        with psycopg.connect(database) as connection:
            return connection.execute(query, values).fetchall()  # type: ignore[arg-type]  # a test's own words

    return ask
