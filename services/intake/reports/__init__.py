"""Reports (稿件): accepting, numbering and listing originals of this site's offices."""
