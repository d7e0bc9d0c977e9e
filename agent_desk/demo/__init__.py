"""The demo: agents and citizens made of software, who use the running product as people do."""
