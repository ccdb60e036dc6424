"""A real PostgreSQL for all tests of the centre: one server, and for each test a database that is empty."""

from collections.abc import Callable, Iterator

import psycopg
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


@pytest.fixture(scope="session")
def shared_database(cluster: Cluster) -> str:
    return cluster.new_database("test")


@pytest.fixture
def database(shared_database: str) -> str:
    """The address of a database that is empty now: to empty one is much faster than to make one."""
    with psycopg.connect(shared_database, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return shared_database


@pytest.fixture
def rows(database: str) -> Callable[..., list[tuple[object, ...]]]:
    """Ask the test's database."""

    def ask(query: str, *values: object) -> list[tuple[object, ...]]:
        with psycopg.connect(database) as connection:
            return connection.execute(query, values).fetchall()  # type: ignore[arg-type]  # a test's own words

    return ask
