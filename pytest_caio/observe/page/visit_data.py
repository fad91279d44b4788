"""What a visit found, as the evidence has it: redacted, and as JSON."""

from collections.abc import Mapping
from typing import Any

from pytest_caio.evidence.page_attempts import tells
from pytest_caio.observe.page.discovery import Discovery, Form
from pytest_caio.observe.page.form_view import FormLook
from pytest_caio.observe.page.page_setting import Setting
from pytest_caio.observe.page.signing_in import FirstVisit
from pytest_caio.observe.probe import Context


def visit_data(
    setting: Setting, first: FirstVisit, found: Discovery, looks: list[FormLook], context: Context
) -> dict[str, Any]:
    """Return the table of steps and what belongs to it, as JSON."""

    def text(one: str) -> str:
        return context.redact(one)

    afters = [step["reads_after"] for step in setting.steps if "reads_after" in step]
    steps = [
        {k: v for k, v in step.items() if not k.startswith("_")}
        for step in setting.steps
        if step["place"] != "way" or step["attempted"]
    ]
    return {
        "problem": "",
        "login_form": setting.network.signed_in,
        "path": [text(c["label"]) for c in (found.form.path if found.form else found.cards or ())],
        "form": _form_data(found.form, looks, text),
        "steps": steps,
        "polls": next((step["reads"] for step in setting.steps if "reads" in step), None),
        "polls_after": min(afters, key=len, default=None),
        "redraws": next((s["redraws"] for s in setting.steps if "redraws" in s), None),
        "errors": [text(one) for one in dict.fromkeys((*first.errors, *setting.errors))],
        "blocked": [text(one) for one in dict.fromkeys((*first.blocked, *setting.blocked))],
        "refused": [text(one) for one in first.refused if not tells(one)],
        "anew": setting.anew,
        "barred": [text(one) for one in setting.barred if one not in setting.entered],
        "open": [text(one) for one in setting.network.open],
        "signs_out": text(setting.network.signs_out),
        "shown": sorted(setting.shown),
        "delays": list(dict.fromkeys(setting.delays)),
        "unexplored": [text(one) for one in dict.fromkeys(setting.unexplored)],
    }


def _form_data(form: Form | None, looks: list[FormLook], text: Any) -> Mapping[str, Any] | None:
    if form is None:
        return None
    options = [{"value": text(o["value"]), "label": text(o["label"])} for o in form.info["options"]]
    return {
        "kind": form.info["kind"],
        "options": options,
        "initial": looks[0].initial if looks else "",
        "choosable": looks[0].choosable if looks else True,
        "reason": form.info["hasReason"],
    }
