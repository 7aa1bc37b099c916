"""The benchmark: each figure beside a peer of the same run, or a goal."""

PARTS = ("program", "life", "queue", "studies", "visitors", "whole", "pairing", "country")
"""What can be measured by itself, in the order it is measured in."""

BY_NAME = ("long_study",)
"""What is measured only when it is asked for: it takes an hour."""
