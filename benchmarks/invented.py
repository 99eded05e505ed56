"""Notes for measuring speed: every one of the same length, of invented people, and repeatable."""

from __future__ import annotations

import random
from collections.abc import Iterator

from faker import Faker

HEADER = (
    "Patient: {name}    MRN: {number}\nDOB: {birth}    Phone: {phone}\nAddress: {address}\n"
    "Attending: Dr. {doctor}\n\n"
)
SENTENCES = (
    "{title} {last} is a {age}-year-old {job} seen on {date} with chest pain on exertion.",
    "{first} was referred by Dr. {doctor} of {hospital} and lives in {city}.",
    "Blood pressure 138/82, pulse 76, temperature 98.4, oxygen saturation 97% on room air.",
    "Sodium 139, potassium 4.2, creatinine 0.9, hemoglobin 13.1, white count 7.8.",
    "There is no jugular venous distension, and the lungs are clear to auscultation bilaterally.",
    "Metoprolol 25 mg twice daily was started and lisinopril 10 mg continued.",
    "The abdomen is soft and not tender; bowel sounds are present in all four quadrants.",
    "An echocardiogram showed an ejection fraction of 55% with mild mitral regurgitation.",
    "The patient denies fever, chills, nausea, vomiting, weight loss or night sweats.",
    "Past history includes type 2 diabetes, hypertension and Barrett's esophagus.",
    "The plan was discussed at length and all questions were answered; return in six weeks.",
    "Reflexes are 2+ and symmetric, gait is steady, and Romberg's test is negative.",
    "Strength is 5/5 in all extremities with normal tone and no pronator drift.",
    "The wound edges are well approximated, without erythema, warmth or drainage.",
    "MRI of the lumbar spine showed a small disc bulge at L4-L5 without nerve compression.",
    "Call the clinic at {phone} or write to {mail} if symptoms return before {date}.",
)


def invented_notes(count: int, *, length: int, seed: int = 20) -> Iterator[str]:
    """Notes of exactly `length` characters, the same ones for the same seed."""
    fake = Faker("en_US")
    fake.seed_instance(seed)
    draw = random.Random(seed)
    for _ in range(count):
        text = HEADER.format(**_values(fake, draw))
        while len(text) < length:
            text += draw.choice(SENTENCES).format(**_values(fake, draw))
            text += draw.choice((" ", " ", " ", "\n\n"))
        yield text[:length]


def _values(fake: Faker, draw: random.Random) -> dict[str, str]:
    return {
        "name": fake.name(),
        "first": fake.first_name(),
        "last": fake.last_name(),
        "doctor": fake.last_name(),
        "title": draw.choice(("Mr.", "Ms.")),
        "age": str(draw.randint(18, 97)),
        "job": fake.job().lower(),
        "number": str(draw.randint(10**6, 10**8)),
        "birth": fake.date_of_birth().strftime("%m/%d/%Y"),
        "date": fake.date_this_decade().strftime("%B %d, %Y"),
        "phone": fake.numerify("(%##) 555-01##"),
        "mail": fake.user_name() + "@example.org",
        "address": fake.address().replace("\n", ", "),
        "city": fake.city(),
        "hospital": f"{fake.last_name()} Memorial Hospital",
    }
