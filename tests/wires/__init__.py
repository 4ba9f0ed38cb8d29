"""The wires to the chat platforms, each driven with its real library against a server on loopback."""
