"""`python -m infra.local.images`: builds the languages' images, tries them, and keeps their root file systems."""
