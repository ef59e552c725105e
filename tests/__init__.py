"""Made a package so that `tests.training_log` is ours: a test dependency ships a top-level `tests` too."""
