"""Add security headers to every response and refuse cross-site requests: other sites must neither read nor use a worker."""

import ipaddress

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from yarl import URL

# Own scripts, styles and images only, none inline: markup of a dump could not run even if it were inserted into the page.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
# Prometheus and Kubernetes use any host name; these paths are not secret and change nothing.
FOR_MACHINES = frozenset({"/metrics", "/livez", "/readyz"})


def guard(web_host: str) -> Middleware:
    """Return the middleware that refuses unknown host names and cross-site requests; `web_host` as in the settings."""

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path not in FOR_MACHINES:
            if not is_own_name(request.host, web_host):
                raise web.HTTPMisdirectedRequest(text=f"Unknown host name. Use the IP address, localhost, or {web_host}.")
            if is_foreign(request):
                raise web.HTTPForbidden(text="Cross-site requests are refused.")
        return await handler(request)

    return guarded


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """Add the headers to a response before it is sent, including errors and streams."""
    response.headers.update(HEADERS)


def is_own_name(host: str, web_host: str) -> bool:
    """Return whether a Host header is safe from DNS rebinding: an IP address, a loopback name, or the configured name."""
    try:
        name = (URL(f"http://{host}").host or "").rstrip(".").lower()
    except ValueError:
        return False
    if name in ("localhost", web_host.lower()) or name.endswith(".localhost"):
        return bool(name)
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_foreign(request: web.Request) -> bool:
    """Return whether another site's page made this request; navigation by a link to the page is allowed."""
    site, mode = request.headers.get("Sec-Fetch-Site", "none"), request.headers.get("Sec-Fetch-Mode")
    if site not in ("none", "same-origin") and not (mode == "navigate" and request.method == "GET"):
        return True
    origin = request.headers.get("Origin")
    return origin is not None and origin.partition("://")[2] != request.host
