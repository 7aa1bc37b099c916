"""The model watched while it runs: lives, months, log, small town, lessons, tipping point."""
