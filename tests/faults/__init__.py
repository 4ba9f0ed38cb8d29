"""What goes wrong around the bot: disks, clocks, processes, servers and names; nothing is lost, doubled or leaked."""
