"""How far the results may be trusted: weight of assumed numbers, validation, backtest."""
