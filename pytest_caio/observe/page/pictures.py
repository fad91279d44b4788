"""Pictures of a page, on which neither a secret nor anybody's address is to be read.

Source: ``docs/promises.md, Secrets stay secret``. What holds one is covered first; where it can't
be told that all of it is, there is no picture.
"""

import asyncio
import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from playwright.async_api import Error, Frame, Page

from pytest_caio.privacy.card_ids import ShortIds
from pytest_caio.privacy.redactor import Redactor

_SECONDS = 5.0
_COVERED = "data-caio-covered"
# What is drawn and not written can't be read here, so it is covered too.
_DRAWN = ("canvas", "img", "video", "object", "embed")
_COVER = f"[{_COVERED}], input[type=password], {', '.join(_DRAWN)}"
# Every element with its own text, all text in it, and the place of what it stands in.
_TEXTS = """() => {
  const found = [], places = new Map();
  const walk = (root, above) => {
    for (const el of root.children) {
      if (["SCRIPT", "STYLE", "TEMPLATE"].includes(el.tagName)) continue;
      const own = [...el.childNodes].filter((one) => one.nodeType === 3).map((one) => one.data);
      for (const name of ["value", "placeholder", "label", "alt"]) {
        if (typeof el[name] === "string") own.push(el[name]);
      }
      for (const part of ["::before", "::after"]) {
        const { content } = getComputedStyle(el, part);
        if (content && content !== "none" && content !== "normal") own.push(content);
      }
      const texts = [own.join("\\n").slice(0, 20000), el.textContent.slice(0, 2000)];
      const place = found.push([...texts, above]) - 1;
      places.set(place, el.ownerSVGElement || el);
      walk(el, place);
      if (el.shadowRoot) walk(el.shadowRoot, place);
    }
  };
  walk(document, -1);
  window.__caioPlaces = places;
  return found;
}"""
_MARK = f"""(places) => {{
  for (const place of places) window.__caioPlaces.get(place)?.setAttribute("{_COVERED}", "");
  delete window.__caioPlaces;
}}"""
_UNMARK = f"""(all) => all.forEach((el) => el.removeAttribute("{_COVERED}"))"""


async def picture(page: Page, pictures: dict[str, bytes], name: str, redactor: Redactor) -> None:
    """Keep a picture of the page, as far as it may be seen."""
    with contextlib.suppress(Error, TimeoutError):
        async with asyncio.timeout(2 * _SECONDS):
            for frame in page.frames:
                await _cover(frame, redactor)
            try:
                covers = [frame.locator(_COVER) for frame in page.frames]
                taken = await page.screenshot(
                    mask=covers, animations="disabled", timeout=_SECONDS * 1000
                )
                # Afterwards: what has come in the meantime is seen as well.
                if _readable(await _rendered(page), redactor):
                    pictures[name] = taken
            finally:
                for frame in page.frames:
                    await frame.locator(f"[{_COVERED}]").evaluate_all(_UNMARK)


async def _cover(frame: Frame, redactor: Redactor) -> None:
    texts = await frame.evaluate(_TEXTS)
    await frame.evaluate(_MARK, sorted(_to_cover(texts, redactor)))


def _to_cover(texts: Sequence[tuple[str, str, int]], redactor: Redactor) -> Iterator[int]:
    """Yield the places of what is to be covered: the smallest that holds a whole secret."""
    inside: set[int] = set()
    # From the last: what stands in another element comes before it then.
    for place in reversed(range(len(texts))):
        own, whole, above = texts[place]
        shows = _shows(own, redactor)
        if shows or (place not in inside and _shows(whole, redactor)):
            yield place
            inside.add(place)
        if place in inside:
            inside.add(above)


def _shows(text: str, redactor: Redactor) -> bool:
    return redactor.text(text) != text or ShortIds({}).text(text) != text


async def _rendered(page: Page) -> Mapping[str, Any]:
    """Return all that the browser has drawn, also where no script of the page's can look."""
    session = await page.context.new_cdp_session(page)
    try:
        found: Mapping[str, Any] = await session.send(
            "DOMSnapshot.captureSnapshot", {"computedStyles": []}
        )
        return found
    finally:
        await session.detach()


def _readable(snapshot: Mapping[str, Any], redactor: Redactor) -> bool:
    """Return whether nothing is left to be read that is not to be seen."""
    words: Sequence[str] = snapshot["strings"]
    texts = ["".join(_uncovered(document, words)) for document in snapshot["documents"]]
    return not any(_shows(text, redactor) for text in texts)


def _uncovered(document: Mapping[str, Any], words: Sequence[str]) -> Iterator[str]:
    nodes, layout = document["nodes"], document["layout"]
    covered: list[bool] = []
    # What a node stands in comes before it.
    for place, above in enumerate(nodes["parentIndex"]):
        names = [words[at] if at >= 0 else "" for at in nodes["attributes"][place]]
        own = _is_covered(words[nodes["nodeName"][place]], names)
        covered.append(own or (above >= 0 and covered[above]))
    for place, text in zip(layout["nodeIndex"], layout["text"], strict=True):
        if text >= 0 and not covered[place]:
            yield words[text]


def _is_covered(tag: str, attributes: Iterable[str]) -> bool:
    return _COVERED in attributes or tag.lower() in _DRAWN
