"""Makes the private Asterisk root in the directory named; called by asterisk_root.sh when there is no Asterisk."""

import sys
from pathlib import Path

from telephony.pbx_root import PbxError, find_or_build

try:
    found = find_or_build(Path(sys.argv[1]).absolute())
except PbxError as error:
    raise SystemExit(str(error)) from None
print(f"Asterisk {found.version} in {found.root}")
