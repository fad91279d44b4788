"""``rejection``: the structured tags that a rejection has to choose from.

Source: ``docs/regimen.md, Structured rejection``.
"""

import re
from collections import Counter

from pytest_caio.base.messages import listed, shown
from pytest_caio.evidence.probe_names import TAGS
from pytest_caio.judge.look import BadAnswer, Judge, Look, verdict_on
from pytest_caio.verdict.finding import Ruling

_SEVERAL = 2
# What tags are called in common.
_ANY = frozenset({"issue", "mismatch", "weak", "or", "a", "the", "of", "and", "to", "in"})


def tags(look: Look) -> Ruling:
    """The twelve tags, labelled, unique. A further tag is shown and does no harm."""
    found: list[str] = []
    labels: list[tuple[str, str]] = []
    broken: list[str] = []
    for i, tag in enumerate(look.object(TAGS).get("tags", list), 1):
        if not isinstance(tag, dict) or not isinstance(tag.get("id"), str):
            raise BadAnswer(f"tag {i} of {TAGS} has no id")
        found.append(tag["id"])
        label = tag.get("label")
        if not isinstance(label, str) or not label.strip():
            broken.append(f"the tag {tag['id']} has no label")
        else:
            labels.append((tag["id"], label.strip().casefold()))
    known = look.policy.rejection_tags
    missing = [tag for tag in known if tag not in found]
    extra = [tag for tag in dict.fromkeys(found) if tag not in known]
    broken += [f"not in the list: {listed(missing, 12)}"] if missing else []
    broken += [f"the tag {t} stands {n} times" for t, n in Counter(found).items() if n > 1]
    broken += [f"the label {t!r} stands {n} times" for t, n in
               Counter(label for _, label in labels).items() if n > 1]  # fmt: skip
    broken += _mixed_up(labels)
    more = f", and {listed(extra)} beside them" if extra else ""
    expected = f"the {len(known)} tags of the policy, each with a label, each once"
    return verdict_on(broken, f"all {len(known)} tags{more}", expected=expected)


def _mixed_up(labels: list[tuple[str, str]]) -> list[str]:
    """Return that labels say what other ids say, and nothing of their own: whoever picks one is
    recorded with another. One alone may be a matter of words.
    """
    words = {tag: _words(tag) for tag, _ in labels}
    wrong = [
        f"{tag} is called {shown(label)}"
        for tag, label in labels
        if not words[tag] & _words(label)
        and any(_is_called(label, own) for other, own in words.items() if other != tag)
    ]
    return [f"labels stand at other tags: {listed(wrong)}"] if len(wrong) >= _SEVERAL else []


def _is_called(label: str, own: set[str]) -> bool:
    """Return whether a label says what an id says, and one word more at most."""
    return bool(own) and own <= _words(label) and len(_words(label) - own) <= 1


def _words(text: str) -> set[str]:
    return {word for word in re.split(r"[^a-z]+", text.lower()) if word} - _ANY


JUDGES = (Judge("rejection.tags", tags, (TAGS,)),)
