"""Names of people and companies. All are made up; addresses and numbers are those reserved for fiction."""

from dataclasses import dataclass
from decimal import Decimal

_FIRST = (
    "Agnes Amir Anders Anja Beatriz Björn Camille Carl Chloé Clara Daniel Daria Edith Elena Emil Erik Esther Eva "
    "Felix Frida Gabriel Grace Hanna Harriet Henrik Hugo Ida Iris Jakob Jonas José Julia Karin Kofi Lars Lea Leo "
    "Lina Louise Lucas Magnus Maja Marco Marta Mateo Max Mira Nadia Nils Nora Oliver Olivia Omar Oskar Paula Per "
    "Pia Priya Rafael Rosa Ruth Samuel Sara Sofia Stefan Tara Theo Tilde Tobias Vera Victor Viola William Yara "
    "Zoé"
)
_LAST = (
    "Adler Almeida Andersson Arnold Baker Bauer Bell Berger Bergström Blanc Bonnet Brandt Brown Carter Dahl "
    "Diallo Dubois Eklund Engel Fischer Fontaine Forsberg Foster Garnier Girard Grant Gruber Haas Hall Hansson "
    "Hartmann Hofer Holm Hughes Huber Jansson Keller König Krause Lambert Lang Laurent Lehmann Lindqvist Lundin "
    "Marchand Martin Mensah Meyer Moreau Morgan Müller Nguyen Novak Nyström Okafor Olsson Parker Patel Perrin "
    "Pohl Reed Richter Rossi Roth Sandberg Sauer Schmid Shaw Silva Simon Sommer Stone Svensson Turner Vidal Vogel "
    "Wagner Walsh Weber Wiklund Winter Wood Wright Zimmer"
)
_ROOTS = (
    "Alder Amber Anchor Arden Arrow Ashford Aurora Beacon Birch Bluebell Bracken Bridge Canal Cedar Cinder Cliff "
    "Cobalt Copper Coral Crane Crown Dale Delta Dune Eagle Elm Ember Falcon Fern Field Flint Forge Garnet Glen "
    "Granite Harbour Haven Hazel Heron Hill Indigo Iron Ivy Juniper Keel Lagoon Lake Larch Linden Lodge Lunar "
    "Maple Marble Meadow Mill Moor North Oak Ocean Olive Onyx Orchard Otter Pearl Pine Quarry Quartz Raven Reed "
    "Ridge River Rowan Sable Sail Salt Silver Slate Sparrow Spruce Stone Summit Swift Thistle Timber Topaz Vale "
    "Velvet Walnut Willow"
)
_SUFFIXES = (
    "Logistics Freight Foods Textiles Pharma Books Tools Retail Wholesale Furniture Electronics Parts Paper "
    "Packaging Garden Sports"
)
FIRST, LAST, ROOTS, SUFFIXES = _FIRST.split(), _LAST.split(), _ROOTS.split(), _SUFFIXES.split()
INDUSTRIES = ("logistics", "wholesale", "retail", "manufacturing", "food", "health", "public sector")
ROLES = (
    "Head of IT", "Warehouse manager", "Operations director", "Purchasing", "Managing director", "Shift lead",
    "Finance", "Supply chain manager",
)  # fmt: skip


@dataclass(frozen=True)
class Country:
    """`rate` is what a euro is in its currency; `phone` has a # for each free digit."""

    code: str
    language: str
    currency: str
    rate: Decimal
    phone: str


GERMANY = Country("DE", "de", "EUR", Decimal(1), "+49 30 23125 ###")
FRANCE = Country("FR", "fr", "EUR", Decimal(1), "+33 1 99 00 ## ##")
BRITAIN = Country("GB", "en", "GBP", Decimal("0.86"), "+44 20 7946 0###")
SWEDEN = Country("SE", "sv", "SEK", Decimal("11.2"), "+46 8 465 004 ##")
AMERICA = Country("US", "en", "USD", Decimal("1.08"), "+1 212 555 01##")
COUNTRIES = (GERMANY, FRANCE, BRITAIN, SWEDEN, AMERICA)
SHARES = (40, 22, 15, 10, 13)
