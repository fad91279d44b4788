"""The names of the probes that the standard judges look at."""

READY = "GET /api/health/ready as anonymous"
HEALTH = "GET /api/health as anonymous"
DEPENDENCIES = "GET /api/runtime/dependencies"
STATUS = "GET /api/operator/status"
TAGS = "GET /api/rejection-tags"
QUEUE = "GET /api/pending-emails?include_non_dispatchable=true"
QUEUE_STATUS = "GET /api/queue-status"
QUEUE_AGAIN = "second read of the queue"
DISPATCHES = "GET /api/operator/history?limit=200"
DECISIONS = "GET /api/emails/history?limit=100"
SENT_MAIL = "sent mail in GHL"
REPLAY = "replay"
SUITE = "target test suite"
INNGEST = "GET /inngest as anonymous"

STATUS_ANONYMOUS = f"{STATUS} as anonymous"
READS_ANONYMOUS = (
    STATUS_ANONYMOUS,
    f"{DEPENDENCIES} as anonymous",
    f"{TAGS} as anonymous",
    "GET /api/pending-emails as anonymous",
)
UNKNOWN_CARD = "caio-gate-unknown-0000"
REJECT_ANONYMOUS = f"POST /api/emails/{UNKNOWN_CARD}/reject as anonymous"
REJECT_UNTAGGED = "rejections of a training card without a tag"
GATE_REVIEWER = "caio-gate"
"""Who the deployment's history names where it took a rejection that it had to refuse."""
BROWSER = "a browser"
PAGE_REJECT = "rejections on /sales, in a browser"
GATE_CARD = "caio-gate-card-0001"
"""The only card that the page in the browser sees; no deployment knows it."""
TRIGGER_ANONYMOUS = "GET /api/operator/trigger as anonymous"
CORS_PREFLIGHT = "CORS preflight of /api/operator/status"
WEBHOOKS = (
    "webhook /webhooks/instantly/open",
    "webhook /webhooks/clay",
    "webhook /webhooks/rb2b",
    "webhook /webhooks/heyreach",
)

LOGIN_PAGE = "GET /login as anonymous"
WRONG_LOGIN = "a wrong login"
LOGIN = "login"
SALES = "GET /sales as anonymous"
SALES_SESSION = "GET /sales as session"
BOOKMARK = "GET /ChiefAIOfficer as anonymous"
BOOKMARK_SESSION = "GET /ChiefAIOfficer as session"
DOCS = (
    "GET /docs as anonymous",
    "GET /redoc as anonymous",
    "GET /openapi.json as anonymous",
)
