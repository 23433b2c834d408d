#!/usr/bin/env python3
"""Text of the training set: field-sales voice notes from a slot grammar, and random words for acoustic coverage."""
import csv
import random
import re
from functools import cache
from pathlib import Path

FIRST = (
    "Grace David Samir Elena Marcus Terrence Maria Kevin Olivia Hannah Peter Laura James Anna Robert Linda Carlos Nina "
    "Victor Julia Daniel Sofia Brian Emma Oscar Ruth Henry Alice Martin Dana"
).split()
LAST = (
    "Dalton Donovan Patel Tillman Blake Garcia Novak Chen Miller Brooks Turner Reed Hayes Foster Kim Lopez Walsh "
    "Bennett Shaw Perry Stone Fisher Grant Wells"
).split()
ORGANISATIONS = [
    "Summit Community Association", "Pinecrest Corporate", "Acme", "Lakeview Dental", "Maplewood", "Cedar Logistics",
    "Harbor Point Hotel", "Oak Ridge School", "Riverside Clinic", "Northgate Mall", "Silver Creek Apartments",
    "the county library", "the city park office", "Valley Church", "Green Hills Golf Club",
]  # fmt: skip
SERVICES = [
    "seasonal cleanup", "mulch refresh", "winter storm prep", "holiday lighting", "irrigation tune up", "snow removal",
    "shrub pruning", "leaf removal", "lawn care", "tree trimming", "drainage repair", "grading", "fall bed maintenance",
    "spring planting", "pest control", "roof inspection", "gutter cleaning", "pressure washing", "fence repair",
    "parking lot sweeping",
]  # fmt: skip
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday tomorrow".split()
MONTHS = "January February March April May June July August September October November December".split()
TIMES = [
    "in the morning", "in the afternoon", "after nine", "before noon", "at two thirty", "at four", "end of day",
    "next week", "by the end of the month", "first thing",
]  # fmt: skip
ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "twentieth"
).split() + ["twenty first", "twenty second", "thirtieth"]
DIGITS = ONES[:9]
STAGES = ["proposal", "negotiation", "closed won", "closed lost", "qualified"]
THINGS = ["planters", "lights", "pallets", "filters", "valves", "sprinklers"]
ROLES = ["property manager", "office manager", "facilities director", "president", "owner"]
VISITS = ["morning", "afternoon", "weekend", "weekday"]
UNITS = ["beds", "trees", "parking spaces", "buildings", "zones", "shrubs", "homes"]
PLACES = [
    "front entrance", "loading dock", "parking lot", "back fence", "north side", "main gate", "playground", "pool deck",
    "retaining wall", "office building", "courtyard", "south lawn",
]  # fmt: skip
JUDGEMENTS = ["on time", "late", "very good", "too expensive", "not what they expected", "better than before"]
TOOLS = ["ladder", "truck", "trailer", "mower", "blower", "samples"]

CUSTOMERS = Path(__file__).parent / "../../Sources/fieldos/Resources/demo-data/crm_sample.csv"
CUSTOMERS_SHARE = 0.35  # of names, accounts and services: those of the shipped demo data
WORD_LIST = Path("/usr/share/dict/american-english-small")  # Debian's wamerican-small; words of 2 to 10 letters are used
RANDOM_WORDS_SHARE = 0.12
SENTENCES = (3, 8)  # in a note


def spell(n: int) -> str:
    """A whole number from 1 to 999,999 in words, without 'and'."""
    if n < 20:
        return ONES[n - 1]
    if n < 100:
        tens = TENS[n // 10 - 2]
        return tens if n % 10 == 0 else f"{tens} {ONES[n % 10 - 1]}"
    for unit, name in ((1000, "thousand"), (100, "hundred")):
        if n >= unit:
            head = f"{spell(n // unit)} {name}"
            return head if n % unit == 0 else f"{head} {spell(n % unit)}"
    raise ValueError(n)


@cache
def customers() -> dict[str, list[str]]:
    """Contacts, accounts and services of the shipped demo data, as they are spoken; what has digits is left out."""
    with open(CUSTOMERS, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = {"contacts": "Primary_Contact", "accounts": "Customer_Name", "services": "Service_Interest"}
    found = {name: sorted({row[column] for row in rows}) for name, column in columns.items()}
    spoken = {name: [value.replace("St. ", "Saint ").replace(" + ", " and ") for value in values] for name, values in found.items()}
    kept = {name: [value for value in values if re.fullmatch("[A-Za-z' -]+", value)] for name, values in spoken.items()}
    return {**kept, "services": [value.lower() for value in kept["services"]]}


class Slots:
    """The fillers of one note: those that most templates share are drawn first, the others when a template asks."""

    def __init__(self, rng: random.Random):
        self.rng, self.pick = rng, rng.choice
        known = customers()
        self.full_name = self.of_demo(known["contacts"]) or f"{self.pick(FIRST)} {self.pick(LAST)}"
        self.person = self.full_name.split()[0]
        self.organisation = self.of_demo(known["accounts"]) or self.pick(ORGANISATIONS)

    def of_demo(self, values: list[str]) -> str | None:
        """One of the demo data's, for a part of the draws."""
        return self.pick(values) if self.rng.random() < CUSTOMERS_SHARE else None

    @property
    def service(self) -> str:
        """Another one at every mention."""
        return self.of_demo(customers()["services"]) or self.pick(SERVICES)

    @property
    def day(self) -> str:
        """A day of the week, or tomorrow."""
        return self.pick(DAYS)

    @property
    def time(self) -> str:
        """When on a day."""
        return self.pick(TIMES)

    def number(self, low: int = 1, high: int = 99) -> str:
        """A number in words."""
        return spell(self.rng.randint(low, high))

    def digits(self, count: int, zero: bool = False) -> str:
        """Single digits, as a phone number is read out."""
        return " ".join(self.pick(DIGITS + ["zero"] * zero) for _ in range(count))

    def money(self) -> str:
        """A round sum of dollars."""
        draw = self.rng.randint
        sums = [draw(1, 9) * 100, draw(1, 99) * 100, draw(1, 20) * 1000, draw(10, 99) * 10, draw(1, 40) * 50]
        return f"{spell(self.pick(sums))} dollars"

    def date(self) -> str:
        """A month and a day."""
        return f"{self.pick(MONTHS)} {self.pick(ORDINALS)}"


TEMPLATES = [
    lambda s: f"Met with {s.full_name} at {s.organisation}.",
    lambda s: f"Just left {s.organisation} and spoke with {s.person}.",
    lambda s: f"Quick note from the visit at {s.organisation}.",
    lambda s: f"{s.person} approved the {s.service} for {s.money()}.",
    lambda s: f"{s.person} wants a quote for {s.service}.",
    lambda s: f"They asked about the {s.service} promo.",
    lambda s: f"Follow up on {s.day} {s.time}.",
    lambda s: f"Call {s.person} back on {s.day}.",
    lambda s: f"Send the proposal by {s.day}.",
    lambda s: f"The budget is about {s.money()}.",
    lambda s: f"The board meets on {s.date()}.",
    lambda s: f"Crew should arrive {s.time} on {s.day}.",
    lambda s: f"We need {s.number()} yards of mulch and {s.number()} bags of salt.",
    lambda s: f"Offer the {s.number(5, 30)} percent discount if they book before {s.day}.",
    lambda s: f"The competitor came in {s.number(2, 20)} percent lower.",
    lambda s: f"She is happy with the {s.service}.",
    lambda s: f"He complained about the {s.service} last {s.pick(MONTHS)}.",
    lambda s: f"Bundle {s.service} with {s.pick(SERVICES)}.",
    lambda s: f"Schedule the {s.service} for {s.date()}.",
    lambda s: f"Invoice number {s.digits(s.rng.randint(3, 5))} is still open.",
    lambda s: f"Their phone number is {s.digits(7, zero=True)}.",
    lambda s: f"Please update the contact to {s.full_name}.",
    lambda s: f"No decision yet, {s.person} is waiting for the board.",
    lambda s: f"The contract value is {s.money()} per year.",
    lambda s: f"Gate code is {s.digits(4)}.",
    lambda s: "Flagged drainage issues near the loading dock.",
    lambda s: f"Client wants photos within {s.number(2, 48)} hours.",
    lambda s: f"Move the deal to the {s.pick(STAGES)} stage.",
    lambda s: f"Remind me to order {s.number()} {s.pick(THINGS)}.",
    lambda s: f"{s.full_name} is the new {s.pick(ROLES)}.",
    lambda s: f"They prefer {s.pick(VISITS)} visits.",
    lambda s: "Lost the job to a cheaper bid.",
    lambda s: "Great meeting, very likely to renew.",
    lambda s: f"The {s.service} is finished and the site is clean.",
    lambda s: f"Next step is a site walk with {s.person} on {s.day}.",
    lambda s: f"Need an extra crew for {s.number(2, 9)} days.",
    lambda s: f"{s.pick(['Ask', 'Tell', 'Remind'])} {s.person} about the {s.service}.",
    lambda s: f"Price went up by {s.money()}.",
    lambda s: f"Bring the {s.pick(TOOLS)} on {s.day}.",
    lambda s: f"I met {s.full_name} from {s.organisation} {s.pick(['today', 'this morning', 'after lunch', 'on site'])}.",
    lambda s: f"{s.person} asked for {s.service} and {s.service}.",
    lambda s: f"They have {s.number(2, 60)} acres and about {s.number(2, 90)} {s.pick(UNITS)}.",
    lambda s: f"The current contract ends in {s.pick(MONTHS)}.",
    lambda s: f"We walked the property and looked at the {s.pick(PLACES)}.",
    lambda s: f"There is standing water near the {s.pick(PLACES)}.",
    lambda s: f"Please send a crew to check the {s.pick(PLACES)}.",
    lambda s: f"The {s.pick(PLACES)} needs {s.pick(['mulch', 'gravel', 'new sod', 'fresh paint', 'lighting', 'repairs'])}.",
    lambda s: f"{s.person} said the last {s.pick(['crew', 'visit', 'invoice', 'delivery', 'report'])} was {s.pick(JUDGEMENTS)}.",
    lambda s: f"Their budget is between {s.money()} and {s.money()}.",
    lambda s: f"I promised an answer by {s.day} {s.time}.",
    lambda s: f"The decision is up to {s.full_name}.",
    lambda s: f"{s.person} is worried about the {s.pick(['price', 'schedule', 'noise', 'parking', 'weather', 'warranty'])}.",
    lambda s: f"Add {s.service} to the quote.",
    lambda s: f"Take {s.service} off the list.",
    lambda s: f"They compared us with {s.pick(['a cheaper company', 'two other bids', 'their old contractor', 'a local crew'])}.",
    lambda s: f"I will email {s.person} the {s.pick(['photos', 'contract', 'price list', 'schedule', 'summary'])} {s.pick(['tonight', 'tomorrow', 'on ' + s.day])}.",
    lambda s: f"The next visit is on {s.date()} {s.time}.",
    lambda s: f"It will take {s.number(2, 12)} people and {s.number(1, 14)} days.",
    lambda s: f"They paid {s.money()} last year.",
    lambda s: f"The deposit of {s.money()} is {s.pick(['paid', 'due', 'late', 'on its way'])}.",
    lambda s: f"{s.person} liked the idea of a {s.number(2, 5)} year agreement.",
    lambda s: f"Park at the {s.pick(PLACES)} and ask for {s.person}.",
    lambda s: f"They need {s.pick(['a certificate of insurance', 'a site map', 'references', 'three bids', 'a start date'])} first.",
    lambda s: f"No {s.pick(['change', 'news', 'complaints', 'objections', 'answer'])} from {s.organisation} this week.",
    lambda s: f"The {s.service} starts on {s.date()}.",
    lambda s: f"Set a reminder for {s.date()}.",
    lambda s: f"Give them {s.number(3, 20)} percent off the {s.service}.",
    lambda s: f"{s.organisation} has {s.number(2, 40)} {s.pick(UNITS)} and wants them done before {s.pick(MONTHS)}.",
    lambda s: f"Overall a {s.pick(['good', 'short', 'difficult', 'friendly', 'very good'])} visit.",
]


@cache
def words() -> list[str]:
    """Lower-case words of 2 to 10 letters."""
    if not WORD_LIST.is_file():
        raise SystemExit(f"{WORD_LIST} is missing: install Debian's wamerican-small")
    plain = [word for word in WORD_LIST.read_text(encoding="utf-8").split() if re.fullmatch("[a-z]+", word)]
    return [word for word in plain if 2 <= len(word) <= 10]


def random_words(rng: random.Random) -> str:
    """Any words, as a sentence."""
    return " ".join(rng.choice(words()) for _ in range(rng.randint(3, 8))).capitalize() + "."


def sentence(rng: random.Random) -> str:
    """A sentence of a field-sales note."""
    return rng.choice(TEMPLATES)(Slots(rng))


def note(rng: random.Random, most: int = SENTENCES[1]) -> list[str]:
    """A visit's note: sentences about one person and one account, no template twice."""
    slots = Slots(rng)
    return [template(slots) for template in rng.sample(TEMPLATES, rng.randint(SENTENCES[0], most))]


def spoken(rng: random.Random) -> list[str]:
    """What one speaker of the training set says in a row; some sentences are random words."""
    return [random_words(rng) if rng.random() < RANDOM_WORDS_SHARE else text for text in note(rng)]


if __name__ == "__main__":
    generator = random.Random(1)
    for _ in range(3):
        print(" ".join(spoken(generator)))
