"""Pure functions of the model; one file answers one question."""
