"""What names, numbers and sentences of the catalogues may look like."""

from typing import Annotated

from msgspec import Meta

Digits = Annotated[str, Meta(pattern=r"^[0-9]{3,16}\Z")]
DashKey = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}\Z")]
"""A name that goes into Asterisk's files and file names."""
LineKey = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}\Z")]
"""A name that goes into the database and over the wire."""
ReasonKey = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,39}\Z")]
"""A name that goes to Asterisk as the reason of a pause, into the database and over the wire."""
Text = Annotated[str, Meta(min_length=1, max_length=400, pattern=r"^[^\x00-\x1f\x7f]+\Z")]
"""What people read or hear: one line."""
