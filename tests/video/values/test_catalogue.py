"""The table of models agrees with the playground's own copy of the API's pages."""

from itertools import product

import pytest

from bot.playground.evolink import contract
from bot.video.values.catalogue import DEFAULT_MODEL, MODELS, Model


def test_the_playground_accepts_these_models_and_no_others():
    assert set(MODELS) == set(contract.MODELS)
    assert DEFAULT_MODEL in MODELS


@pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))
def test_a_model_can_do_what_the_playground_says_that_it_can(model: Model):
    page = contract.MODELS[model.id]
    assert list(model.durations) == list(page.durations)
    assert set(model.aspect_ratios) == set(page.aspect_ratios)
    assert set(product(model.qualities, model.sounds)) == set(page.prices)
    assert model.prompt_limit == page.longest_prompt
    assert model.shot_prompt_limit == page.longest_shot_prompt
    assert model.shots_limit == page.most_shots


@pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))
def test_a_model_costs_what_the_playground_charges(model: Model):
    for quality, sound, duration in product(model.qualities, model.sounds, model.durations):
        charged = contract.MODELS[model.id].prices[quality, sound] * duration
        assert model.prices.price(duration, quality, sound) == charged


@pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))
def test_the_lists_of_a_model_go_from_the_least_up(model: Model):
    assert list(model.durations) == sorted(set(model.durations))
    assert model.usual_duration in model.durations
    factors = model.prices.factors
    costs = [factors[quality, model.sounds[0]] for quality in model.qualities]
    assert costs == sorted(costs)
    costs = [factors[model.qualities[0], sound] for sound in model.sounds]
    assert costs == sorted(costs)
