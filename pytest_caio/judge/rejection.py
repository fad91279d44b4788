"""``rejection``: the structured tags that a rejection has to choose from.

Source: ``docs/regimen.md, Structured rejection``.
"""

from collections import Counter

from pytest_caio.base.messages import listed
from pytest_caio.evidence.probe_names import TAGS
from pytest_caio.judge.look import BadAnswer, Judge, Look, verdict_on
from pytest_caio.verdict.finding import Ruling


def tags(look: Look) -> Ruling:
    """The twelve tags, labelled, unique. A further tag is shown and does no harm."""
    found: list[str] = []
    labels: list[str] = []
    broken: list[str] = []
    for i, tag in enumerate(look.object(TAGS).get("tags", list), 1):
        if not isinstance(tag, dict) or not isinstance(tag.get("id"), str):
            raise BadAnswer(f"tag {i} of {TAGS} has no id")
        found.append(tag["id"])
        label = tag.get("label")
        if not isinstance(label, str) or not label.strip():
            broken.append(f"the tag {tag['id']} has no label")
        else:
            labels.append(label.strip().casefold())
    known = look.policy.rejection_tags
    missing = [tag for tag in known if tag not in found]
    extra = [tag for tag in dict.fromkeys(found) if tag not in known]
    broken += [f"not in the list: {listed(missing, 12)}"] if missing else []
    broken += [f"the tag {t} stands {n} times" for t, n in Counter(found).items() if n > 1]
    broken += [f"the label {t!r} stands {n} times" for t, n in Counter(labels).items() if n > 1]
    more = f", and {listed(extra)} beside them" if extra else ""
    expected = f"the {len(known)} tags of the policy, each with a label, each once"
    return verdict_on(broken, f"all {len(known)} tags{more}", expected=expected)


JUDGES = (Judge("rejection.tags", tags, (TAGS,)),)
