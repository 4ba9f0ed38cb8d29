"""Discord as a process of its own on loopback: REST, gateway, and levers for the tests that use it."""
