"""Where placeholders become what a runner reads."""

from collections.abc import Mapping

from run_tracker.coaching.prose import PLACEHOLDER, placeholders


def render(template: str, values: Mapping[str, str]) -> str:
    """
    Return the template with every placeholder replaced by its value; values are put in as they are, never read again.

    Raises ValueError for a placeholder without a value: prose is checked before it comes here, so that is our mistake.
    """
    missing = [name for name in placeholders(template) if name not in values]
    if missing:
        raise ValueError(f"prose reached the runner unchecked: no value for {missing[0]!r} in {template!r}")
    return PLACEHOLDER.sub(lambda found: values[found[1]], template)
