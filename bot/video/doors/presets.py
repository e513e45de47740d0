"""Options kept under a name: save, use, list, share, delete."""

from collections.abc import Sequence

from bot.errors import Refusal
from bot.video.doors.service import Service, Where
from bot.video.ports.books import Books
from bot.video.servers.audit import Act
from bot.video.values.options import Options, PresetOptions
from bot.video.values.presets import MOST_PRESETS, Preset, name_key, read_name, with_preset
from bot.video.values.videos import new_id


class PresetService(Service):
    """A person's own presets, and those of a server, which moderators keep."""

    async def all(self, server_id: int, user_id: int) -> Sequence[Preset]:
        """A person's presets, then the server's."""
        return await self._store.read(
            lambda books: books.presets(server_id=server_id, user_id=user_id)
        )

    async def find(self, where: Where, name: str) -> Preset:
        """The person's preset of this name, else the server's. Raises `Refusal`."""
        return _named(await self.all(*where), name)

    async def fill(self, where: Where, name: str, options: Options) -> Options:
        """Options with those of a preset. Raises `Refusal`."""
        return with_preset(options, await self.find(where, name))

    async def save(
        self, where: Where, name: str, options: PresetOptions, *, is_server: bool, is_locked: bool
    ) -> Preset:
        """Keep options under a name, in place of an earlier preset with it. Raises `Refusal`."""
        server_id, user_id = where
        names = PresetOptions.__struct_fields__
        kept = PresetOptions(**{name: getattr(options, name) for name in names})
        preset = Preset(
            id=new_id(self._choose),
            server_id=server_id if is_server else 0,
            user_id=0 if is_server else user_id,
            name=read_name(name),
            options=kept,
            is_locked=is_locked and is_server,
            saved_at=self._clock.now(),
        )
        await self.moderate(_save, where, preset)
        return preset

    async def share(self, where: Where, name: str) -> Preset:
        """Make a person's preset the server's, too. Raises `Refusal`."""
        own = _named([each for each in await self.all(*where) if each.user_id], name)
        return await self.save(where, own.name, own.options, is_server=True, is_locked=False)

    async def delete(self, where: Where, name: str, *, is_server: bool) -> Preset:
        """Delete a preset. Raises `Refusal` if there is none."""
        return await self.moderate(_delete, where, name, is_server)


def _save(books: Books, act: Act, preset: Preset) -> None:
    if preset.options == PresetOptions():
        raise Refusal("preset_empty", preset=preset.name)
    books.lock([f"server:{act.server_id}", f"person:{act.by}"])
    of_owner = _owned(books, act, is_server=not preset.user_id)
    if len({each.key for each in of_owner} | {preset.key}) > MOST_PRESETS:
        raise Refusal("presets_full", most=MOST_PRESETS)
    books.save_preset(preset)
    if not preset.user_id:
        act.record(books, "preset_saved", preset=preset.name)


def _delete(books: Books, act: Act, name: str, is_server: bool) -> Preset:
    preset = _named(_owned(books, act, is_server=is_server), name)
    books.drop_presets([preset.id])
    if is_server:
        act.record(books, "preset_deleted", preset=preset.name)
    return preset


def _owned(books: Books, act: Act, *, is_server: bool) -> Sequence[Preset]:
    found = books.presets(server_id=act.server_id, user_id=act.by)
    return [each for each in found if (not each.user_id) is is_server]


def _named(found: Sequence[Preset], name: str) -> Preset:
    for preset in found:
        if preset.key == name_key(" ".join(name.split())):
            return preset
    raise Refusal("preset_unknown", preset=name)
