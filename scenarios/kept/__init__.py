"""Results on disk: written whole, with manifest and checksums, and kept in order."""
