"""The shared ticket core: the memory every channel writes into; strangers to Asterisk."""
