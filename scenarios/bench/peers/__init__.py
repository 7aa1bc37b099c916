"""Peers: the engine's life rules as others would write them, to hold its speed and its results against."""
