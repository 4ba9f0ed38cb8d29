"""Tests of the comparison of a claim with the paragraphs it cites."""
