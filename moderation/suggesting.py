"""What do flags and checks suggest: which ground, and which words of the text?"""

from collections import Counter
from collections.abc import Iterable

from moderation.models import Flag, Verdict

# What a flag's reason mostly comes down to; the moderator chooses another where it does not.
GROUND_OF_FLAG = {
    Flag.Reason.RUDE: "personal_attack",
    Flag.Reason.HATEFUL: "group_contempt",
    Flag.Reason.OFF_TOPIC: "off_topic",
    Flag.Reason.SPAM: "advertising",
    Flag.Reason.PERSONAL_DATA: "personal_data",
    Flag.Reason.FALSE: "unsupported_claim",
}


def passages_of(verdicts: Iterable[Verdict], body: str) -> list[str]:
    """What checks have found in the wording, each once, as it stands there."""
    found = dict.fromkeys(each for verdict in verdicts for each in verdict.found)
    return [each for each in found if isinstance(each, str) and each in body]


def suggested_ground(verdicts: list[Verdict], flags: list[Flag]) -> str:
    """What the checks say first, since they name a ground; then what most readers meant."""
    for verdict in verdicts:
        if verdict.ground:
            return verdict.ground
    meant = Counter(GROUND_OF_FLAG.get(Flag.Reason(flag.reason), "") for flag in flags)
    return next((ground for ground, _times in meant.most_common() if ground), "")
