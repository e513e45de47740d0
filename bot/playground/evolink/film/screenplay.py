"""What a video shows, scene by scene; sent to the rendering process as JSON."""

import json
from dataclasses import asdict, dataclass

PAINTED = 720
UNFINISHED = ".part"
"""The suffix of a video file while it is written."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One shot between two cuts; `seconds` long."""

    text: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Screenplay:
    """One video; `width` and `height` in pixels, both even."""

    width: int
    height: int
    scenes: tuple[Scene, ...]
    sound: bool = False
    watermark: bool = False

    @property
    def seconds(self) -> float:
        return sum(scene.seconds for scene in self.scenes)

    @property
    def canvas(self) -> tuple[int, int]:
        """The size to paint in: larger videos are scaled up while encoding, which is quicker."""
        larger = max(1.0, min(self.width, self.height) / PAINTED)
        return round(self.width / larger), round(self.height / larger)

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Screenplay":
        fields = json.loads(text)
        scenes = tuple(Scene(**scene) for scene in fields.pop("scenes"))
        return cls(scenes=scenes, **fields)


def cut(text: str, seconds: int) -> tuple[Scene, ...]:
    """Cut one prompt as the model would: 2 to 4 scenes, more in longer videos."""
    count = min(4, max(2, seconds // 4 + 1))
    return tuple(Scene(text=text, seconds=seconds / count) for _ in range(count))
