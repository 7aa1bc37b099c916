"""A municipality's own figures, prices and episodes: read strictly, and fitted to."""
