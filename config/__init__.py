"""Settings and catalogues as values, from TOML files and JIETONG_* variables."""
