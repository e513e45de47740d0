"""A model's public price rules, as in Evolink's catalogue, with their ETag.

`GET /v1/catalog/models/{model}/pricing-rules` needs no key. The shape follows the catalogue that
Evolink's own client recorded on 2026-10-10; the wrapping for a single model was not recorded.
"""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bot.playground.evolink.contract import MODELS, UC_PER_CREDIT, Model

Json = dict[str, object]

CREDITS_PER_USD = 68
CREDITS_PER_CNY = 10
FRESH = timedelta(minutes=5)


def etag(name: str) -> str:
    """A tag that changes only with the model's prices."""
    return f'"{_version(name)}"'


def rules(name: str, now: datetime) -> Json:
    """The price per second and its multipliers, by quality and sound."""
    return {
        "meta": {
            "schema_version": "2",
            "pricing_version": _version(name),
            "price_scope": "public_default",
            "currency": "USD",
            "updated_at": "2026-10-10T06:52:34Z",
            "fresh_until": (now + FRESH).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
        "models": [_model(name)],
    }


def _model(name: str) -> Json:
    model = MODELS[name]
    return {
        "model_id": name,
        "product_id": name.removesuffix("-text-to-video"),
        "operation": "text_to_video",
        "modality": "video",
        "lifecycle": "active",
        "pricing_status": "available",
        "settlement_basis": "request_only",
        "policy_source": "published",
        "parameters": [
            {
                "name": "duration_seconds",
                "type": "integer",
                "minimum": str(model.durations[0]),
                "maximum": str(model.durations[-1]),
                "default": str(model.default_duration),
            },
            _choices("quality", model.qualities),
            _choices("sound", model.sounds),
        ],
        "components": [_component(model)],
    }


def _choices(name: str, values: tuple[str, ...]) -> Json:
    return {"name": name, "type": "enum", "values": list(values), "default": values[0]}


def _component(model: Model) -> Json:
    is_on = _call("eq", _variable("sound"), {"op": "constant", "value": "on"})
    factor = _call("if", is_on, _factors(model, "on"), _factors(model, "off"))
    return {
        "id": "video_output",
        "role": "video_output",
        "dimension": "output_second",
        "unit": "output_second",
        "billing_unit_size": 1,
        "display_unit_size": 1,
        "rate": _amounts(_base(model)),
        "minimum_charge": _amounts(_base(model) * model.durations[0]),
        "billing_rule": "per_second",
        "pricing_status": "available",
        "quantity_rule": _call("multiply", _variable("duration_seconds"), factor),
        "rounding": {"point": "per_component_subtotal", "mode": "half_up"},
        "tiers": [],
    }


def _base(model: Model) -> int:
    return next(iter(model.prices.values()))


def _factors(model: Model, sound: str) -> Json:
    values = {
        quality: _plain(Decimal(price) / _base(model))
        for (quality, heard), price in model.prices.items()
        if heard == sound
    }
    return {"op": "lookup", "key": _variable("quality"), "values": values}


def _amounts(uc: int) -> Json:
    """One amount in all four units, as decimal strings."""
    credits = Decimal(uc) / UC_PER_CREDIT
    return {
        "uc": str(uc),
        "credits": _plain(credits),
        "cny": _plain(credits / CREDITS_PER_CNY),
        "usd": _plain(round(credits / CREDITS_PER_USD, 8)),
    }


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _call(name: str, *args: Json) -> Json:
    return {"op": name, "args": list(args)}


def _variable(name: str) -> Json:
    return {"op": "variable", "name": name}


def _version(name: str) -> str:
    return f"prc_{hashlib.sha256(json.dumps(_model(name)).encode()).hexdigest()[:24]}"
