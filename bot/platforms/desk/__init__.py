"""The desk: the local web page."""
