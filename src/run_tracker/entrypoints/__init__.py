"""The doors: parse, call the app, show. No rule lives here."""
