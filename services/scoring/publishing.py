"""Publishing rule sets at start: a version once published never changes."""

from collections.abc import Mapping, Sequence

from services.scoring import queries
from services.scoring.rulebook import Rulebook
from services.scoring.rulefiles import digest_of
from services.scoring.rules import RuleSet
from shared.store.store import Store


class PublishedVersionChanged(Exception):
    """A file was changed without a new version number. The service does not start until the number is raised."""

    def __init__(self, rule_set: RuleSet) -> None:
        super().__init__(
            f"{rule_set.name} 第 {rule_set.version} 版已公布，内容与文件不同：请把文件的 version 改为更大的数，"
            "并写明 effective_from"
        )
        self.name, self.version = rule_set.name, rule_set.version


async def publish(store: Store, shipped: Sequence[RuleSet], rulebook: Rulebook) -> None:
    """Publish what is new among ``shipped`` and fill ``rulebook`` with every version ever published.

    Raises PublishedVersionChanged, having published nothing.
    """
    async with store.unit() as unit:
        for rule_set in shipped:
            await queries.publish_rule_set(unit.connection, rule_set, unit.now)
        published = await queries.published_rule_sets(unit.connection)
        changed = _changed(shipped, {(each.name, each.version): digest_of(each) for each in published})
        if changed:
            raise PublishedVersionChanged(changed[0])
    rulebook.replace(published)


def _changed(shipped: Sequence[RuleSet], digests: Mapping[tuple[str, int], str]) -> list[RuleSet]:
    return [each for each in shipped if digests[each.name, each.version] != digest_of(each)]
