"""`python -m leakhunt`."""

from leakhunt.cli import main

main()
