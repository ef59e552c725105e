"""Placeholders become text once, and an unknown one is our mistake, told as such."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from run_tracker.coaching.prose import placeholders
from run_tracker.delivery.prose import render

VALUES = {"last_7_days.distance": "38 km", "workout.name": "easy run", "brace": "{workout.name}"}


def test_every_placeholder_is_replaced_each_time_it_stands():
    template = "{workout.name}: {last_7_days.distance} so far, so an {workout.name}."
    assert render(template, VALUES) == "easy run: 38 km so far, so an easy run."


def test_a_template_without_placeholders_stays_as_it_is():
    assert render("Rest well.", {}) == "Rest well."


def test_a_value_is_never_read_as_a_template():
    assert render("{brace}", VALUES) == "{workout.name}"


@pytest.mark.parametrize("name", ["", "next_year.distance", "workout.name!r", "workout.name:>99999999", "0"])
def test_a_placeholder_without_a_value_is_a_programming_error(name):
    with pytest.raises(ValueError, match="unchecked"):
        render(f"Run {{{name}}}.", VALUES)


@given(st.text(alphabet="{}ab ", max_size=20))
def test_only_placeholders_change(template):
    same = {name: f"{{{name}}}" for name in placeholders(template)}
    assert render(template, same) == template
