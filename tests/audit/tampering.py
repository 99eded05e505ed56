"""What somebody may do to a log, case by case, as changed logs with a checkpoint kept before."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from deid.audit import merkle, tiles
from deid.audit.checkpoint import Checkpoint, parse, sign
from deid.audit.note import SignerKey
from deid.audit.people import PersonalKey
from deid.audit.statement import sign_statement
from tests.audit.make_vectors import (
    ADA,
    EVE,
    OLIVE,
    OTHER_SIGNER,
    SIGNER,
    START,
    Contents,
    archived,
    checkpoint_over,
    every_kind,
    make,
    root_of,
    several_sessions,
    several_tiles,
    smallest,
    tree,
)

Variants = Iterator[Contents]
OTHER_KEY = str(OTHER_SIGNER.verifier)


@dataclass(frozen=True, slots=True)
class Case:
    """One way of tampering.

    Attributes:
        name: what is done.
        variants: the logs that come of it; `outside` of each is what was kept elsewhere before.
        public_key: what the verifier is given.
    """

    name: str
    variants: Callable[[], Variants]
    public_key: str = str(SIGNER.verifier)


# The logs that are tampered with; the second of three checkpoints was kept elsewhere.


@cache
def tiny() -> Contents:
    """Of one record, so that every byte can be tried."""
    bodies = numbered(make(smallest).bodies[1:])
    notes_ = (checkpoint_over(bodies),)
    return Contents(tuple(enumerate(bodies)), tree(bodies), notes_, outside=notes_)


@cache
def notes() -> Contents:
    made = make(several_sessions)
    return replace(made, outside=made.outside[1:2], proofs=())


@cache
def people() -> Contents:
    made = make(every_kind)
    return replace(made, outside=made.outside[:1])


@cache
def officers() -> Contents:
    """As `people`, with the checkpoint that covers all acts kept elsewhere."""
    return replace(make(every_kind), outside=make(every_kind).outside[1:])


@cache
def moved() -> Contents:
    made = make(archived)
    return replace(made, outside=made.outside[:1])


@cache
def tiled() -> Contents:
    return make(several_tiles)


def covered(made: Contents) -> int:
    """How many records the checkpoint kept elsewhere covers."""
    return parse(made.outside[0], SIGNER.verifier).size


# What an attacker makes fit.


def canonical(node: object) -> bytes:
    return json.dumps(node, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def numbered(bodies: Sequence[bytes]) -> list[bytes]:
    return [canonical(json.loads(body) | {"seq": seq}) for seq, body in enumerate(bodies)]


def with_bodies(made: Contents, bodies: Sequence[bytes]) -> Contents:
    """The records alone."""
    return replace(made, records=tuple(enumerate(bodies)))


def fitted(made: Contents, bodies: Sequence[bytes]) -> Contents:
    """The numbers and the tree too."""
    return replace(with_bodies(made, numbered(bodies)), tiles=tree(numbered(bodies)))


def unsigned(made: Contents, bodies: Sequence[bytes]) -> Contents:
    """The same, without any checkpoint that no longer agrees."""
    new = fitted(made, bodies)
    kept = [
        note
        for note in made.checkpoints
        if (size := parse(note, SIGNER.verifier).size) <= len(bodies)
        and note == checkpoint_over(new.bodies[:size])
    ]
    return replace(new, checkpoints=tuple(kept))


def resigned(made: Contents, bodies: Sequence[bytes], signer: SignerKey = SIGNER) -> Contents:
    """Everything, by somebody who has a signing key: as many checkpoints as there were."""
    new = fitted(made, bodies)
    sizes = {min(parse(note, SIGNER.verifier).size, len(bodies)) for note in made.checkpoints}
    notes_ = [checkpoint_over(new.bodies[:size], signer) for size in sorted(sizes)]
    return replace(new, checkpoints=tuple(notes_))


Fit = Callable[[Contents, Sequence[bytes]], Contents]


# Bytes


def flipped(data: bytes, step: int = 1) -> Iterator[bytes]:
    """One bit of each byte, another one from byte to byte."""
    for at in range(0, len(data), step):
        yield data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]


def bytes_of_records(made: Contents, step: int) -> Variants:
    for body in made.bodies:
        for other in flipped(body, step):
            yield replace(made, patch=(body, other))


def bytes_of_tiles(made: Contents, step: int) -> Variants:
    for at, (row, number, hashes) in enumerate(made.tiles):
        for other in flipped(hashes, step):
            yield replace(
                made, tiles=(*made.tiles[:at], (row, number, other), *made.tiles[at + 1 :])
            )


def longer_tiles(made: Contents) -> Variants:
    """Hashes behind those of each tile, also behind the last that a tile has room for."""
    for at, (row, number, hashes) in enumerate(made.tiles):
        for more in (bytes(1), bytes(32)):
            tile = row, number, hashes + more
            yield replace(made, tiles=(*made.tiles[:at], tile, *made.tiles[at + 1 :]))


def bytes_of_checkpoints(made: Contents, step: int) -> Variants:
    for at, note in enumerate(made.checkpoints):
        for other in flipped(note.encode(), step):
            text = other.decode("utf-8", "surrogateescape")
            yield replace(
                made, checkpoints=(*made.checkpoints[:at], text, *made.checkpoints[at + 1 :])
            )


def checkpoints_moved(made: Contents) -> Variants:
    """Checkpoints of the log doubled, exchanged, or of another log."""
    for at in range(len(made.checkpoints) - 1):
        one, two = made.checkpoints[at : at + 2]
        rest = made.checkpoints[:at], made.checkpoints[at + 2 :]
        for those in ((two, one), (one, one), (one, one, two)):
            yield replace(made, checkpoints=(*rest[0], *those, *rest[1]))
        yield replace(made, checkpoints=(*rest[0], checkpoint_over(people().bodies[:9]), *rest[1]))


def bytes_of_archives(made: Contents, step: int) -> Variants:
    for at, segment in enumerate(made.archives):
        for other in flipped(segment, step):
            yield replace(made, archives=(*made.archives[:at], other, *made.archives[at + 1 :]))


# Records


def dropped(made: Contents, fit: Fit) -> Variants:
    for at in range(covered(made)):
        yield fit(made, made.bodies[:at] + made.bodies[at + 1 :])


def dropped_as_they_are(made: Contents) -> Variants:
    for at in range(len(made.records)):
        yield replace(made, records=made.records[:at] + made.records[at + 1 :])


def reordered(made: Contents, fit: Fit) -> Variants:
    for at in range(covered(made) - 1):
        bodies = made.bodies
        bodies[at : at + 2] = reversed(bodies[at : at + 2])
        yield fit(made, bodies)


def doubled(made: Contents, fit: Fit) -> Variants:
    for at in range(covered(made)):
        yield fit(made, made.bodies[: at + 1] + made.bodies[at:])


def spliced(made: Contents, fit: Fit) -> Variants:
    """Each record in place of each by one of another log."""
    foreign = people().bodies[:12]
    for at in range(covered(made)):
        for body in foreign[at % 3 :: 3]:
            if body != made.bodies[at]:
                yield fit(made, [*made.bodies[:at], body, *made.bodies[at + 1 :]])


def truncated(made: Contents, fit: Fit, sizes: Sequence[int]) -> Variants:
    for size in sizes:
        yield fit(made, made.bodies[:size])


def up_to(made: Contents) -> range:
    return range(covered(made))


def behind(made: Contents) -> range:
    return range(covered(made), len(made.records))


def edited(made: Contents, fit: Fit, places: Sequence[int]) -> Variants:
    """Each record told a second earlier, and each by another user or under another policy."""
    for at in places:
        node = json.loads(made.bodies[at])
        changes: list[dict[str, Any]] = [{"time": "2026-11-20T23:59:59.000Z"}]
        changes += [{name: "somebody"} for name in ("user", "detector") if name in node]
        changes += [{name: "9" * 64} for name in ("policy_digest",) if name in node]
        for change in changes:
            changed = canonical(node | change)
            yield fit(made, [*made.bodies[:at], changed, *made.bodies[at + 1 :]])


def without_notes(made: Contents, fit: Fit) -> Variants:
    """Each of the notes that are covered taken out as a whole, so that the rest is complete."""
    documents = [json.loads(body).get("document") for body in made.bodies]
    for document in sorted({name for name in documents[: covered(made)] if name}):
        rest = zip(made.bodies, documents, strict=True)
        yield fit(made, [body for body, name in rest if name != document])


def moved_on(made: Contents) -> Variants:
    """Records of another order after the checkpoint, the same before it."""
    size = covered(made)
    for bodies in (made.bodies[-6:], made.bodies[1:7], made.bodies[:7]):
        yield resigned(made, made.bodies[:size] + bodies)


def forked(made: Contents, fit: Fit) -> Variants:
    """From each covered place on, other notes than those that were."""
    for at in range(0, covered(made), 7):
        yield fit(made, made.bodies[:at] + made.bodies[-6:])


# Keys


def other_key(made: Contents) -> Variants:
    yield resigned(made, made.bodies, OTHER_SIGNER)


# People


def event(body: bytes) -> Any:
    return json.loads(body)["event"]


def places(made: Contents, kind: str) -> list[int]:
    return [at for at, body in enumerate(made.bodies) if event(body) == kind]


def stated(
    made: Contents, at: int, changes: dict[str, Any], by: PersonalKey, *, of: bytes | None = None
) -> bytes:
    """The record at this place with changes, and a true statement of this signer about it.

    Args:
        made: the log.
        at: the place; the statement is for all records before it.
        changes: values by their names.
        by: whoever signs.
        of: another record instead.
    """
    node = json.loads(made.bodies[at] if of is None else of) | changes
    every = {"event", "schema", "seq", "session", "time", "statement"}
    facts = {
        name: ""
        if value is None
        else value
        if isinstance(value, str)
        else canonical(value).decode()
        for name, value in node.items()
        if name not in every
    }
    size = at
    log = Checkpoint(SIGNER.name, size, root_of(numbered(made.bodies[:size])))
    note = sign_statement(by, kind=node["event"], facts=facts, checkpoint=log, time=START)
    return canonical(node | {"statement": note})


def at_end(made: Contents, *bodies: bytes) -> Contents:
    return resigned(made, [*made.bodies, *bodies])


def forged_grants(made: Contents) -> Variants:
    """By somebody with the file and the key of the log, but of no administrator."""
    first, second, *others = places(made, "role-granted")
    keys = EVE.public_keys
    eve = {"name": EVE.name, "person": EVE.id, "public_key": keys.signing}
    eve |= {"sealing_key": keys.sealing}
    longer = replace(made, records=(*made.records, made.records[second]))
    for role in ("administrator", "officer", "redactor"):
        for by in (EVE, OLIVE):
            forged = stated(longer, len(made.records), {**eve, "role": role}, by)
            yield at_end(made, forged)
    for at in (second, *others):
        mine = stated(made, at, eve, EVE)
        yield resigned(made, [*made.bodies[:at], mine, *made.bodies[at + 1 :]])
        named = canonical(json.loads(made.bodies[at]) | {"role": "administrator", "name": "Eve"})
        if named != made.bodies[at]:
            yield resigned(made, [*made.bodies[:at], named, *made.bodies[at + 1 :]])
    unsigned_ = canonical(json.loads(made.bodies[second]) | eve)
    yield at_end(made, unsigned_)
    mine = stated(made, first, {**eve, "role": "officer"}, EVE)
    yield resigned(made, [*made.bodies[:first], mine, *made.bodies[first + 1 :]])


def other_administrator(made: Contents) -> Variants:
    """The first grant, and with it all that follow, by a key of the attacker's own."""
    (first, *_others) = places(made, "role-granted")
    keys = EVE.public_keys
    eve = {"name": EVE.name, "person": EVE.id, "public_key": keys.signing}
    mine = stated(made, first, {**eve, "sealing_key": keys.sealing}, EVE)
    quiet = [body for body in made.bodies[first + 1 :] if "person" not in json.loads(body)]
    yield resigned(made, [*made.bodies[:first], mine, *quiet])


SIGNED = (
    "measuring-changed", "sample-drawn", "value-revealed", "verdict-given", "sample-closed",
    "signed-off", "key-changed", "release-decided", "exported", "role-withdrawn",
)  # fmt: skip


def moved_statements(made: Contents) -> Variants:
    """Each signed record elsewhere in the log, for other records, or by another."""
    for kind in SIGNED:
        for at in places(made, kind):
            if json.loads(made.bodies[at])["statement"] is None:
                continue
            rest = made.bodies[:at] + made.bodies[at + 1 :]
            yield resigned(made, [*rest[:5], made.bodies[at], *rest[5:]])
            if at + 1 < len(made.bodies):
                yield resigned(made, [*rest, made.bodies[at]])
            for by in (EVE, ADA):
                if (kind, by) != ("role-withdrawn", ADA):
                    forged = stated(made, at, {}, by)
                    yield resigned(made, [*made.bodies[:at], forged, *made.bodies[at + 1 :]])
    (at,) = places(made, "signed-off")
    for change in ({"size": 8}, {"root": "0" * 64}, {"name": "Somebody"}, {"meaning": "approved"}):
        changed = canonical(json.loads(made.bodies[at]) | change)
        yield resigned(made, [*made.bodies[:at], changed, *made.bodies[at + 1 :]])
    for change in ({"name": "Somebody"}, {"size": at + 1}, {"root": "0" * 64}):
        changed = stated(made, at, change, OLIVE)
        yield resigned(made, [*made.bodies[:at], changed, *made.bodies[at + 1 :]])


def planted(made: Contents) -> Variants:
    """Acts in an officer's name that the officer did not sign, and such as need none in no name."""
    end = places(made, "role-withdrawn")[0]
    for at in (at for kind in SIGNED for at in places(made, kind)):
        node = json.loads(made.bodies[at])
        if node.get("person") == OLIVE.id and node["event"] != "role-withdrawn":
            theirs = stated(made, end, {}, EVE, of=made.bodies[at])
            yield resigned(made, [*made.bodies[:end], theirs, *made.bodies[end:]])
        if node["event"] in ("exported", "measuring-changed") and node.get("person"):
            nobody_s = canonical(node | {"person": None, "statement": None})
            yield resigned(made, [*made.bodies[:end], nobody_s, *made.bodies[end:]])


def samples_forged(made: Contents) -> Variants:
    """Records of samples signed by the officer, in an order in which the program writes none."""
    (drawn,) = places(made, "sample-drawn")
    (closed,) = places(made, "sample-closed")
    verdicts = places(made, "verdict-given")
    after = closed + 1
    for at in (drawn, *verdicts, closed):
        again = stated(made, after, {}, OLIVE, of=made.bodies[at])
        yield resigned(made, [*made.bodies[:after], again])
    for at in (*verdicts, closed):
        early = stated(made, drawn, {}, OLIVE, of=made.bodies[at])
        yield resigned(made, [*made.bodies[:drawn], early])


def used_again(made: Contents) -> Variants:
    """Statements once more: a grant behind its withdrawal, a sign-off behind others."""
    (at,) = places(made, "signed-off")
    for behind_it in (at + 1, at + 3):
        bodies = [*made.bodies[:behind_it], made.bodies[at], *made.bodies[behind_it:]]
        yield resigned(made, bodies[: behind_it + 1])
    withdrawn = places(made, "role-withdrawn")[0]
    for grant in places(made, "role-granted"):
        if json.loads(made.bodies[grant])["person"] == OLIVE.id and grant < withdrawn:
            yield resigned(made, [*made.bodies[: withdrawn + 1], made.bodies[grant]])


def before_acts(made: Contents) -> Variants:
    """What lies before an act that was signed, changed; the act itself as it was."""
    (at,) = places(made, "signed-off")
    for place in range(1, at):
        node = json.loads(made.bodies[place]) | {"time": "2026-11-20T23:59:59.000Z"}
        yield resigned(made, [*made.bodies[:place], canonical(node), *made.bodies[place + 1 :]])


def withdrawal_hidden(made: Contents) -> Variants:
    """The end of the log from a withdrawal on, so that the role seems to be held."""
    for at in places(made, "role-withdrawn"):
        yield resigned(made, made.bodies[:at])


# Archives


def swapped_archives(made: Contents) -> Variants:
    one, two = made.archives
    yield replace(made, archives=(one, one + b" "))
    yield replace(made, archives=(two[:-9], two))
    yield replace(made, archives=(b"", two))
    yield replace(made, archives=(make(every_kind).bodies[0], two))


def archived_records(
    made: Contents, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> Variants:
    """What the log tells of its archives changed, by somebody who has the key of the log too."""
    for at, (seq, body) in enumerate(made.records):
        node = json.loads(body)
        if node["event"] == "archived":
            changed = canonical(node | change(node))
            yield _refit(made, at, seq, changed)


def _refit(made: Contents, at: int, seq: int, body: bytes) -> Contents:
    records = (*made.records[:at], (seq, body), *made.records[at + 1 :])
    ((_row, _number, hashes),) = made.tiles
    changed = bytearray(hashes)
    changed[32 * seq : 32 * seq + 32] = merkle.leaf_hash(body)
    stored = bytes(changed)
    root = merkle.root(tiles.nodes(lambda _r, _n: stored), len(stored) // 32)
    note = sign(Checkpoint(SIGNER.name, len(stored) // 32, root), SIGNER)
    return replace(made, records=records, tiles=((0, 0, stored),), checkpoints=(note,))


def staying_taken(made: Contents) -> Variants:
    """Each record that must stay in the log when others are archived, taken out of it."""
    for at, (seq, _body) in enumerate(made.records):
        if seq < 14:
            yield replace(made, records=made.records[:at] + made.records[at + 1 :])


def archive_changes(made: Contents) -> Variants:
    for change in (
        lambda node: {"kept": node["kept"] + 1},
        lambda node: {"kept": node["kept"] - 1},
        lambda node: {"stop": node["stop"] - 1},
        lambda node: {"stop": node["stop"] + 1},
        lambda node: {"first": node["first"] + 1},
        lambda node: {"stop": 2**53 - 1},
    ):
        yield from archived_records(made, change)


def other_archive_told(made: Contents) -> Variants:
    yield from archived_records(made, lambda _node: {"sha256": "0" * 64})
    yield from archived_records(made, lambda node: {"size": node["size"] + 1})


# Each row of the table.


def bare(made: Contents) -> Contents:
    """The log up to its last archive, without the archives at hand."""
    last = next(at for at in reversed(range(len(made.records))) if _archives(made, at))
    size = made.records[last][0] + 1
    ((row, number, hashes),) = made.tiles
    return replace(
        made,
        records=made.records[: last + 1],
        tiles=((row, number, hashes[: 32 * size]),),
        archives=(),
    )


def _archives(made: Contents, at: int) -> bool:
    return bool(event(made.records[at][1]) == "archived")


BYTES = (
    Case("each byte of the record changed (a log of one)", lambda: bytes_of_records(tiny(), 1)),
    Case("each byte of the tree changed (a log of one)", lambda: bytes_of_tiles(tiny(), 1)),
    Case("each byte of the checkpoint changed (a log of one)",
         lambda: bytes_of_checkpoints(tiny(), 1)),
    Case("bytes of records of every kind changed", lambda: bytes_of_records(people(), 199)),
    Case("bytes of a tree of several tiles changed", lambda: bytes_of_tiles(tiled(), 331)),
    Case("hashes put behind those of a tile", lambda: longer_tiles(tiled())),
    Case("bytes of an archive changed", lambda: bytes_of_archives(moved(), 401)),
)  # fmt: skip
RECORDS = (
    Case("a record taken out", lambda: dropped_as_they_are(notes())),
    Case("a record taken out, tree made to fit", lambda: dropped(notes(), fitted)),
    Case("a record taken out, tree made to fit, checkpoints removed",
         lambda: dropped(notes(), unsigned)),
    Case("two records exchanged", lambda: reordered(notes(), with_bodies)),
    Case("two records exchanged, tree made to fit, checkpoints removed",
         lambda: reordered(notes(), unsigned)),
    Case("a record doubled, tree made to fit", lambda: doubled(notes(), fitted)),
    Case("a record doubled, tree made to fit, checkpoints removed",
         lambda: doubled(notes(), unsigned)),
    Case("a record of another log put in place of one", lambda: spliced(notes(), with_bodies)),
    Case("a record of another log put in place of one, tree made to fit, checkpoints removed",
         lambda: spliced(notes(), unsigned)),
    Case("the end cut off", lambda: truncated(notes(), with_bodies, up_to(notes()))),
    Case("the end cut off, tree made to fit",
         lambda: truncated(notes(), fitted, up_to(notes()))),
    Case("an older copy put in its place (the end cut off with tree and checkpoints)",
         lambda: truncated(notes(), unsigned, up_to(notes()))),
    Case("checkpoints in the log doubled, exchanged or of another log",
         lambda: checkpoints_moved(notes())),
    Case("forked: other notes from a place on, tree made to fit, checkpoints removed",
         lambda: forked(notes(), unsigned)),
)  # fmt: skip
WITH_KEY = (
    Case("a record edited, everything made to fit and signed with the stolen key",
         lambda: edited(notes(), resigned, up_to(notes()))),
    Case("a whole note taken out, everything made to fit and signed with the stolen key",
         lambda: without_notes(notes(), resigned)),
    Case("the end cut off, everything made to fit and signed with the stolen key",
         lambda: truncated(notes(), resigned, up_to(notes()))),
    Case("the signing key replaced, everything signed anew, the true public key used",
         lambda: other_key(notes())),
    Case("the signing key replaced, everything signed anew, the new public key handed out",
         lambda: other_key(notes()), OTHER_KEY),
)  # fmt: skip
PEOPLE = (
    Case("grants of roles forged with the log's key, but no administrator's",
         lambda: forged_grants(people())),
    Case("signed acts moved, changed or signed by another, with the log's key",
         lambda: moved_statements(people())),
    Case("acts of an officer planted in the officer's name or in nobody's, with the log's key",
         lambda: planted(people())),
    Case("a signed statement used again, with the log's key", lambda: used_again(people())),
    Case("a sample read or closed before it is drawn, or once more, signed by an officer",
         lambda: samples_forged(people())),
    Case("a record before a sign-off edited, with the log's key", lambda: before_acts(officers())),
    Case("the first administrator replaced and all signed acts removed, with the log's key",
         lambda: other_administrator(officers())),
    Case("the end cut off before a withdrawal of a role, with the log's key",
         lambda: withdrawal_hidden(officers())),
)  # fmt: skip
ARCHIVES = (
    Case("archives swapped, damaged or foreign", lambda: swapped_archives(moved())),
    Case("a record that must stay taken out", lambda: staying_taken(moved())),
    Case("what the log tells of its archives changed, with the log's key",
         lambda: archive_changes(moved())),
    Case("the file that the log tells of exchanged for another, with the log's key",
         lambda: other_archive_told(moved())),
    Case("the file that the log tells of exchanged, with the log's key, archives not given",
         lambda: other_archive_told(bare(moved()))),
)  # fmt: skip
BEYOND = (
    Case("records behind the checkpoint edited, everything signed with the stolen key",
         lambda: edited(notes(), resigned, behind(notes()))),
    Case("records behind the checkpoint cut off, and the checkpoints over them",
         lambda: truncated(notes(), unsigned, behind(notes()))),
    Case("forked behind the checkpoint, everything signed with the stolen key",
         lambda: moved_on(notes())),
)  # fmt: skip
FOUND = (*BYTES, *RECORDS, *WITH_KEY, *PEOPLE, *ARCHIVES)
"""What touches something that the checkpoint kept elsewhere, or a person's signature, covers."""
