"""What the company sells, who sells it, and what people say."""

from dataclasses import dataclass
from decimal import Decimal

OWNERS = ("Ann", "Ben", "Chiara", "Emre", "Greta", "Jomo", "Karol")
OWNER_SHARES = (5, 4, 4, 3, 3, 2, 2)
WEB_FORM = "web form"
IMPORT = "import"


@dataclass(frozen=True)
class Product:
    """`price` is in whole euros for one; a deal is for a number between `least` and `most`."""

    name: str
    price: int
    least: int
    most: int
    deal_name: str


SEATS = Product("Seats", 120, 20, 260, "{count} seats")
SCANNERS = Product("Scanner kit", 690, 6, 60, "{count} scanner kits")
SUPPORT = Product("Support plan", 1800, 1, 8, "Support for {count} sites")
TRAINING = Product("Training", 950, 2, 14, "{count} days of training")
ROLL_OUT = Product("Roll-out", 16500, 1, 5, "Roll-out at {count} sites")
PRODUCTS = (SEATS, SCANNERS, SUPPORT, TRAINING, ROLL_OUT)
PRODUCT_SHARES = (38, 27, 13, 10, 12)
SUPPLIES = ((Decimal("14.90"), 40), (Decimal("43.30"), 12), (Decimal(129), 6), (Decimal(249), 3))
"""What is ordered again and again (labels, straps, batteries, cradles): price in euros, the most in an order."""

CHANNELS = ("web", "referral", "event", "partner", "phone", "advert")
CHANNEL_SHARES = (36, 16, 18, 10, 8, 12)
CAMPAIGNS = {
    "web": ("white-paper", "webinar-returns", None),
    "event": ("spring-fair", "autumn-expo"),
    "advert": ("search-ads", "social-ads"),
    "partner": ("partner-days", None),
}
NEWSLETTERS = ("product-news", "customer-stories", "stocktaking-tips", "season-offer")
INTERESTS = (
    "faster stocktaking",
    "fewer picking errors",
    "replacing old scanners",
    "a second site",
    "integration",
)

DISQUALIFIED = (
    "no budget this year", "a student's project", "too small", "chose another supplier already",
    "wrong industry", "duplicate enquiry", "no longer with the company", "only wanted a price list",
)  # fmt: skip
LOSS_REASONS = {
    "price": ("Initech", "Globex", "Scanwerk", None),
    "features": ("Initech", "Globex", "Hooli"),
    "no decision": (None,),
    "no budget": (None,),
    "timing": (None,),
    "lost contact": (None,),
    "built it in-house": (None,),
}
LOSS_SHARES = (30, 14, 24, 12, 10, 6, 4)
PUSHED = (
    "board meets later", "waiting for the budget", "legal review takes longer", "pilot extended",
    "contact on holiday", "procurement asks for a second offer", "new decision maker",
)  # fmt: skip
AMOUNT_CHANGES = ("quoted after the site visit", "more seats needed", "smaller first phase", "scope agreed")
DISCOUNTS = ("volume discount", "discount for two years", "met the competitor's price")
REOPENED = ("they came back", "new budget", "the other supplier failed", "project revived")
RETURNED = ("damaged", "wrong item", "too many ordered", "does not fit the scanner", "arrived too late")

LATE_NOTES = ("notes entered after the trip", "found in the shared mailbox", "list of the fair came late")
LATE_ORDERS = ("reported late by the partner", "paper form", "shop export repeated")

STAGE_TALK: dict[str, tuple[tuple[str, str, str], ...]] = {
    "prospecting": (
        ("email", "outbound", "Introduction"),
        ("phone", "outbound", "First call"),
        ("email", "inbound", "Tell us more"),
        ("web", "inbound", "Read the pricing page"),
    ),
    "qualification": (
        ("meeting", "outbound", "Requirements workshop"),
        ("phone", "inbound", "Questions about integration"),
        ("email", "outbound", "Summary of our call"),
        ("web", "inbound", "Watched the demo"),
    ),
    "proposal": (
        ("email", "outbound", "Our proposal"),
        ("email", "inbound", "Question about the offer"),
        ("meeting", "outbound", "Walk through the proposal"),
        ("phone", "outbound", "Following up on the offer"),
    ),
    "negotiation": (
        ("phone", "inbound", "Terms of payment"),
        ("email", "inbound", "Comments on the contract"),
        ("email", "outbound", "Revised contract"),
        ("meeting", "outbound", "Final terms"),
    ),
}
CHECK_INS = (
    ("phone", "outbound", "How is it going?"), ("email", "inbound", "Invoice question"),
    ("email", "outbound", "New firmware"), ("chat", "inbound", "How do I pair a scanner?"),
    ("web", "inbound", "Visited the help centre"), ("meeting", "outbound", "Quarterly review"),
    ("sms", "outbound", "Appointment reminder"), ("phone", "inbound", "Battery does not charge"),
)  # fmt: skip
OUTCOMES = {"phone": ("reached", "no answer", "left a message"), "meeting": ("held", "held", "postponed")}
