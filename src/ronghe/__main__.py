"""``python -m ronghe`` is the command line."""

from ronghe.cli import main

main()
