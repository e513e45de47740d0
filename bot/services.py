"""What commands, buttons and forms call: one service per feature, on one store."""

from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct

from bot.clock import Clock
from bot.video.doors.audit import Audit
from bot.video.doors.commands import CommandService
from bot.video.doors.deferrals import Deferrals
from bot.video.doors.hearing import OnceStore
from bot.video.doors.inbox import InboxService
from bot.video.doors.limits import LimitService
from bot.video.doors.moderation import ModerationService
from bot.video.doors.money import Money
from bot.video.doors.presets import PresetService
from bot.video.doors.queue import QueueService
from bot.video.doors.rule_lists import RuleListService
from bot.video.doors.rules import RuleService
from bot.video.doors.service import Service
from bot.video.doors.settings import SettingsService
from bot.video.doors.setups import SetupService
from bot.video.doors.showcase import ShowcaseService
from bot.video.doors.storyboards import Storyboards
from bot.video.doors.videos import VideoService
from bot.video.doors.welcome import WelcomeService
from bot.video.ports.edges import Films, PatientStore
from bot.video.privacy.own import PrivacyService

S = TypeVar("S", bound=Service)


class Services(Struct, frozen=True, kw_only=True):
    """All services; `per_usd` is credits per dollar, `ai_label` the operator's words for videos
    made by AI."""

    videos: VideoService
    audit: Audit
    boards: Storyboards
    inbox: InboxService
    limits: LimitService
    moderation: ModerationService
    money: Money
    presets: PresetService
    privacy: PrivacyService
    queue: QueueService
    rules: RuleService
    rule_lists: RuleListService
    settings: SettingsService
    setups: SetupService
    showcase: ShowcaseService
    welcome: WelcomeService
    commands: CommandService
    deferrals: Deferrals
    clock: Clock
    per_usd: float
    ai_label: str = ""


def services_around(
    videos: VideoService,
    *,
    store: PatientStore,
    films: Films,
    clock: Clock,
    choose: Callable[[str], str],
    notify: Callable[[str], None],
    per_usd: float,
    ai_label: str = "",
) -> Services:
    """Build all services around `videos`; all use the same store, clock and letters."""

    def of(kind: type[S]) -> S:
        return kind(store=store, clock=clock, choose=choose, notify=notify)

    return Services(
        videos=videos,
        audit=Audit(OnceStore(store)),
        boards=Storyboards(store=store, clock=clock, choose=choose, notify=notify, videos=videos),
        inbox=InboxService(store=store, clock=clock, choose=choose, notify=notify, films=films),
        limits=of(LimitService),
        moderation=of(ModerationService),
        money=Money(
            store=OnceStore(store), clock=clock, limits=videos.limits, prices=videos.prices
        ),
        presets=of(PresetService),
        privacy=of(PrivacyService),
        queue=of(QueueService),
        rules=RuleService(
            store=store, clock=clock, choose=choose, notify=notify, screening=videos.screening
        ),
        rule_lists=RuleListService(
            store=store, clock=clock, choose=choose, notify=notify, screening=videos.screening
        ),
        settings=of(SettingsService),
        showcase=of(ShowcaseService),
        setups=of(SetupService),
        welcome=of(WelcomeService),
        commands=of(CommandService),
        deferrals=Deferrals(store),
        clock=clock,
        per_usd=per_usd,
        ai_label=ai_label,
    )
