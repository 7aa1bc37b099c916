"""The benchmark: each figure beside a peer of the same run, or a goal."""

PARTS = ("program", "life", "queue", "studies", "visitors", "whole", "pairing", "country")
"""What can be measured by itself, in the order it is measured in."""
