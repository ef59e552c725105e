"""Bytes in, model out: the readers of a runner's recordings. Vendor words stop here."""
