"""What a page could reach past its routes: a call between browsers goes by UDP, past any proxy."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import pytest

from pytest_caio.observe.page import shared_browser
from pytest_caio.observe.page.chromium import find_chromium
from pytest_caio.observe.page.shared_browser import SharedBrowser

pytest.importorskip("playwright.async_api")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium here"),
]
# Opens a call by way of a server, and to a peer at the same address; ends when no more is tried.
CALL = """([url, port]) => new Promise((done) => {
  const peer = new RTCPeerConnection({
    iceServers: [{ urls: url, username: "a", credential: "b" }] });
  peer.createDataChannel("x");
  peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && done("complete");
  peer.createOffer().then(async (offer) => {
    await peer.setLocalDescription(offer);
    const other = new RTCPeerConnection();
    await other.setRemoteDescription(offer);
    const answer = await other.createAnswer();
    await other.setLocalDescription(answer);
    await peer.setRemoteDescription(answer);
    const text = `candidate:1 1 udp 2130706431 127.0.0.1 ${port} typ host`;
    await peer.addIceCandidate({ candidate: text, sdpMid: "0" });
  });
})"""
_PATIENCE = 10.0


@pytest.fixture
def server() -> Iterator[socket.socket]:
    """A port on this machine that any datagram may come to."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.bind(("127.0.0.1", 0))
        opened.setblocking(False)
        yield opened


async def called(server: socket.socket, url: str, *, wait: bool) -> bytes:
    """Open a call in a page; return what came, once something did or the page is at its end."""
    port = server.getsockname()[1]
    async with SharedBrowser() as shared:
        browser = await shared.get()
        page = await browser.new_page()
        call = asyncio.ensure_future(page.evaluate(CALL, [url.format(port=port), port]))
        try:
            async with asyncio.timeout(_PATIENCE):
                if wait:
                    return await asyncio.get_running_loop().sock_recv(server, 4096)
                await call
        finally:
            call.cancel()
            with contextlib.suppress(Exception, asyncio.CancelledError):
                await call
    with contextlib.suppress(BlockingIOError):
        return server.recv(4096)
    return b""


@pytest.mark.parametrize("url", ["stun:127.0.0.1:{port}", "turn:127.0.0.1:{port}?transport=udp"])
def test_no_datagram_leaves_the_browser(server: socket.socket, url: str) -> None:
    """Neither to a server that finds a way, nor to the other end itself."""
    assert asyncio.run(called(server, url, wait=False)) == b""


def test_one_would_leave_else(server: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the browser's settings the same page reaches the same port."""
    flags = tuple(flag for flag in shared_browser._FLAGS if "webrtc" not in flag)
    monkeypatch.setattr(shared_browser, "_FLAGS", flags)
    assert asyncio.run(called(server, "stun:127.0.0.1:{port}", wait=True))[:2] == b"\0\1"
