"""What one audience may see of briefings, as a document for a colleague and as data for a program."""
