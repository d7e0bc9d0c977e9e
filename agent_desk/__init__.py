"""What people see, and the front door: the command, the composition, the one loop, the web."""
