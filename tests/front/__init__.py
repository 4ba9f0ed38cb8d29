"""What readers do with answers, as every platform passes it on."""
