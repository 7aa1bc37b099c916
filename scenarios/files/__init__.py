"""The files users write: templates, checks, schemas, and scenarios written out again."""
