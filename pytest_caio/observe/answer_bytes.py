"""Reading an answer's bytes, and saying why there are none."""

import contextlib
import re
import ssl

import httpx2

BODY_LIMIT = 5_000_000
_CHARSETS = frozenset({"iso-8859-1", "latin-1", "windows-1252", "utf-16", "us-ascii"})
# What no further attempt mends.
_NO_HTTPS = "no connection: what answers there does not speak https"
FINAL = ("the TLS certificate", _NO_HTTPS, "the answer can't be decoded")


async def read_body(response: httpx2.Response) -> tuple[bytes, bool]:
    """Return the decoded body, and whether it was cut at ``BODY_LIMIT`` bytes."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.aiter_bytes(65536):
        chunks.append(chunk)
        size += len(chunk)
        if size > BODY_LIMIT:
            return b"".join(chunks)[:BODY_LIMIT], True
    return b"".join(chunks), False


def decode(raw: bytes, content_type: str) -> str:
    """Return the text of a body; JSON is UTF-8 whatever the header says (RFC 8259)."""
    found = re.search(r"charset=[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    declared = found[1].lower() if found and "json" not in content_type.lower() else ""
    with contextlib.suppress(UnicodeError):
        return raw.decode("utf-8-sig")
    # Python knows a hundred more, and some of them take minutes over a few megabytes.
    with contextlib.suppress(UnicodeError):
        return raw.decode(declared if declared in _CHARSETS else "utf-8")
    return raw.decode("utf-8", "replace")


# What a handshake fails with where the other side answers in plain text, by OpenSSL's versions.
_NO_TLS = frozenset(
    {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "UNKNOWN_PROTOCOL"}
)
# A number that says nothing to who reads it.
_ERRNO = re.compile(r"\[Errno -?\d+\] ?")


def reason(error: Exception, timeout: float) -> str:
    """Return why a request that may take ``timeout`` seconds got no usable answer."""
    cause = _root(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"the TLS certificate was not accepted: {cause.verify_message or cause.reason}"
    if isinstance(cause, ssl.SSLError) and cause.reason in _NO_TLS:
        return f"{_NO_HTTPS} ({cause.reason})"
    if isinstance(error, httpx2.TimeoutException):
        return f"no answer within {timeout:g} s"
    text = _ERRNO.sub("", str(error) or str(cause)) or type(error).__name__
    match error:
        case httpx2.ProxyError():
            return f"no connection: the proxy of this machine: {text}"
        case httpx2.ConnectError():
            return f"no connection: {text}"
        case httpx2.DecodingError():
            return f"the answer can't be decoded: {text}"
        case httpx2.RemoteProtocolError():
            return f"the answer broke off or is not HTTP: {text}"
        case httpx2.NetworkError():
            return f"the connection broke: {text}"
    return f"no usable answer: {text}"


def _root(error: BaseException) -> BaseException:
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return error
