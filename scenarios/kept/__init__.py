"""Results on disk: written whole, with manifest and checksums, and kept in order.

A comparison's folder is written by `results`, says what decided it in its `manifest`, carries `checksums`,
and is read back by `stored`. What is there is found by `listing`, held against its checksums by `verified`
and against another by `compared`; what can go is found by `pruned`.
"""
