"""The public price rules of the one model, as Evolink's catalogue lists them, with their ETag.

`GET /v1/catalog/models/{model}/pricing-rules` needs no key. The shape is that of the catalogue that
Evolink's own client recorded on 2026-10-10; what one model alone comes wrapped in is not recorded.
"""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bot.playground.evolink.contract import (
    DURATIONS,
    MODEL,
    QUALITIES,
    UC_PER_CREDIT,
    UC_PER_SECOND,
)

Json = dict[str, object]

CREDITS_PER_USD = 68
CREDITS_PER_CNY = 10
FRESH = timedelta(minutes=5)
BASE = UC_PER_SECOND["720p", "off"]


def etag() -> str:
    """Changes with the prices alone."""
    return f'"{_version()}"'


def rules(now: datetime) -> Json:
    """The price of a second and what multiplies it, by quality and sound."""
    return {
        "meta": {
            "schema_version": "2",
            "pricing_version": _version(),
            "price_scope": "public_default",
            "currency": "USD",
            "updated_at": "2026-10-10T06:52:34Z",
            "fresh_until": (now + FRESH).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
        "models": [_model()],
    }


def _model() -> Json:
    return {
        "model_id": MODEL,
        "product_id": "kling-v3",
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
                "minimum": str(DURATIONS.start),
                "maximum": str(DURATIONS.stop - 1),
                "default": "5",
            },
            {"name": "quality", "type": "enum", "values": list(QUALITIES), "default": "720p"},
            {"name": "sound", "type": "enum", "values": ["off", "on"], "default": "off"},
        ],
        "components": [_component()],
    }


def _component() -> Json:
    is_on = _call("eq", _variable("sound"), {"op": "constant", "value": "on"})
    factor = _call("if", is_on, _factors("on"), _factors("off"))
    return {
        "id": "video_output",
        "role": "video_output",
        "dimension": "output_second",
        "unit": "output_second",
        "billing_unit_size": 1,
        "display_unit_size": 1,
        "rate": _amounts(BASE),
        "minimum_charge": _amounts(BASE * DURATIONS.start),
        "billing_rule": "per_second",
        "pricing_status": "available",
        "quantity_rule": _call("multiply", _variable("duration_seconds"), factor),
        "rounding": {"point": "per_component_subtotal", "mode": "half_up"},
        "tiers": [],
    }


def _factors(sound: str) -> Json:
    values = {
        quality: _plain(Decimal(UC_PER_SECOND[quality, sound]) / BASE) for quality in QUALITIES
    }
    return {"op": "lookup", "key": _variable("quality"), "values": values}


def _amounts(uc: int) -> Json:
    """One sum in all four units, as decimal strings."""
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


def _version() -> str:
    return f"prc_{hashlib.sha256(json.dumps(_model()).encode()).hexdigest()[:24]}"
