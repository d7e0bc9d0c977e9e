"""Settings as values: TOML files and JIETONG_* variables, parsed once and refused in one sentence when wrong."""
