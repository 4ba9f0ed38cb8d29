"""What doctor and run say of a set-up before anybody else has to find out."""
