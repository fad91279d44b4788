"""The pages for people: login, dashboard, docs, old bookmark."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from pytest_caio.rehearsal.deployment.core import Deployment
from pytest_caio.rehearsal.deployment.responses import answer, deployment_of, only_if
from pytest_caio.rehearsal.deployment.templates import render

_DOCS = "<!doctype html><title>CAIO API - {kind}</title><h1>CAIO API</h1><p>See /openapi.json</p>"


async def login_form(request: Request) -> Response:
    """GET /login: the form; 404 in G1."""
    deployment = deployment_of(request)
    only_if(deployment.settings.login_enabled)
    practice = deployment.behaviour.practice_login
    form = _form(request.query_params.get("next", "/sales"), practice=practice)
    return _signed_in(deployment, form) if deployment.behaviour.login_page_signs_in else form


async def login(request: Request) -> Response:
    """POST /login: 303 with the cookie, 200 with an error, or 429 after five wrong ones."""
    deployment = deployment_of(request)
    only_if(deployment.settings.login_enabled)
    fields = parse_qs((await request.body()).decode("utf-8", "replace"))
    token, target = fields.get("token", [""])[0], fields.get("next", ["/sales"])[0]
    address, now = (request.client.host if request.client else ""), deployment.now()
    if deployment.state.locked_out(address, now):
        return _form(target, "Too many attempts. Wait five minutes and try again.", 429)
    if not deployment.behaviour.login_accepts(deployment.settings, token):
        deployment.state.wrong_logins.setdefault(address, []).append(now)
        form = _form(target, "Invalid token.")
        return _signed_in(deployment, form) if deployment.behaviour.refused_login_signs_in else form
    deployment.state.wrong_logins.pop(address, None)
    return _signed_in(deployment, RedirectResponse(_local(target), status_code=303))


def _signed_in(deployment: Deployment, response: Response) -> Response:
    session = deployment.behaviour.new_session(deployment.settings)
    deployment.state.sessions.add(session)
    response.set_cookie(
        deployment.settings.session_cookie,
        session,
        httponly=True,
        samesite=deployment.behaviour.same_site,
        secure=deployment.settings.cookie_secure,
    )
    return response


def _local(target: str) -> str:
    """`target` if it is a path on this host, else /sales: a login must not lead elsewhere."""
    plain = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if plain and target.isprintable() else "/sales"


def _form(target: str, error: str = "", status: int = 200, *, practice: bool = False) -> Response:
    page = render("login.html", next=_local(target), error=error, practice=practice)
    return HTMLResponse(page, status)


async def practice(request: Request) -> Response:
    """GET /login/practice: 404, but where a link signs anybody in."""
    deployment = deployment_of(request)
    only_if(deployment.behaviour.practice_login)
    return _signed_in(deployment, RedirectResponse("/sales", status_code=302))


async def sales(request: Request) -> Response:
    """GET /sales: the dashboard, as this deployment's page was built."""
    deployment = deployment_of(request)
    if deployment.settings.sales_slash and request.url.path == "/sales":
        return RedirectResponse("/sales/", status_code=307)
    if not deployment.behaviour.sessions_open_pages:
        return _form("/sales")
    switches = deployment.behaviour.page.switches()
    settings = deployment.settings
    page = render(
        "sales.html",
        **switches,
        announced=settings.announced,
        environment=settings.environment,
    )
    return HTMLResponse(page, headers=deployment.behaviour.page_headers)


async def plain_page(request: Request) -> Response:
    """GET /, /leads, /scorecard: pages of their own that the gate does not look into."""
    name = request.url.path.strip("/").capitalize() or "Overview"
    return HTMLResponse(
        f"<!doctype html><html lang=en><title>CAIO {name}</title><h1>{name}</h1>"
        '<p><a href="/sales">Sales dashboard</a></p>'
    )


async def bookmark(request: Request) -> Response:
    """GET /ChiefAIOfficer: the old address of the dashboard."""
    only_if(deployment_of(request).settings.bookmark_enabled)
    return RedirectResponse("/sales", status_code=307)


async def docs(request: Request) -> Response:
    """GET /docs and /redoc: 404 where docs are off."""
    only_if(deployment_of(request).settings.docs_enabled)
    return HTMLResponse(_DOCS.format(kind=request.url.path.strip("/")))


async def openapi(request: Request) -> Response:
    """GET /openapi.json: 404 where docs are off."""
    only_if(deployment_of(request).settings.docs_enabled)
    paths: dict[str, dict[str, str]] = {
        route.path: {} for route in request.app.routes if isinstance(route, Route)
    }
    return answer(request, {"openapi": "3.1.0", "info": {"title": "CAIO API"}, "paths": paths})


ROUTES = [
    Route("/login/practice", practice),
    Route("/login", login_form, methods=["GET"]),
    Route("/login", login, methods=["POST"]),
    Route("/sales", sales),
    Route("/sales/", sales),
    Route("/", plain_page),
    Route("/leads", plain_page),
    Route("/scorecard", plain_page),
    Route("/ChiefAIOfficer", bookmark),
    Route("/docs", docs),
    Route("/redoc", docs),
    Route("/openapi.json", openapi),
]
