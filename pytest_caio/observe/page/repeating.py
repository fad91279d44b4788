"""Pressing again, from a fresh context, what looked wrong: only then it is the control's doing."""

from typing import Any

from playwright.async_api import Error

from pytest_caio.observe.page.opened_tab import opened_tab
from pytest_caio.observe.page.page_setting import Setting
from pytest_caio.observe.page.tab import TEN_MINUTES, Lost

_REPEATED = 3
_FOUND = ("left", "written", "opened", "mail", "lost", "idle", "belied", "denied",
          "training")  # fmt: skip


def suspect(step: dict[str, Any]) -> bool:
    """Return whether a step needs a second look: it rejected, or approved, and not as it should."""
    if step.get("edit") == "lost" or any(step.get(key) for key in _FOUND):
        return True
    if any(one.get("other_text") or one.get("mail_of") for one in step["attempted"]):
        return True
    approved = {card for one in step["attempted"] if one["approves"] for card in one["cards"]}
    if step.get("ticked") is not None and approved - {*step["ticked"]}:
        return True
    sent = [one for one in step["attempted"] if one["rejects"]]
    if not sent:
        return False
    right = (
        len(sent) == 1
        and step["tag"]
        and step["reason"] == "given"
        and sent[0]["tags"] == [step["tag"]]
        and sent[0]["reason"]
        and (not step["card"] or sent[0]["cards"] == [step["card"]])
    )
    return not right


async def repeat_findings(setting: Setting) -> None:
    """Set ``again`` of each suspect step: whether a fresh look showed the same."""
    suspects = [step for step in setting.steps if suspect(step)]
    seen: dict[tuple[Any, ...], bool] = {}
    for step in suspects:
        kind = (step["control"], bool(step["tag"]), step["reason"], step["place"], step.get("how"))
        repeat = step.get("_repeat")
        if repeat is None:
            continue
        if kind not in seen:
            if len(seen) >= _REPEATED:
                continue
            seen[kind] = await _repeated(setting, repeat, f"again-{len(seen) + 1}")
        step["again"] = seen[kind]


async def _repeated(setting: Setting, repeat: Any, picture: str) -> bool:
    kept, setting.steps = setting.steps, []
    try:
        async with opened_tab(setting) as tab:
            await repeat(tab)
            # What came late the first time comes late again.
            await tab.run(TEN_MINUTES)
            await tab.collect()
            found = any(suspect(step) for step in setting.steps)
            if found:
                await tab.picture(picture)
            return found
    except (Error, Lost):
        return False
    finally:
        setting.steps = kept
