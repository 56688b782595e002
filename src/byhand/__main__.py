"""``python -m byhand``."""

from byhand.cli import main

main()
