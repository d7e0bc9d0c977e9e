"""Prints where the private Asterisk root belongs, by the settings; a wrong setting is refused here in one sentence."""

import os

from config.load import SettingsError, load_settings

try:
    data = load_settings().data_directory
except SettingsError as error:
    raise SystemExit(str(error)) from None
print(os.environ.get("JIETONG_PBX_ROOT") or data / "pbx" / "root")
