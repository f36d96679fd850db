"""What goes out, as frozen values; pages, files and documents are renderers of these."""
