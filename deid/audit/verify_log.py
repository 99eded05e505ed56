# fmt: off
"""Checks an audit log by docs/audit-log.md alone: python verify_log.py LOG --key PUBLIC_KEY.

Needs Python 3.9 or newer, and changes nothing. Exit code 0: all agrees; 1: it does not.
"""
# ruff: noqa: B905, D101, D102, D103, E401, I001, RUF007, SIM905, T201
import argparse, base64, collections, datetime, hashlib, json, pathlib, re, sqlite3, sys, zipfile
from typing import Any
# The kinds of records and their names: first those of schema 1, last what it has otherwise. What is
# marked ? may be null, and "signed" is "person statement".
KINDS = """session-opened: user machine program_version model_digest? rules_digest policy_digest
roster?; policy-changed: policy_digest; model-changed: model_digest?; measuring-changed: user
machine share person? statement?; document-read: document sha256 size length format encoding
patient?; redaction-made: document span label safe_harbor detector score operator policy_digest
original output_span; finding-dropped: document span label detector score winner? winner_span?
reason=below-threshold|covered|protected|rejected; review-acted: document reviewer span undone?
label_before? label_after? span_after? act=accept|reject|relabel|move|add|undo|redo;
review-finished: document reviewer replaced uncertain_left certain_from; reviewer-measured: document
reviewer withheld caught; document-committed: document input_sha256 output_sha256 input_length
output_length redactions dropped policy_digest output_name counts; document-refused: document error
exit_code; exported: what=checkpoint|proof|csv|json|certificate|fhir size root person? statement?;
part-removed: document place; role-granted: role name public_key sealing_key signed; role-withdrawn:
role signed; key-changed: what=site|signing|person|vault act=made|changed|used|refused|destroyed
key_id person? statement?; sample-drawn: sample method=random|risk-weighted seed first stop frame
drawn target confidence design=fixed|sequential policy_digest? label? signed; verdict-given: sample
document output_sha256 leaks counts signed; sample-closed: sample read leaking withheld caught
measured_as? bound signed; value-revealed: document source=file|vault values
purpose=sample|care|complaint|court|quality|other signed; signed-off: name size root
meaning=reviewed|approved|released|rejected|responsible signed; release-held: document output_sha256
output_name policy_digest user; release-decided: document output_sha256 decision=approved|declined
signed; archived: first stop sha256 size kept person? statement?; anchored: where size root;
budget-set: unit epsilon delta signed; training-started: run unit patients notes held_out
held_out_share cohort base_digest method sampling_rate windows steps noise_multiplier?
clipping_norm? delta? relation? accountant? epsilon? signed; training-ended: run
outcome=finished|stopped|failed|abandoned steps epsilon? model_digest? signed; model-evaluated: run
model_digest before_digest patients recall_before recall_after epsilon? gate=passed|failed signed;
leakage-measured: run patients measured delta epsilon signed; model-decided:
decision=promoted|rolled-back|kept-aside|removed model_digest before_digest run? signed; 1/exported:
what=checkpoint|proof size root; 1/measuring-changed: user machine share"""
NAMES = {kind: names.replace("signed", "person statement").split()
         for kind, names in re.findall(r"([a-z1/-]+):\s([^;]+)", KINDS)}
STAYING = {"role-granted", "role-withdrawn", "signed-off", "archived", *list(NAMES)[-8:-2]}
SCHEMA = "055339f7198b45b0ac69f574e3af56d1d251ebfb21992d5af165094e80438700"
LABEL = "|".join("""PATIENT DOCTOR PERSON USERNAME STREET CITY COUNTY ZIP LOCATION STATE COUNTRY
HOSPITAL DEPARTMENT ROOM ORGANIZATION DATE AGE AGE90 PHONE FAX EMAIL URL IP SSN MRN HEALTHPLAN
ACCOUNT LICENSE VEHICLE DEVICE BIOID IDNUM PROFESSION OTHER""".split())
# NAMES=FORM: what may stand for the value of such a name in canonical JSON; otherwise a number
NUMBER, CHARACTER = "(?:0|[1-9][0-9]{0,15})", r'(?:[^\x00-\x1f"\\\x7f\ud800-\udfff]|\\["\\n])'
TIME = r"[0-9]{4}(?:-[0-9]{2}){2}T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}\.[0-9]{3}Z"
TABLE = r"""undone="(?:accept|reject|relabel|move|add|undo|redo)" unit="(?:patient|note)" time="<t>"
document|original|output_name|roster|patient|cohort="hmac-sha256:[0-9a-f]{16}:[0-9a-f]{64}"
program_version|format|encoding|operator|error|key_id|where|method|relation|accountant="<code>"
epsilon|delta|sampling_rate|noise_.*|clipping_norm|measured="<n>(?:\.[0-9]{0,28}[1-9])?"
.*share|score|certain_from|target|confidence|bound|recall_.*=(?:0|1|0\.[0-9]{0,3}[1-9])
public_key="noteveil/person/[0-9a-f]{16}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}" statement="<c>{1,4096}"
user|machine|reviewer|detector|winner|name|place|measured_as="(?:(?!\\n)<c>){1,255}"
safe_harbor="[A-R]?" label.*="(?:<label>)" .*span.*=\[<n>,<n>\]
(?:.*_)?sha256|.*_digest|root|seed="[0-9a-f]{64}" sealing_key="[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="
counts=\{(?:"(?:<label>)":<n>,?)*\} role="(?:redactor|officer|administrator)"
person|sample|session="[0-9a-f]{16}" run="[0-9]{8}-[0-9]{6}-[0-9a-f]{8}" """
for short, form in {"<n>": NUMBER, "<c>": CHARACTER, "<label>": LABEL, "<t>": TIME,
                    "<code>": "[A-Za-z0-9][A-Za-z0-9_.:/@+-]{0,127}"}.items():
    TABLE = TABLE.replace(short, form)
FORMS = [line.split("=", 1) for line in TABLE.split()]
PATTERNS = dict[tuple[int, str], re.Pattern[str]]()  # of what is between the braces of a record
for schema, event in [(1, one) for one in [*NAMES][:13]] + [(2, one) for one in [*NAMES][:-2]]:
    forms = {"schema": str(schema), "event": f'"{event}"'}
    for spec in [*NAMES.get(f"{schema}/{event}", NAMES[event]), "seq", "time", "session"]:
        name, _, i = spec.rstrip("?").partition("=")
        form = f'"(?:{i})"' if i else next((f for n, f in FORMS if re.fullmatch(n, name)), NUMBER)
        forms[name] = f"(?:{form}|null)" if spec[-1] == "?" else form
    PATTERNS[schema, event] = re.compile(",".join(f'"{n}":{forms[n]}' for n in sorted(forms)))

def need(condition: object, reason: str) -> None:
    if not condition:
        raise ValueError(reason)
def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()
def canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

# Ed25519 (RFC 8032), with points in extended coordinates
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)  # of -1
BASE = (4 * pow(5, -1, P) % P).to_bytes(32, "little")
def add(p: Any, q: Any) -> Any:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P
def point(encoded: bytes) -> Any:
    y, odd = int.from_bytes(encoded, "little") & (2**255 - 1), encoded[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * ROOT % P
    need(y < P and (x * x - square) % P == 0 and x >= odd, "a public key is not a point")
    return (x := x if x & 1 == odd else P - x), y, 1, x * y % P
def times(scalar: int, p: Any) -> Any:
    half = times(scalar >> 1, add(p, p)) if scalar else (0, 1, 1, 0)
    return add(half, p) if scalar & 1 else half
def ed25519_verifies(key: bytes, message: bytes, signature: bytes) -> bool:
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    x, y, z, _ = add(times(s, point(BASE)), times(8 * L - h, point(key)))  # 8 L times any is 0
    r = (y * pow(z, -1, P) % P | (x * pow(z, -1, P) % P & 1) << 255).to_bytes(32, "little")
    return len(signature) == 64 and s < L and r == signature[:32]

def read_key(text: str) -> tuple[str, bytes, bytes]:  # name, key id and key of NAME+ID+BASE64
    name, key_id, encoded = [*text.split("+", 2), "", ""][:3]
    key = base64.b64decode(encoded, validate=True)
    right = len(key) == 33 and key[0] == 1 and sha256(name.encode(), b"\n", key)[:4].hex() == key_id
    need(right and re.fullmatch("[!-*,-~]{1,100}", name), "a public key is malformed")
    return name, bytes.fromhex(key_id), key[1:]
def signed_text(note: str, public_key: str) -> str:  # signed by this key in each line with its name
    name, key_id, key = read_key(public_key)
    text, _, lines = note.rpartition("\n\n")
    found = re.findall("— ([!-*,-~]{1,100}) (.{8,})\n", lines)
    signed = [(signer, base64.b64decode(data)) for signer, data in found]
    again = "".join(f"— {signer} {base64.b64encode(data).decode()}\n" for signer, data in signed)
    need(lines == again and all(data[4:] for _, data in signed), "it is not a signed note")
    own = [data[4:] for signer, data in signed if (signer, data[:4]) == (name, key_id)]
    right = own and all(ed25519_verifies(key, f"{text}\n".encode(), data) for data in own)
    need(right, f"it was changed, or {name} did not sign it")
    return f"{text}\n"
def parse(body: bytes, seq: int) -> Any:  # a record, after its form was found right
    record = json.loads(body.decode(), parse_int=lambda n: int(n) if int(n[:17]) < 2**53 else "")
    need(type(record) is dict and canonical(record).encode() == body, "it is not canonical JSON")
    pattern = PATTERNS.get((record.get("schema", 0), str(record.get("event"))))
    need(pattern and pattern.fullmatch(body.decode()[1:-1]), "it has not the form of its kind")
    need(all(v == sorted(v) for v in record.values() if type(v) is list), "a span ends too early")
    need(record["seq"] == seq, "it says that it is another one")
    datetime.datetime.fromisoformat(record["time"][:-1])
    return record

class Log:  # its tree, and what the records so far say of documents, people and samples
    at, archived = "the log", 0
    def read(self, path: str, key: str) -> None:  # the file, with tiles that are those of a tree
        self.key, self.name, self.archives = key, read_key(key)[0], set[tuple[Any, ...]]()
        self.documents, self.people, self.samples, self.said = (dict[Any, Any]() for _ in range(4))
        uri = pathlib.Path(path).absolute().as_uri() + "?mode=ro"
        self.database = database = sqlite3.connect(uri, uri=True)
        database.execute("BEGIN")
        marks = [*database.execute("SELECT * FROM pragma_application_id, pragma_user_version")]
        need(marks in ([(0x4E56414C, 1)], [(0x4E56414C, 2)]), "it is not an audit log")
        made = database.execute("SELECT sql FROM sqlite_master WHERE sql NOTNULL ORDER BY name")
        need(sha256("\n".join(s for s, in made).encode()).hex() == SCHEMA, "its tables are others")
        self.records = [*database.execute("SELECT seq, -1, CAST(body AS BLOB) FROM records")]
        self.checkpoints = [*database.execute("SELECT note FROM checkpoints ORDER BY id")]
        tiles = [*database.execute("SELECT row, number, hashes FROM tiles ORDER BY row, number")]
        leaves = b"".join(hashes for row, _, hashes in tiles if row == 0)
        self.levels = [[leaves[i : i + 32] for i in range(0, len(leaves), 32)]]
        while len(level := self.levels[-1]) > 1:
            self.levels.append([sha256(b"\1", *pair) for pair in zip(level[::2], level[1::2])])
        self.size = len(self.levels[0])
        expected = [(row, i // 256, b"".join(level[i : i + 256]))
            for row, level in enumerate(self.levels[::8]) for i in range(0, len(level), 256)]
        need(tiles == expected and len(leaves) % 32 == 0, "its tiles are not those of a tree")
    def root(self, start: int, stop: int) -> bytes:  # over [start, stop), see RFC 6962, 2.1
        k, whole = (stop - start).bit_length() - 1, not (stop - start) & (stop - start - 1)
        left = self.levels[k][start >> k] if k >= 0 else sha256()
        return left if whole else sha256(b"\1", left, self.root(start + (1 << k), stop))
    def check_checkpoint(self, note: str) -> int:
        text = signed_text(note, self.key)
        size = int("".join(re.findall(f"^.+\n({NUMBER})\n", text)) or 0)
        need(size <= self.size, f"it is of {size} records, but the log has {self.size}")
        right = text == f"{self.name}\n{size}\n{base64.b64encode(self.root(0, size)).decode()}\n"
        need(right, f"it is not for the first {size} records of this log")
        return size
    def check_document(self, record: dict[str, Any], segment: int) -> None:  # it adds up
        event, key = record["event"], (segment, record["session"], record.get("document"))
        if event == "document-read":
            self.documents[key] = []
        (acts := self.documents.get(key, [])).append(record)
        if event in ("redaction-made", "part-removed", "finding-dropped", "document-committed"):
            need(acts[0] is not record, "it is of a document whose reading is not recorded")
        if event in ("document-committed", "document-refused"):
            self.documents.pop(key, None)
        if event == "document-committed":
            read, made = acts[0], [act for act in acts if act["event"] == "redaction-made"]
            ends = [read["length"]] * 2 + [record["output_length"]] * 2
            spans = [[0, 0, 0, 0], *(act["span"] + act["output_span"] for act in made), ends]
            right = all(last[1] <= span[0] and span[0] - last[1] == span[2] - last[3]
                        for last, span in zip(spans, spans[1:]))
            counted = {"input_sha256": read["sha256"], "input_length": read["length"],
                "redactions": len(made), "counts": collections.Counter(a["label"] for a in made),
                "dropped": sum(act["event"] == "finding-dropped" for act in acts)}
            need(right and record == {**record, **counted}, "its document's records do not add up")
    def check_person(self, record: dict[str, Any]) -> None:  # who does it has the role for it
        event, person, nobody = record["event"], record.get("person"), not self.people
        known = self.people.get(person, {**record, "role": None})
        signers = [p for p, granted in self.people.items() if granted["role"] == "administrator"]
        free = {"exported": record.get("what") in ("checkpoint", "proof"), "archived": nobody,
            "key-changed": record.get("what") != "vault", "measuring-changed": nobody,
            }.get(event, "person" not in record)
        if event == "role-granted":
            name, _, key = read_key(record["public_key"])
            right = sha256(key).hex()[:16] == person and name == f"noteveil/person/{person}"
            right = right and (known["role"], known["public_key"]) == (None, record["public_key"])
            right = right and (not nobody or record["role"] == "administrator")
            self.people[person] = record
        elif event == "role-withdrawn":
            right = known["role"] == record["role"] and signers != [person]
            self.people[person] = {**known, "role": None}
        elif free:  # anybody may do it
            right = not record.get("statement") and (person is None or event == "key-changed")
        else:
            right = known["role"] == ("administrator" if event == "archived" else "officer")
            signers = [person]
        need(right, "the person has not the role, or not the key, for it")
        if "statement" in record and not free:
            self.check_statement(record, signers or [person])
    def check_statement(self, record: dict[str, Any], signers: list[Any]) -> None:  # one signed it
        statement, said = record["statement"] or "", f"noteveil/statement/v1\n{record['event']}\n"
        for name, value in record.items():  # in ascending order, as in canonical JSON
            if name not in ("schema", "seq", "time", "session", "event", "statement"):
                value = "" if value is None else value if type(value) is str else canonical(value)
                said += f"{name}: {value}\n"
        size = int("".join(re.findall(f"\nlog_size: ({NUMBER})\n", statement)[-1:]) or 0)
        right = self.archived <= size <= record["seq"] and statement not in self.said
        need(right, "its statement is that of another record")
        said += f"log: {self.name}\nlog_size: {size}\nlog_root: {self.root(0, size).hex()}\ntime: "
        match = re.fullmatch(f"{re.escape(said)}({TIME})\n\n— .+/(.{{16}}) [^ ]+\n", statement)
        time, signer = match.groups() if match else ("", "")
        need(match, "its statement is for something else, or for what this log was not")
        datetime.datetime.fromisoformat(time[:-1])
        need(signer in signers, "its statement is not signed by a person who may do it")
        signed_text(statement, self.people[signer]["public_key"])
        self.said[statement] = record
        if record["event"] == "signed-off":
            right = record["name"] == self.people[signer]["name"] and record["size"] <= size
            right = right and record["root"] == self.root(0, record["size"]).hex()
            need(right, "it does not bear the person's name, or is for other records")
    def check_records(self) -> int:  # how many were not examined, since they are not at hand
        here = {seq for seq, segment, _ in self.records if segment < 0}
        events = dict[int, str]()
        for seq, segment, body in sorted(self.records):
            self.at, leaf = f"record {seq}", sha256(b"\0", body)
            need([leaf] == self.levels[0][seq : seq + 1], "it is not the one in the tree")
            if seq in events:  # in an archive and in the log
                continue
            record = parse(body, seq)
            events[seq] = record["event"]
            self.check_document(record, segment)
            self.check_person(record)
            if "sample" in record:
                before = self.samples.get(record["sample"])
                right = before is None if events[seq] == "sample-drawn" else before
                need(right and before != "sample-closed", "its sample is not open, or drawn twice")
                self.samples[record["sample"]] = events[seq]
            if record["event"] == "archived":
                told = tuple(record[name] for name in ("first", "stop", "sha256", "size"))
                need(told[0] == self.archived < told[1] <= seq, "it archives others than come next")
                kept, self.archived = sum(told[0] <= n < told[1] for n in here), told[1]
                need(kept == record["kept"], f"{kept} of the records it archives are in the log")
                self.archives.discard(told)
        self.at, sound = "the log", [*self.database.execute("PRAGMA integrity_check")]
        need(sound == [("ok",)], "its tables and indices do not agree")
        need(here >= {*range(self.archived, self.size)}, "records are missing")
        moved = {events[seq] for seq in here if seq < self.archived}
        need(moved <= STAYING, "records that are archived are still there")
        need(not self.archives, "it tells nothing of an archive given")
        return self.size - len(events)
    def read_archive(self, path: str) -> None:  # its records come to those of the log
        with zipfile.ZipFile(path) as file:
            header, *contents = [file.read(name) for name in file.namelist()]
        data, first = pathlib.Path(path).read_bytes(), json.loads(header)["first"]
        bodies = b"".join(contents).split(b"\n")[:-1]
        self.records += [(seq, first, body) for seq, body in enumerate(bodies, first)]
        self.archives.add((first, first + len(bodies), sha256(data).hex(), len(data)))

def main(arguments: Any = None) -> int:
    parser = argparse.ArgumentParser(description="Checks an audit log without the program.")
    parser.add_argument("log", help="the log's file, audit/log.sqlite")
    parser.add_argument("--key", required=True, help="the log's public key, from a trusted place")
    for name in ("--checkpoint", "--archive"):
        parser.add_argument(name, action="append", default=[], metavar="FILE")
    options, log, own, outside = parser.parse_args(arguments), Log(), [-1], [0]
    try:
        log.read(options.log, options.key.strip())
        for log.at in options.archive:
            log.read_archive(log.at)
        unread = log.check_records()
        for number, (note,) in enumerate(log.checkpoints, 1):
            log.at = f"checkpoint {number} of those in the log"
            own.append(log.check_checkpoint(note))
            need(own[-2] < own[-1], "it is not of more records than the one before it")
        for log.at in options.checkpoint:
            outside.append(log.check_checkpoint(pathlib.Path(log.at).read_bytes().decode()))
    except Exception as e:  # noqa: BLE001 - whatever is wrong with a file, it is refused
        reason = e if type(e) is ValueError else f"it cannot be read ({type(e).__name__})"
        print(f"REFUSED: {log.at}: {reason}")
        return 1
    print(f"VERIFIED: {log.size} records agree with their tree and {len(own) - 1} checkpoints.\n"
        f"{unread} of them are in archives that were not given: what they say was not examined.\n"
        f"The first {max(0, *own)} are signed for in the log, the first {max(outside)} elsewhere.\n"
        "What no checkpoint from elsewhere covers can be replaced by who has file and key.")
    return 0
if __name__ == "__main__":
    sys.exit(main())
