"""``python -m gaintree``: the command line."""

import sys

from gaintree.cli import main

sys.exit(main())
