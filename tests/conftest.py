"""Options of the tests."""

from pathlib import Path


def pytest_addoption(parser):
    parser.addoption(
        "--data", type=Path, help="folder of *.csv.gz, last column `target`, to grow trees on, too"
    )
