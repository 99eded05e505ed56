"""Checks an audit log of NoteVeil without NoteVeil: python verify_log.py LOG --key PUBLIC_KEY.

Written from docs/audit-log.md alone, for Python 3.9 or newer and its standard library. It reads the
log and changes nothing. Exit code 0: everything agrees; 1: it does not, and the reason is said.
"""

# fmt: off
# ruff: noqa: D102, D103, E401, I001, ISC004, SIM905
from __future__ import annotations

import argparse, base64, datetime, hashlib, json, re, sqlite3, sys, zipfile
from pathlib import Path
from typing import Any

# The kinds of records and their names, those of schema 1 first; what is marked ? may be null
KINDS = """session-opened: user machine program_version model_digest? rules_digest policy_digest
roster?; policy-changed: policy_digest; model-changed: model_digest?; measuring-changed: user
machine share person?; document-read: document sha256 size length format encoding patient?;
redaction-made: document span label safe_harbor detector score operator policy_digest original
output_span; finding-dropped: document span label detector score reason winner? winner_span?;
review-acted: document act reviewer span label_before? label_after? span_after? undone?;
review-finished: document reviewer replaced uncertain_left certain_from; reviewer-measured:
document reviewer withheld caught; document-committed: document input_sha256 output_sha256
input_length output_length redactions dropped policy_digest output_name counts; document-refused:
document error exit_code; exported: what size root; role-granted: role name person public_key
sealing_key statement; role-withdrawn: role person statement; key-changed: what act key_id person?;
sample-drawn: sample person method seed first stop frame drawn target confidence design
policy_digest?; verdict-given: sample person document output_sha256 leaks counts; sample-closed:
sample person read leaking withheld caught bound statement; value-revealed: person document source
values purpose; signed-off: person name meaning size root statement; release-held: document
output_sha256 output_name policy_digest user; release-decided: document output_sha256 decision
person statement; archived: first stop sha256 size kept; anchored: where size root"""
NAMES = {kind: names.split() for kind, names in re.findall(r"([a-z-]+):\s([^;]+)", KINDS)}
OLD_KINDS = list(NAMES)[: list(NAMES).index("exported") + 1]
SCHEMA = "055339f7198b45b0ac69f574e3af56d1d251ebfb21992d5af165094e80438700"
STAYING = ("role-granted", "role-withdrawn", "signed-off", "archived")
WORDS = """reason=below-threshold|covered|protected|rejected role=redactor|officer|administrator
review-acted/act=accept|reject|relabel|move|add|undo|redo key-changed/what=site|signing|person|vault
undone=accept|reject|relabel|move|add|undo|redo key-changed/act=made|changed|used|refused|destroyed
exported/what=checkpoint|proof|csv|json|certificate|fhir method=random|risk-weighted
design=fixed|sequential source=file|vault purpose=sample|care|complaint|court|quality|other
meaning=reviewed|approved|released|rejected|responsible decision=approved|declined"""
LABEL = "|".join("""PATIENT DOCTOR PERSON USERNAME STREET CITY COUNTY ZIP LOCATION STATE COUNTRY
HOSPITAL DEPARTMENT ROOM ORGANIZATION DATE AGE AGE90 PHONE FAX EMAIL URL IP SSN MRN HEALTHPLAN
ACCOUNT LICENSE VEHICLE DEVICE BIOID IDNUM PROFESSION OTHER""".split())
# What is between the quotes of a text in canonical JSON; below, what stands behind other names
N, CHARACTER = "(?:0|[1-9][0-9]{0,15})", r'[^\x00-\x1f"\\\x7f\ud800-\udfff]|\\["\\'
TEXTS = {
    "sha256 input_sha256 output_sha256 model_digest rules_digest policy_digest root seed":
        "[0-9a-f]{64}",
    "document original output_name roster patient": "hmac-sha256:[0-9a-f]{16}:[0-9a-f]{64}",
    "program_version format encoding operator error key_id where":
        "[A-Za-z0-9][A-Za-z0-9_.:/@+-]{0,127}",
    "user machine reviewer detector winner name": f"(?:{CHARACTER}]){{1,255}}",
    "statement": f"(?:{CHARACTER}n]){{1,4096}}",
    "label label_before label_after": LABEL, "safe_harbor": "[A-R]?",
    "person sample session": "[0-9a-f]{16}", "sealing_key": "[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=",
    "public_key": r"noteveil/person/[0-9a-f]{16}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}",
    "time": r"[0-9]{4}(?:-[0-9]{2}){2}T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}\.[0-9]{3}Z",
    **dict(words.split("=") for words in WORDS.split()),
}
FORMS = {name: f'"(?:{form})"' for names, form in TEXTS.items() for name in names.split()}
FORMS.update(dict.fromkeys("share score certain_from target confidence bound".split(),
                           r"(?:0|1|0\.[0-9]{0,3}[1-9])"))
FORMS.update(dict.fromkeys("span span_after winner_span output_span".split(), rf"\[{N},{N}\]"))
FORMS["counts"] = rf'\{{(?:"(?:{LABEL})":{N},?)*\}}'

def record_pattern(schema: int, event: str) -> re.Pattern[str]:
    """What a record of this kind looks like."""
    forms = {"schema": str(schema), "event": f'"{event}"'}
    for name in [*NAMES[event], "seq", "time", "session"]:
        form = FORMS.get(f"{event}/{name}") or FORMS.get(name.rstrip("?"), N)
        forms[name.rstrip("?")] = f"(?:{form}|null)" if name[-1] == "?" else form
    if schema == 1 and event in ("exported", "measuring-changed"):
        forms.pop("person", None)
        forms = {n: form.replace("|csv|json|certificate|fhir", "") for n, form in forms.items()}
    return re.compile(",".join(f'"{name}":{forms[name]}' for name in sorted(forms)))

PATTERNS = {(1, event): record_pattern(1, event) for event in OLD_KINDS}
PATTERNS.update({(2, event): record_pattern(2, event) for event in NAMES})

def need(condition: object, reason: str) -> None:
    if not condition:
        raise ValueError(reason)

# Ed25519 (RFC 8032), with points in extended coordinates
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)  # of -1
BASE = (4 * pow(5, -1, P) % P).to_bytes(32, "little")

def add(p: Any, q: Any) -> Any:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P

def times(scalar: int, encoded: bytes, sign: int) -> Any:
    y, odd = int.from_bytes(encoded, "little") & (2**255 - 1), encoded[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * ROOT % P
    need(y < P and (x * x - square) % P == 0 and x >= odd, "a public key is not a point")
    x = sign * (x if x & 1 == odd else -x) % P
    total, point = (0, 1, 1, 0), (x, y, 1, x * y % P)
    while scalar:
        total, point = add(total, point) if scalar & 1 else total, add(point, point)
        scalar >>= 1
    return total

def ed25519_verifies(key: bytes, message: bytes, signature: bytes) -> bool:
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    x, y, z, _ = add(times(s, BASE, 1), times(h, key, -1))
    x, y = x * pow(z, -1, P) % P, y * pow(z, -1, P) % P
    point = (y | (x & 1) << 255).to_bytes(32, "little")
    return len(signature) == 64 and s < L and point == signature[:32]

# Keys and signed notes
def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()

def to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()

def read_key(text: str) -> tuple[str, bytes, bytes]:
    """Name, key id and public key of NAME+ID+BASE64."""
    name, key_id, encoded = [*text.split("+", 2), "", ""][:3]
    key = base64.b64decode(encoded, validate=True)
    right = len(key) == 33 and key[0] == 1 and sha256(name.encode(), b"\n", key)[:4].hex() == key_id
    need(right and re.fullmatch("[!-*,-~]{1,100}", name), "a public key is malformed")
    return name, bytes.fromhex(key_id), key[1:]

def signed_text(note: str, public_key: str) -> str:
    """The text of a note that bears one signature, by this key."""
    name, key_id, key = read_key(public_key)
    text, _, lines = note.rpartition("\n\n")
    text, signatures = text + "\n", []
    for line in lines.split("\n")[:-1]:
        match = re.fullmatch("— ([!-*,-~]{1,100}) ([^ ]+)", line)
        data = base64.b64decode(match[2], validate=True) if match else b""
        need(match and len(data) > 4 and to_base64(data) == match[2], "it is not a signed note")
        signatures += [data[4:]] if match and (match[1], data[:4]) == (name, key_id) else []
    need(signatures and lines[-1:] == "\n", f"it is not a note signed by {name}")
    right = all(ed25519_verifies(key, text.encode(), signature) for signature in signatures)
    need(right, f"the signature of {name} is false")
    return text

# Records
def canonical(value: object) -> bytes:
    """RFC 8785, for what may be in records."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

def parse(body: bytes, seq: int) -> dict[str, Any]:
    """A record, after its form was found right."""
    value = json.loads(body.decode(), parse_int=lambda n: int(n) if int(n[:17]) < 2**53 else "")
    record: dict[str, Any] = value if isinstance(value, dict) else {}
    pattern = PATTERNS.get((record.get("schema", 0), str(record.get("event"))))
    need(canonical(record) == body, "it is not an object in canonical JSON")
    need(pattern and pattern.fullmatch(body.decode()[1:-1]), "it has not the form of its kind")
    spans = (span for span in record.values() if isinstance(span, list))
    need(all(start <= end for start, end in spans), "a span ends before it begins")
    need(record["seq"] == seq, "it says that it is another one")
    datetime.datetime.fromisoformat(record["time"][:-1])
    return record

class Log:
    """A log, its tree, and what the records so far say of documents and people."""

    def __init__(self) -> None:
        self.at, self.documents, self.people = "the log", dict[Any, Any](), dict[Any, Any]()
        self.statements = set[str]()

    def read(self, path: str, key: str) -> None:
        """Opens the file, and finds its tiles to be those of a tree."""
        self.key, self.name = key, read_key(key)[0]
        uri = Path(path).absolute().as_uri() + "?mode=ro"
        self.database = database = sqlite3.connect(uri, uri=True, isolation_level=None)
        database.text_factory = bytes
        database.execute("BEGIN")
        [[application]], [[version]] = map(
            database.execute, ("PRAGMA application_id", "PRAGMA user_version"))
        need(application == 0x4E56414C and version in (1, 2), "it is not an audit log")
        made = database.execute("SELECT sql FROM sqlite_master WHERE sql NOTNULL ORDER BY name")
        need(sha256(b"\n".join(sql for sql, in made)).hex() == SCHEMA, "its tables are others")
        self.records = [*database.execute("SELECT seq, -1, CAST(body AS BLOB) FROM records")]
        self.checkpoints = [*database.execute("SELECT note FROM checkpoints ORDER BY id")]
        tiles = {(r, n): hashes for r, n, hashes in database.execute("SELECT * FROM tiles")}
        row_0 = b"".join(tiles.get((0, number), b"") for number in range(len(tiles)))
        self.levels = [[row_0[i : i + 32] for i in range(0, len(row_0), 32)]]
        while len(self.levels[-1]) > 1:
            pairs = zip(self.levels[-1][::2], self.levels[-1][1::2])  # noqa: B905 - of Python 3.10
            self.levels.append([sha256(b"\1", *pair) for pair in pairs])
        expected = {(row, i // 256): b"".join(level[i : i + 256])
            for row, level in enumerate(self.levels[::8]) for i in range(0, len(level), 256)}
        need(tiles == expected and len(row_0) % 32 == 0, "its tiles are not those of a tree")
        self.size = len(self.levels[0])

    def root(self, start: int, stop: int) -> bytes:
        """Root over the records in [start, stop), a subtree of RFC 6962, section 2.1."""
        k = (stop - start).bit_length() - 1
        if k < 0 or stop - start == 1 << k:
            return self.levels[k][start >> k] if k >= 0 else sha256()
        return sha256(b"\1", self.root(start, start + (1 << k)), self.root(start + (1 << k), stop))

    def path(self, stop: int, start: int, end: int, single: bool) -> list[str]:
        """Proof of record stop - 1 alone (2.1.1), or of the first `stop` records (2.1.2)."""
        if stop == end and (end - start == 1 or not single):
            return [] if single or start == 0 else [to_base64(self.root(start, end))]
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if stop <= middle:
            return [*self.path(stop, start, middle, single), to_base64(self.root(middle, end))]
        return [*self.path(stop, middle, end, single), to_base64(self.root(start, middle))]

    def check_checkpoint(self, note: str) -> int:
        text = signed_text(note, self.key)
        size = int("".join(re.findall(f"^.+\n({N})\n", text)) or -1)
        need(size <= self.size, f"it is of {size} records, but the log has {self.size}")
        right = size >= 0 and text == f"{self.name}\n{size}\n{to_base64(self.root(0, size))}\n"
        need(right, f"it is not for the first {size} records of this log")
        return size

    def check_document(self, record: dict[str, Any], segment: int) -> None:
        event, key = record["event"], (segment, record["session"], record.get("document"))
        if event == "document-read":
            self.documents[key] = {
                "input_sha256": record["sha256"], "input_length": record["length"], "end": 0,
                "output_length": record["length"], "redactions": 0, "dropped": 0, "counts": {}}
        elif event in ("redaction-made", "finding-dropped", "document-committed"):
            need(key in self.documents, "it is of a document whose reading is not recorded")
        known = self.documents.get(key, {})
        if event == "redaction-made":
            (start, end), (out_start, out_end) = record["span"], record["output_span"]
            moved = known["output_length"] - known["input_length"]
            in_order = known["end"] <= start and out_start == start + moved  # else it fits nowhere
            known["end"] = end if in_order else 2**53
            known["output_length"] = known["input_length"] + out_end - end
            known["redactions"] += 1
            known["counts"][record["label"]] = known["counts"].get(record["label"], 0) + 1
        elif event == "finding-dropped":
            known["dropped"] += 1
        elif event == "document-committed":
            right = all(record[name] == known[name] for name in {*known} & {*record})
            right = right and known["end"] <= known["input_length"]
            need(right, "it does not agree with the records of its document")
        if event in ("document-committed", "document-refused"):
            self.documents.pop(key, None)

    def check_person(self, record: dict[str, Any]) -> None:
        event, person = record["event"], record.get("person")
        known = self.people.get(person, {**record, "role": None})
        signers = [p for p, granted in self.people.items() if granted["role"] == "administrator"]
        right = known["role"] == "officer" or event == "key-changed" or person is None
        if event == "role-granted":
            name, _, key = read_key(record["public_key"])
            own = sha256(key).hex()[:16] == person and name == f"noteveil/person/{person}"
            right = own and known["role"] is None and known["public_key"] == record["public_key"]
            right = right and (len(self.people) > 0 or record["role"] == "administrator")
            signers = signers if self.people else [person]
        elif event == "role-withdrawn":
            right = known["role"] == record["role"] and signers != [person]
        elif "statement" in record:
            signers = [person]
        need(right, "the person has not the role, or not the key, for it")
        if event in ("role-granted", "role-withdrawn"):
            self.people[person] = {**known, **record}
        size = self.check_statement(record, signers) if "statement" in record else 0
        if event == "role-withdrawn":
            self.people[person]["role"] = None
        elif event == "signed-off":
            right = record["name"] == known["name"] and record["size"] <= size
            right = right and record["root"] == self.root(0, record["size"]).hex()
            need(right, "it does not bear the person's name, or is for other records")

    def check_statement(self, record: dict[str, Any], signers: list[Any]) -> int:
        """The size of the log for which one of these people signed the record."""
        lines = record["statement"].split("\n")
        names = sorted({*record} - {"event", "schema", "seq", "session", "statement", "time"})
        said = [f"{name}: {record[name]}" for name in names]
        end = f"log: (.+)\nlog_size: ({N})\nlog_root: (.+)\ntime: (.+)\n\n— .+/(.{{16}}) [^ ]+\n"
        match = re.fullmatch(end, "\n".join(lines[-7:]))
        log, size, root, time, signer = match.groups() if match else ("", "0", "", "", "")
        right = lines[:-7] == ["noteveil/statement/v1", record["event"], *said]
        right = right and re.fullmatch(FORMS["time"], f'"{time}"') is not None
        datetime.datetime.fromisoformat(time[:-1])
        need(right, "its statement is not the one that belongs to it")
        right = log == self.name and int(size) <= record["seq"]
        right = right and root == self.root(0, int(size)).hex()
        need(right, "its statement is for another log, or for what this one was not")
        need(signer in signers, "its statement is not signed by a person who may do it")
        need(record["statement"] not in self.statements, "its statement is that of an earlier one")
        self.statements.add(record["statement"])
        signed_text(record["statement"], self.people[signer]["public_key"])
        return int(size)

    def check_records(self, archives: list[list[Any]]) -> int:
        """How many records were not examined, since their archives are not at hand."""
        here, archived, last = dict[int, str](), list[dict[str, Any]](), -1
        for seq, segment, body in sorted(self.records):
            self.at = f"record {seq}"
            same = 0 <= seq < self.size and self.levels[0][seq] == sha256(b"\0", body)
            need(same and (segment >= 0 or seq not in here), "it is not the one in the tree")
            record = parse(body, seq)
            here.update({seq: record["event"]} if segment < 0 else {})
            if seq != last:
                self.check_document(record, segment)
                self.check_person(record)
                archived += [record] if record["event"] == "archived" else []
            last = seq
        stop = 0
        for record in archived:
            self.at, start, stop = f"record {record['seq']}", stop, record["stop"]
            right = record["first"] == start < stop <= record["seq"]
            need(right, "it archives other records than those that come next")
            kept = sum(start <= seq < stop for seq in here)
            need(kept == record["kept"], f"{kept} of the records that it archives are in the log")
        self.at, sound = "the log", [*self.database.execute("PRAGMA integrity_check")]
        need(sound == [(b"ok",)], "its tables and indices do not agree")
        self.database.close()
        need(all(seq in here for seq in range(stop, self.size)), "records are missing")
        right = all(here[seq] in STAYING for seq in here if seq < stop)
        need(right, "records that are archived are still there")
        told = [[a["first"], a["stop"], a["sha256"], a["size"]] for a in archived]
        need(all(archive in told for archive in archives), "it tells nothing of an archive given")
        return self.size - len({seq for seq, *_ in self.records})

    def read_archive(self, path: str) -> list[Any]:
        """What the log must tell of this segment, whose records are put to those of the log."""
        self.at, data = path, Path(path).read_bytes()
        with zipfile.ZipFile(path) as file:
            members, right = file.infolist(), not file.comment
            header, *chunks = [file.read(member) for member in members]
        bodies, told = b"".join(chunks).split(b"\n")[:-1], json.loads(header)
        first, stop = told["first"], told["stop"]
        bits = [1 << k for k in reversed(range(first.bit_length())) if first >> k & 1]
        before = [to_base64(self.root(first & -2 * bit, (first & -2 * bit) + bit)) for bit in bits]
        expected = dict(told, format="noteveil-archive-v1", before=before)
        right = right and len(told) == 5 and header == canonical(expected)
        right = right and self.check_checkpoint(told["checkpoint"]) == stop == first + len(bodies)
        names = ["archive.json", *(f"records/{i:012}.jsonl" for i in range(first, stop, 10_000))]
        right = right and names == [member.filename for member in members]
        right = right and all(m.compress_type in (0, 8) and not m.flag_bits & 1 for m in members)
        right = right and all(len(chunk.split(b"\n")) == 10_001 for chunk in chunks[:-1])
        need(right and (not chunks or chunks[-1][-1:] == b"\n"), "it is not an archive of this log")
        self.records += [(seq, first, body) for seq, body in enumerate(bodies, first)]
        return [first, stop, sha256(data).hex(), len(data)]

    def check_proof(self, proof: dict[str, Any]) -> None:
        size = self.check_checkpoint(proof["checkpoint"])
        if "earlier" in proof:
            kind, names, stop = "consistency", {"earlier"}, self.check_checkpoint(proof["earlier"])
            right = stop <= size
        else:
            kind, names, stop = "inclusion", {"seq", "record"}, proof["seq"] + 1
            leaf = sha256(b"\0", proof["record"].encode())
            right = 0 < stop <= size and self.levels[0][stop - 1] == leaf
        path = self.path(stop, 0, size, kind == "inclusion") if right and stop else []
        expected = dict(proof, format=f"noteveil-{kind}-proof-v1", path=path)
        right = right and proof == expected and {*proof} == names | {"format", "path", "checkpoint"}
        need(right, "it is not a proof for this log")

def verify(log: Log, options: argparse.Namespace) -> str:
    """What was found, in plain words."""
    told = [log.read_archive(path) for path in options.archive]
    unread, own = log.check_records(told), [0]
    for number, (note,) in enumerate(log.checkpoints, 1):
        log.at = f"checkpoint {number} of those in the log"
        own.append(log.check_checkpoint(note.decode()))
        need(number == 1 or own[-2] < own[-1], "it is not of more records than the one before it")
    outside = []
    for log.at in options.checkpoint:
        outside.append(log.check_checkpoint(Path(log.at).read_bytes().decode()))
    for log.at in options.proof:
        log.check_proof(json.loads(Path(log.at).read_bytes()))
    return "\n".join([
        f"{log.size} records agree with their tree and with {len(own) - 1} checkpoints in the log.",
        f"{unread} of them are in archives that were not given: what they say was not examined.",
        f"The first {max(own)} are signed for in the log, the first {max([0, *outside])} by the "
        f"{len(outside)} checkpoints from elsewhere; {len(options.proof)} proofs hold.",
        "What no checkpoint from elsewhere covers can have been replaced by who has file and key."])

def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Checks an audit log without the program.")
    parser.add_argument("log", help="the log's file, audit/log.sqlite")
    parser.add_argument("--key", required=True, help="the log's public key, from a trusted place")
    for name in ("--checkpoint", "--archive", "--proof"):
        parser.add_argument(name, action="append", default=[], metavar="FILE")
    options, log = parser.parse_args(arguments), Log()
    try:
        log.read(options.log, options.key.strip())
        sys.stdout.write(f"VERIFIED: {verify(log, options)}\n")
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a file, it is refused
        known = type(error) is ValueError  # our own; what a library says would be no plain words
        reason = error if known else f"it cannot be read ({type(error).__name__})"
        sys.stdout.write(f"REFUSED: {log.at}: {reason}\n")
        return 1
    return 0

if __name__ == "__main__":
    sys.exit(main())
