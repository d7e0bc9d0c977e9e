"""`python -m agent_desk` is the `jietong` command."""

import sys

from agent_desk.cli import main

sys.exit(main())
