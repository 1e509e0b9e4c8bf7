"""How well cards are read: draws cards of nobody, spoils the pictures as cameras do, reads them, and counts.

`python -m tools.cards [SEED [CARDS]]`: each field of each kind of card, by how its picture was spoilt. A
value is right when it is proposed letter for letter; case and spaces do not count, for readers lose them.
"""

import io
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import typst
from PIL import Image, ImageFilter

from osler.clinic.insurance.card_text import payer_on_card, read_card
from osler.clinic.patients.documents.licences import licence_in
from osler.clinic.patients.documents.mrz import check_digit, zone_in
from osler.foundation.files.reading import Reading, can_read_barcodes, can_read_text, read_picture
from osler.kernel.errors import Refusal

TODAY = date(2026, 11, 30)
PAGE = (
    '#set page(width: 86mm, height: 54mm, margin: 4mm, fill: rgb("{ground}"))\n'
    '#set text(font: "{font}", size: 8pt)\n'
)
FONTS = ("Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono")
PAYERS = ("Harbor Health Plan", "Blue Example Shield", "Sample Mutual", "Unity Care of Nowhere")
FAMILIES, GIVENS = ("Sample", "Specimen", "Example", "Mustermann"), ("Pat", "Ada", "Alex", "Robin")


@dataclass(frozen=True)
class Drawn:
    """A card, and what stands on it."""

    kind: str
    picture: Image.Image
    truth: dict[str, str]


def png(source: str) -> Image.Image:
    """A page of typst as a picture of 300 dots to the inch."""
    return Image.open(io.BytesIO(typst.compile(source.encode(), format="png", ppi=300))).convert("RGB")


def insurance(chance: random.Random) -> Drawn:
    """An insurance card in one of several lay-outs."""
    truth = {
        "payer": chance.choice(PAYERS),
        "member_id": f"{chance.choice(['XYZ', 'W', 'QRS'])}{chance.randrange(10**8, 10**9)}",
        "group_number": f"{chance.randrange(10**5, 10**7):07}",
        "plan_name": chance.choice(["PPO Gold 500", "HMO Standard", "Open Access"]),
        "subscriber_name": f"{chance.choice(GIVENS)} {chance.choice(FAMILIES)}",
        "rx_bin": f"{chance.randrange(10**6):06}",
        "rx_pcn": chance.choice(["ADV", "MEDDPRIME", "SAMPLE"]),
        "rx_group": f"RX{chance.randrange(1000, 9999)}",
    }
    beside, below = ": ", " \\\n"
    gap = chance.choice([beside, below])
    member, group = chance.choice(["Member ID", "ID", "Subscriber ID"]), chance.choice(["Group", "Group No"])
    left = [("Member Name", "subscriber_name"), (member, "member_id"), (group, "group_number")]
    right = [("Plan", "plan_name"), ("RxBIN", "rx_bin"), ("RxPCN", "rx_pcn"), ("RxGrp", "rx_group")]
    columns = (
        "\n\n".join(f"{label}{gap}{truth[field]}" for label, field in left),
        "\n\n".join(f"{label}: {truth[field]}" for label, field in right),
    )
    source = PAGE.format(ground=chance.choice(["#ffffff", "#eef4fb", "#fdf6e3"]), font=chance.choice(FONTS))
    source += f'#text(size: 13pt, weight: "bold")[{truth["payer"]}]\n#v(3mm)\n'
    source += f"#grid(columns: (1fr, 1fr), [{columns[0]}], [{columns[1]}])"
    return Drawn("insurance", png(source), truth)


def passport(chance: random.Random) -> Drawn:
    """The page of a passport with its zone."""
    family, given = chance.choice(FAMILIES).upper(), chance.choice(GIVENS).upper()
    number, born = (
        f"L{chance.randrange(10**7, 10**8)}",
        date(chance.randrange(1940, 2015), 3, chance.randrange(1, 28)),
    )
    until, sex = date(2031, 5, 4), chance.choice("MF")
    days = [f"{day:%y%m%d}" for day in (born, until)]
    first = f"P<UTO{family}<<{given}".ljust(44, "<")
    second = (
        f"{number}{check_digit(number)}UTO{days[0]}{check_digit(days[0])}{sex}{days[1]}{check_digit(days[1])}"
    )
    second = second.ljust(42, "<") + "00"
    source = (
        PAGE.format(ground="#f4f1ea", font="Libertinus Serif")
        .replace("54mm", "60mm")
        .replace("86mm", "125mm")
    )
    zone = f'#raw("{first}") \\ #raw("{second}")'
    source += f"PASSPORT UTOPIA\n\n{family}\n\n{given}\n"
    source += f'#place(bottom, text(font: "DejaVu Sans Mono", size: 11pt)[{zone}])'
    truth = {
        "family": family,
        "given": given,
        "number": number,
        "birth_date": born.isoformat(),
        "gender": "male" if sex == "M" else "female",
    }
    return Drawn("passport", png(source), truth)


def licence(chance: random.Random) -> Drawn:
    """The back of a licence with its barcode."""
    import zxingcpp  # noqa: PLC0415 - optional

    truth = {
        "family": chance.choice(FAMILIES),
        "given": chance.choice(GIVENS),
        "number": f"S{chance.randrange(10**7, 10**8)}",
        "birth_date": date(chance.randrange(1940, 2008), 6, chance.randrange(1, 30)).isoformat(),
        "postal_code": f"{chance.randrange(10**4, 10**5)}",
    }
    born = date.fromisoformat(truth["birth_date"])
    said = {
        "DAQ": truth["number"],
        "DCS": truth["family"].upper(),
        "DAC": truth["given"].upper(),
        "DBB": f"{born:%m%d%Y}",
        "DBC": "1",
        "DAG": "1 EXAMPLE STREET",
        "DAI": "NOWHERE",
        "DAJ": "MA",
        "DAK": truth["postal_code"] + "0000",
    }
    text = (
        "@\n\x1e\rANSI 636002100002DL00410278ZM03190008DL"
        + "\n".join(f"{k}{v}" for k, v in said.items())
        + "\r"
    )
    strip = Image.fromarray(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.PDF417).to_image(scale=3))
    card = Image.new("RGB", (strip.width + 160, strip.height + 360), "#f0f4f0")
    card.paste(strip, (80, 120))
    return Drawn("licence", card, truth)


def turned(degrees: float) -> Callable[[Image.Image, random.Random], Image.Image]:
    """Held askew, on a table."""
    return lambda picture, _chance: picture.rotate(
        degrees, expand=True, fillcolor="#777777", resample=Image.Resampling.BICUBIC
    )


def blurred(picture: Image.Image, _chance: random.Random) -> Image.Image:
    """A little out of focus."""
    return picture.filter(ImageFilter.GaussianBlur(2))


def noisy(picture: Image.Image, chance: random.Random) -> Image.Image:
    """By bad light."""
    grain = Image.frombytes("L", picture.size, chance.randbytes(picture.width * picture.height)).convert(
        "RGB"
    )
    return Image.blend(picture, grain, 0.2)


def far(picture: Image.Image, _chance: random.Random) -> Image.Image:
    """From too far: a card of 600 pixels."""
    return picture.resize((600, round(picture.height * 600 / picture.width)))


SPOILT: dict[str, Callable[[Image.Image, random.Random], Image.Image]] = {
    "straight": lambda picture, _chance: picture,
    "askew 4°": turned(4),
    "askew -8°": turned(-8),
    "blurred": blurred,
    "noisy": noisy,
    "far": far,
}


def said_by(kind: str, reading: Reading) -> dict[str, Any]:
    """What would be proposed."""
    if kind == "insurance":
        payer = payer_on_card(reading.lines, PAYERS)
        return {one.field: one.value for one in [*([payer] if payer else []), *read_card(reading.lines)]}
    if kind == "passport":
        zone = zone_in([line.text for line in reading.lines], today=TODAY)
        return vars(zone) if zone else {}
    found = next(filter(None, map(licence_in, reading.barcodes)), None)
    return vars(found) if found else {}


def alike(value: Any, truth: str) -> bool:
    """Letter for letter, but for case and spaces."""
    return "".join(str(value).split()).casefold() == "".join(truth.split()).casefold()


def drawn(chance: random.Random, count: int) -> Iterator[Drawn]:
    """Some of each kind."""
    kinds = [*([insurance, passport] if can_read_text() else []), *([licence] if can_read_barcodes() else [])]
    for make in kinds:
        for _number in range(count):
            yield make(chance)


def main() -> None:
    """Draw, spoil, read, count, print."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1867
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    chance = random.Random(seed)
    right: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    wrong: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for card in drawn(chance, count):
        for name, spoil in SPOILT.items():
            paper = io.BytesIO()
            spoil(card.picture, chance).save(paper, "JPEG", quality=80)
            try:
                said = said_by(card.kind, read_picture(paper.getvalue()))
            except Refusal:  # it took too long
                said = {}
            for field, truth in card.truth.items():
                tally = right if alike(said.get(field, ""), truth) else wrong if said.get(field) else None
                if tally is not None:
                    tally[card.kind, field][name] += 1
        print(".", end="", file=sys.stderr, flush=True)
    print(f"\nseed {seed}, {count} cards of each kind; right/wrong of {count} (the rest: not proposed)")
    print(f"{'':28}" + "".join(f"{name:>12}" for name in SPOILT))
    for key in dict.fromkeys([*right, *wrong]):
        cells = "".join(f"{f'{right[key][name]}/{wrong[key][name]}':>12}" for name in SPOILT)
        print(f"{' '.join(key):28}{cells}")


if __name__ == "__main__":
    main()
