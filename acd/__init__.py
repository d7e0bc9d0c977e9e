"""The rules of the floor and everyone's vocabulary: pure, no clock, no socket, no database."""
