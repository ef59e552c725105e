"""A prescription and its facts out, in some form: the only room that formats numbers."""
