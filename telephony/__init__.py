"""The only room that knows Asterisk: its AMI, its configuration files, its processes."""
