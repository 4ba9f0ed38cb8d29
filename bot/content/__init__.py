"""Content: from files that editors write to what one audience may see."""
