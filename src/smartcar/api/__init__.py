"""What may be asked: declarations, models, the catalogue of signals.  Nothing here runs."""
