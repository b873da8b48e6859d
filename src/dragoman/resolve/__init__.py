"""Findings that know more: whom words name, which mentions tell the same act."""
