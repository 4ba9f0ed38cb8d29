"""What the operator is told when a listener cannot have its port, the same for every listener."""

import errno
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Listener:
    """Its key in config.yaml, its usual port, and how its troubles begin; `{port}` and `{host}` are filled in."""

    key: str
    usual: int
    taken: str
    reserved: str
    nowhere: str


def port_trouble(listener: Listener, error: OSError | OverflowError, host: str, port: int) -> str:
    """Why it cannot listen there, and how to mend it."""
    key, usual = listener.key, listener.usual
    if isinstance(error, OverflowError):
        return f"{port} is no port. Set one from 1 to 65535 in config.yaml: {key}: {{port: {usual}}}."
    change = f"Choose another in config.yaml: {key}: {{port: {port + 1 if port < 65535 else usual}}}."
    if error.errno == errno.EADDRINUSE:
        return f"{listener.taken.format(host=host, port=port)} {change}"
    if error.errno == errno.EACCES:
        return f"{listener.reserved.format(port=port)}: ports below 1024 are reserved. {change}"
    return f"{listener.nowhere.format(host=host)}. Check config.yaml: {key}: {{host: 127.0.0.1, port: {port}}}."
