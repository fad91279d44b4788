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
TRACES = "GET /api/traces/recent?agent=feedback_loop&limit=200"
QUEUE_BEFORE = "the queue before the cycle"
SENT_MAIL = "sent mail in GHL"
LEDGER = "ledger"
"""What the ledger has of the environment's last runs; the deployment is not asked."""
REPLAY = "replay"
SUITE = "target test suite"
INNGEST = "GET /inngest as anonymous"

STATUS_ANONYMOUS = f"{STATUS} as anonymous"
READS_ANONYMOUS = (
    STATUS_ANONYMOUS,
    f"{DEPENDENCIES} as anonymous",
    f"{TAGS} as anonymous",
    "GET /api/pending-emails as anonymous",
    f"{QUEUE_STATUS} as anonymous",
    "GET /api/emails/history as anonymous",
    "GET /api/operator/history as anonymous",
    "GET /api/operator/pending-batch as anonymous",
    "GET /api/leads as anonymous",
    "GET /api/leads/funnel as anonymous",
    "GET /api/scorecard as anonymous",
    "GET /api/traces/recent as anonymous",
    "GET /api/agents as anonymous",
    "GET /api/queue-watcher/status as anonymous",
    "GET /api/cadence/leads as anonymous",
    "GET /api/debug/filesystem as anonymous",
)
PAGES_ANONYMOUS = ("GET / as anonymous", "GET /leads as anonymous", "GET /scorecard as anonymous")
"""The dashboard's other pages; `/sales` has a check of its own."""
UNKNOWN = "caio-gate-unknown-0000"
"""An id that no card and no batch has."""
REJECT_ANONYMOUS = f"POST /api/emails/{UNKNOWN}/reject as anonymous"
TRIGGER_ANONYMOUS = "GET /api/operator/trigger as anonymous"
SEED_ANONYMOUS = "POST /api/admin/seed_queue?count=0 as anonymous"
ACTIONS_ANONYMOUS = (
    REJECT_ANONYMOUS,
    TRIGGER_ANONYMOUS,
    f"POST /api/emails/{UNKNOWN}/approve as anonymous",
    f"POST /api/operator/approve-batch/{UNKNOWN} as anonymous",
    f"POST /api/operator/reject-batch/{UNKNOWN} as anonymous",
    SEED_ANONYMOUS,
)
DECIDED_BY_LINK = tuple(
    f"GET /api/{what}"
    for what in (
        f"emails/{UNKNOWN}/approve?_method=POST",
        f"emails/{UNKNOWN}/reject",
        f"operator/approve-batch/{UNKNOWN}",
    )
)
"""What a link, a preview or a prefetch sends, signed in; no card and no batch has that id."""
READS_AGAIN = "reads without a token, once they were answered with one"
READ_TWICE = "what was read, read once more"
ANSWERS_LINK = "what answers link to, without a token"
READ_CREDENTIALS = "a read with wrong credentials"
ACTION_CREDENTIALS = "an action with wrong credentials"
REJECT_INCOMPLETE = "rejections of a training card that lack something"
GATE_REVIEWER = "caio-gate"
"""Who the deployment's history names where it took a rejection that it had to refuse."""
BROWSER = "a browser"
PAGE_REJECT = "rejections on /sales, in a browser"
GATE_CARDS = (
    "caio-gate-card_0001",
    "caio-gate-card_0002",
    "caio-gate-card_0003",
    "caio-gate-card_0004",
)
"""The only cards that the page in the browser sees; no deployment knows them.

An even number, so that no card keeps its place in a list that is turned round; with the signs that
stand in the ids of real cards.
"""
FOREIGN_ORIGIN = "https://caio-gate.example"
"""Where no page of the dashboard's is."""
CORS_PREFLIGHT = "CORS preflight of /api/operator/status"
WEBHOOKS = (
    "webhook /webhooks/instantly/open",
    "webhook /webhooks/clay",
    "webhook /webhooks/rb2b",
    "webhook /webhooks/heyreach",
)
BOUNCES, UNSUBSCRIBES = (
    "webhook /webhooks/instantly/bounce",
    "webhook /webhooks/instantly/unsubscribe",
)
WEBHOOK_SECRET = "webhook /webhooks/heyreach with its secret"

LOGIN_PAGE = "GET /login as anonymous"
WRONG_LOGIN = "wrong logins"
LOGIN = "login"
SALES = "GET /sales as anonymous"
SALES_SESSION = "GET /sales as session"
FORGED_SESSION = "a page and a read with a forged session"
BOOKMARK = "GET /ChiefAIOfficer as anonymous"
BOOKMARK_SESSION = "GET /ChiefAIOfficer as session"
DOCS = (
    "GET /docs as anonymous",
    "GET /redoc as anonymous",
    "GET /openapi.json as anonymous",
)
