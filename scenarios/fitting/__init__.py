"""The model fitted to published figures: targets, calibration, and the sets it writes."""
