"""`python -m videocall` is `videocall`."""

from __future__ import annotations

import sys

from videocall.cli import main

if __name__ == "__main__":
    sys.exit(main())
