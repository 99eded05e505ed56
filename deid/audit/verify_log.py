# fmt: off
"""Checks an audit log by docs/audit-log.md alone: python verify_log.py LOG --key PUBLIC_KEY.

Needs Python 3.9 or newer, and changes nothing. Exit code 0: all agrees; 1: it does not.
"""
# ruff: noqa: B905, D102, D103, E401, I001, RUF007, SIM905
import argparse, base64, collections, datetime, hashlib, json, pathlib, re, sqlite3, sys, zipfile
from typing import Any
# The kinds of records and their names, those of schema 1 first; what is marked ? may be null
KINDS = """session-opened: user machine program_version model_digest? rules_digest policy_digest
roster?; policy-changed: policy_digest; model-changed: model_digest?; measuring-changed: user
machine share person?; document-read: document sha256 size length format encoding patient?;
redaction-made: document span label safe_harbor detector score operator policy_digest original
output_span; finding-dropped: document span label detector score reason winner? winner_span?;
review-acted: document act reviewer span label_before? label_after? span_after? undone?;
review-finished: document reviewer replaced uncertain_left certain_from; reviewer-measured: document
reviewer withheld caught; document-committed: document input_sha256 output_sha256 input_length
output_length redactions dropped policy_digest output_name counts; document-refused: document error
exit_code; exported: what size root; role-granted: role name person public_key sealing_key
statement; role-withdrawn: role person statement; key-changed: what act key_id person?;
sample-drawn: sample person method seed first stop frame drawn target confidence design
policy_digest? label?; verdict-given: sample person document output_sha256 leaks counts;
sample-closed: sample person read leaking withheld caught bound statement; value-revealed: person
document source values purpose; signed-off: person name meaning size root statement; release-held:
document output_sha256 output_name policy_digest user; release-decided: document output_sha256
decision person statement; archived: first stop sha256 size kept; anchored: where size root"""
NAMES = {kind: names.split() for kind, names in re.findall(r"([a-z-]+):\s([^;]+)", KINDS)}
SCHEMA = "055339f7198b45b0ac69f574e3af56d1d251ebfb21992d5af165094e80438700"
LABEL = "|".join("""PATIENT DOCTOR PERSON USERNAME STREET CITY COUNTY ZIP LOCATION STATE COUNTRY
HOSPITAL DEPARTMENT ROOM ORGANIZATION DATE AGE AGE90 PHONE FAX EMAIL URL IP SSN MRN HEALTHPLAN
ACCOUNT LICENSE VEHICLE DEVICE BIOID IDNUM PROFESSION OTHER""".split())
# NAMES=FORM, where the form of a name is what may stand for its value in canonical JSON
NUMBER, CHARACTER = "(?:0|[1-9][0-9]{0,15})", r'[^\x00-\x1f"\\\x7f\ud800-\udfff]|\\["\\]'
TABLE = r"""purpose="(?:sample|care|complaint|court|quality|other)" decision="(?:approved|declined)"
program_version,format,encoding,operator,error,key_id,where="[A-Za-z0-9][A-Za-z0-9_.:/@+-]{0,127}"
sha256,input_sha256,output_sha256,model_digest,rules_digest,policy_digest="[0-9a-f]{64}"
document,original,output_name,roster,patient="hmac-sha256:[0-9a-f]{16}:[0-9a-f]{64}"
time="[0-9]{4}(?:-[0-9]{2}){2}T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}\.[0-9]{3}Z"
share,score,certain_from,target,confidence,bound=(?:0|1|0\.[0-9]{0,3}[1-9]) root,seed="[0-9a-f]{64}"
public_key="noteveil/person/[0-9a-f]{16}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}" source="(?:file|vault)"
review-acted/act,undone="(?:accept|reject|relabel|move|add|undo|redo)" design="(?:fixed|sequential)"
exported/what="(?:checkpoint|proof|csv|json|certificate|fhir)" person,sample,session="[0-9a-f]{16}"
meaning="(?:reviewed|approved|released|rejected|responsible)" counts=\{(?:"(?:<label>)":<n>,?)*\}
user,machine,reviewer,detector,winner,name="(?:<c>){1,255}" method="(?:random|risk-weighted)"
key-changed/act="(?:made|changed|used|refused|destroyed)" role="(?:redactor|officer|administrator)"
reason="(?:below-threshold|covered|protected|rejected)" label,label_before,label_after="(?:<label>)"
span,span_after,winner_span,output_span=\[<n>,<n>\] key-changed/what="(?:site|signing|person|vault)"
sealing_key="[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=" statement="(?:<c>|\\n){1,4096}"
safe_harbor="[A-R]?" """.replace("<n>", NUMBER).replace("<c>", CHARACTER).replace("<label>", LABEL)
FORMS = {name: form for names, form in (line.split("=", 1) for line in TABLE.split())
         for name in names.split(",")}

def record_pattern(schema: int, event: str) -> re.Pattern[str]:
    """What is between the braces of a record of this kind; a name without a form is of a number."""
    forms = {"schema": str(schema), "event": f'"{event}"'}
    for name in [*NAMES[event], "seq", "time", "session"]:
        form = FORMS.get(f"{event}/{name}") or FORMS.get(name.rstrip("?"), NUMBER)
        forms[name.rstrip("?")] = f"(?:{form}|null)" if name[-1] == "?" else form
    if schema == 1:
        forms.pop("person", None)
        forms = {n: form.replace("|csv|json|certificate|fhir", "") for n, form in forms.items()}
    return re.compile(",".join(f'"{name}":{forms[name]}' for name in sorted(forms)))
PATTERNS = {(2, event): record_pattern(2, event) for event in NAMES}
PATTERNS.update({(1, event): record_pattern(1, event) for event in list(NAMES)[:13]})
def need(condition: object, reason: str) -> None:
    if not condition:
        raise ValueError(reason)
def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()

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
    x = x if x & 1 == odd else P - x
    return x, y, 1, x * y % P
def times(scalar: int, p: Any) -> Any:
    half = times(scalar >> 1, add(p, p)) if scalar else (0, 1, 1, 0)
    return add(half, p) if scalar & 1 else half
def ed25519_verifies(key: bytes, message: bytes, signature: bytes) -> bool:
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    x, y, z, _ = add(times(s, point(BASE)), times(8 * L - h, point(key)))  # 8 L times any is 0
    r = (y * pow(z, -1, P) % P | (x * pow(z, -1, P) % P & 1) << 255).to_bytes(32, "little")
    return len(signature) == 64 and s < L and r == signature[:32]

def read_key(text: str) -> tuple[str, bytes, bytes]:
    """Name, key id and public key of NAME+ID+BASE64."""
    name, key_id, encoded = [*text.split("+", 2), "", ""][:3]
    key = base64.b64decode(encoded, validate=True)
    right = len(key) == 33 and key[0] == 1 and sha256(name.encode(), b"\n", key)[:4].hex() == key_id
    need(right and re.fullmatch("[!-*,-~]{1,100}", name), "a public key is malformed")
    return name, bytes.fromhex(key_id), key[1:]
def signed_text(note: str, public_key: str) -> str:
    """The text of a note, found to be signed by this key in each line that names it."""
    name, key_id, key = read_key(public_key)
    text, _, lines = note.rpartition("\n\n")
    found = re.findall("— ([!-*,-~]{1,100}) (.{8,})\n", lines)
    signed = [(signer, base64.b64decode(data)) for signer, data in found]
    again = "".join(f"— {signer} {base64.b64encode(data).decode()}\n" for signer, data in signed)
    need(lines == again and all(data[4:] for _, data in signed), "it is not a signed note")
    signatures = [data[4:] for signer, data in signed if (signer, data[:4]) == (name, key_id)]
    need(signatures, f"it is not a note signed by {name}")
    right = all(ed25519_verifies(key, f"{text}\n".encode(), data) for data in signatures)
    need(right, f"the signature of {name} is false")
    return f"{text}\n"
def parse(body: bytes, seq: int) -> Any:
    """A record, after its form was found right."""
    record = json.loads(body.decode(), parse_int=lambda n: int(n) if int(n[:17]) < 2**53 else "")
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    need(type(record) is dict and text.encode() == body, "it is not an object in canonical JSON")
    pattern = PATTERNS.get((record.get("schema", 0), str(record.get("event"))))
    need(pattern and pattern.fullmatch(text[1:-1]), "it has not the form of its kind")
    need(all(v == sorted(v) for v in record.values() if type(v) is list), "a span ends too early")
    need(record["seq"] == seq, "it says that it is another one")
    datetime.datetime.fromisoformat(record["time"][:-1])
    return record

class Log:
    """A log, its tree, and what the records so far say of documents and people."""
    at = "the log"
    def read(self, path: str, key: str) -> None:
        """Reads the file, and finds its tiles to be those of a tree."""
        self.key, self.name, self.archives = key, read_key(key)[0], list[tuple[Any, ...]]()
        self.documents, self.people, self.statements = (dict[Any, Any]() for _ in range(3))
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
    def root(self, start: int, stop: int) -> bytes:
        """Root over the records in [start, stop), a subtree of RFC 6962, section 2.1."""
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
    def check_document(self, record: dict[str, Any], segment: int) -> None:
        """What was done to a document adds up to what is committed."""
        event, key = record["event"], (segment, record["session"], record.get("document"))
        if event == "document-read":
            self.documents[key] = []
        elif event in ("redaction-made", "finding-dropped", "document-committed"):
            need(key in self.documents, "it is of a document whose reading is not recorded")
        acts = self.documents.get(key, [])
        acts.append(record)
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
            right = right and record == {**record, **counted}
            need(right, "it does not agree with the records of its document")
    def check_person(self, record: dict[str, Any]) -> None:
        """Who does it has the role for it, or those who have it signed it."""
        event, person = record["event"], record.get("person")
        known = self.people.get(person, {**record, "role": None})
        signers = [p for p, granted in self.people.items() if granted["role"] == "administrator"]
        if event == "role-granted":
            name, _, key = read_key(record["public_key"])
            right = sha256(key).hex()[:16] == person and name == f"noteveil/person/{person}"
            right = right and known["role"] is None and known["public_key"] == record["public_key"]
            right = right and (len(self.people) > 0 or record["role"] == "administrator")
            self.people[person] = record
        elif event == "role-withdrawn":
            right = known["role"] == record["role"] and signers != [person]
            self.people[person] = {**known, "role": None}
        else:
            right = known["role"] == "officer" or event == "key-changed" or person is None
            signers = []  # but the person
        need(right, "the person has not the role, or not the key, for it")
        size = self.check_statement(record, signers or [person]) if "statement" in record else 0
        if event == "signed-off":
            root = self.root(0, min(size, record["size"])).hex()
            right = record["name"] == known["name"] and record["size"] <= size
            right = right and record["root"] == root
            need(right, "it does not bear the person's name, or is for other records")
    def check_statement(self, record: dict[str, Any], signers: list[Any]) -> int:
        """The size of the log for which one of these people signed the record."""
        statement, event, seq = record["statement"], record["event"], record["seq"]
        said = "".join(f"{n}: {record[n]}\n" for n in sorted(NAMES[event]) if n != "statement")
        begin = f"noteveil/statement/v1\n{event}\n{said}log: "
        form = f"(.+)\nlog_size: ({NUMBER})\nlog_root: (.+)\ntime: (.+)\n\n— .+/(.{{16}}) [^ ]+\n"
        match = re.fullmatch(form, statement[len(begin):])
        log, size, root, time, signer = match.groups() if match else ("", "0", "", "", "")
        right = statement.startswith(begin) and re.fullmatch(FORMS["time"], f'"{time}"')
        need(right, "its statement is not the one that belongs to it")
        datetime.datetime.fromisoformat(time[:-1])
        right = log == self.name and int(size) <= seq and root == self.root(0, int(size)).hex()
        need(right, "its statement is for another log, or for what this one was not")
        need(signer in signers, "its statement is not signed by a person who may do it")
        need(statement not in self.statements, "its statement is that of an earlier one")
        self.statements[statement] = record
        signed_text(statement, self.people[signer]["public_key"])
        return int(size)
    def check_records(self) -> int:
        """How many records were not examined, since their archives are not at hand."""
        here = {seq for seq, segment, _ in self.records if segment < 0}
        events, stop = dict[int, str](), 0
        for seq, segment, body in sorted(self.records):
            self.at, leaf = f"record {seq}", sha256(b"\0", body)
            need([leaf] == self.levels[0][seq : seq + 1], "it is not the one in the tree")
            if seq in events:  # in an archive and in the log
                continue
            record = parse(body, seq)
            events[seq] = record["event"]
            self.check_document(record, segment)
            self.check_person(record)
            if record["event"] == "archived":
                right = record["first"] == stop < record["stop"] <= seq
                need(right, "it archives other records than those that come next")
                kept, stop = sum(stop <= n < record["stop"] for n in here), record["stop"]
                need(kept == record["kept"], f"{kept} of the records it archives are in the log")
                told = tuple(record[name] for name in ("first", "stop", "sha256", "size"))
                self.archives = [archive for archive in self.archives if archive != told]
        self.at, sound = "the log", [*self.database.execute("PRAGMA integrity_check")]
        need(sound == [("ok",)], "its tables and indices do not agree")
        need(here >= {*range(stop, self.size)}, "records are missing")
        staying = ("role-granted", "role-withdrawn", "signed-off", "archived")
        right = all(events[seq] in staying for seq in here if seq < stop)
        need(right, "records that are archived are still there")
        need(not self.archives, "it tells nothing of an archive given")
        return self.size - len(events)
    def read_archive(self, path: str) -> None:
        """Puts the records of a segment to those of the log, which must tell of its very bytes."""
        with zipfile.ZipFile(path) as file:
            header, *contents = [file.read(name) for name in file.namelist()]
        data, first = pathlib.Path(path).read_bytes(), json.loads(header)["first"]
        bodies = b"".join(contents).split(b"\n")[:-1]
        self.records += [(seq, first, body) for seq, body in enumerate(bodies, first)]
        self.archives += [(first, first + len(bodies), sha256(data).hex(), len(data))]

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
        sys.stdout.write(f"REFUSED: {log.at}: {reason}\n")
        return 1
    sys.stdout.write(
        f"VERIFIED: {log.size} records agree with their tree and {len(own) - 1} checkpoints.\n"
        f"{unread} of them are in archives that were not given: what they say was not examined.\n"
        f"The first {max(0, *own)} are signed for in the log, the first {max(outside)} elsewhere.\n"
        "What no checkpoint from elsewhere covers can be replaced by who has file and key.\n")
    return 0

if __name__ == "__main__":
    sys.exit(main())
