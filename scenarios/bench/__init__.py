"""The benchmark: each figure beside a peer of the same run, or a goal."""
