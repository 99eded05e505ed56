"""Packages of Windows: the same each time, with the tables that they must have, signed and not."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from frozen.tree import NotPacked, Tree
from release.manifest import NotReleased
from release.vendor import Authorities, check_vendor
from windows.content import Place, content
from windows.database import SECURE, SEQUENCE, tables
from windows.identity import short_name
from windows.msi import build_msi
from windows.rows import Table
from windows.signing import Key, Stamp, sign, strip
from windows.tables import NotRead, listed, read_tables
from windows.wine import State, values

EPOCH = 1_700_000_000
EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
TOOLS = ("wixl", "msibuild", "msiinfo", "msiextract", "openssl", "osslsigncode")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]
needs_tools = pytest.mark.skipif(bool(MISSING), reason=f"not installed here: {', '.join(MISSING)}")
SOFTHSM = [
    path
    for path in map(Path, ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so"))
    if path.exists()
]
ENGINES = list(Path("/usr/lib").glob("*/engines-3/pkcs11.so"))


def made(root: Path, version: str = "1.2.0", *more: str, ending: str = ".exe") -> Tree:
    names = (f"deid{ending}", f"deid-gui{ending}", "_internal/rules/a list.txt", *more)
    for path in names:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path, encoding="utf-8")
    return Tree(root, version, EPOCH)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("msi")


@pytest.fixture(scope="module")
def package(folder: Path) -> Path:
    """One that is only read."""
    if MISSING:
        pytest.skip(f"not installed here: {', '.join(MISSING)}")
    return build_msi(made(folder / "tree"), folder)


@pytest.fixture(scope="module")
def read(package: Path) -> dict[str, Table]:
    return read_tables(package)


def column(table: Table, name: str) -> list[str]:
    at = [column for column, _ in table.columns].index(name)
    return [str(row[at]) for row in table.rows]


def codes(table: Table) -> dict[str, str]:
    return dict(zip(column(table, "Component"), column(table, "ComponentId"), strict=True))


def test_two_builds_in_two_circumstances_are_the_same(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "some where" / "else"
    place.mkdir(parents=True)
    tree = made(place / "tree")
    for path in tree.root.rglob("*"):
        os.utime(path, (1, 1))
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    before = os.umask(0o077)
    try:
        again = build_msi(tree, place)
    finally:
        os.umask(before)
    assert again.name == package.name == "noteveil-1.2.0-x64.msi"
    assert again.read_bytes() == package.read_bytes()


def test_another_content_is_another_package_of_the_same_product(
    read: dict[str, Table], tmp_path: Path
) -> None:
    tree = made(tmp_path / "tree")
    (tree.root / "deid.exe").write_text("another", encoding="utf-8")
    other = read_tables(build_msi(tree, tmp_path), ["_SummaryInformation", "Property"])
    summaries = [dict(found["_SummaryInformation"].rows) for found in (read, other)]
    assert {one["9"] == summaries[1]["9"] for one in summaries} == {True, False}
    assert {one["12"] for one in summaries} == {"2023/11/14 22:13:20"}
    assert {one["7"] for one in summaries} == {"x64;1033"}
    assert read["Property"] == other["Property"]


def test_a_component_keeps_its_name_in_every_version(
    read: dict[str, Table], tmp_path: Path
) -> None:
    built = build_msi(made(tmp_path / "tree", "1.10.0", "_internal/new"), tmp_path)
    newer = read_tables(built, ["Component", "Property"])
    before, after = codes(read["Component"]), codes(newer["Component"])
    assert before.items() < after.items()
    assert len(after) == len(before) + 1
    assert len(set(after.values())) == len(after)
    one, other = (dict(found["Property"].rows) for found in (read, newer))
    assert one["UpgradeCode"] == other["UpgradeCode"]
    assert one["ProductCode"] != other["ProductCode"]


def test_every_file_is_a_component_of_64_bits_known_by_it(read: dict[str, Table]) -> None:
    components = read["Component"]
    assert set(column(components, "Attributes")) == {"256"}
    keys = [key for key in column(components, "KeyPath") if key]
    assert sorted(keys) == sorted(column(read["File"], "File"))
    assert sorted(column(read["FeatureComponents"], "Component_")) == sorted(codes(components))
    assert set(column(read["Directory"], "Directory")) >= {"ProgramFiles64Folder", "Programs"}


def test_what_was_put_in_is_all_there(read: dict[str, Table]) -> None:
    for table in tables():
        wanted = [tuple("" if field is None else str(field) for field in row) for row in table.rows]
        assert sorted(read[table.name].rows) == sorted(wanted), table.name
        assert read[table.name].columns == table.columns
    properties = dict(read["Property"].rows)
    assert properties["ALLUSERS"] == "1"
    assert properties["SecureCustomProperties"] == ";".join(SECURE)
    assert "ARPHELPLINK" not in properties
    order = [name for name, _, _ in SEQUENCE]
    assert order == [name for name, _, at in sorted(SEQUENCE, key=lambda row: row[2])]


def test_an_older_version_is_removed_first_and_a_newer_one_is_never_replaced(
    read: dict[str, Table],
) -> None:
    upgrade = read["Upgrade"]
    found = zip(*(column(upgrade, name) for name in ("VersionMin", "VersionMax")), strict=True)
    assert list(found) == [("", "1.2.0"), ("1.2.0", "")]
    only_detect = [int(attributes) & 2 for attributes in column(upgrade, "Attributes")]
    assert only_detect == [0, 2]
    told = dict(read["LaunchCondition"].rows)
    assert "remove the newer one first" in str(told["NOT WIX_DOWNGRADE_DETECTED"])


@needs_tools
@pytest.mark.parametrize("ending", [".exe", ""], ids=["of Windows", "of another system"])
def test_the_folder_of_the_programs_holds_the_tree_and_nothing_else(
    ending: str, tmp_path: Path
) -> None:
    tree = made(tmp_path / "tree", ending=ending)
    path = build_msi(tree, tmp_path, help_link="https://noteveil.invalid/help")
    found = content(tree)
    below = {file.path for file in found.files if file.place is Place.PROGRAMS}
    assert below == {file.path for file in tree.files()}
    others = {file.path for file in found.files if file.place is Place.MACHINE}
    assert others == {
        "PolicyDefinitions/noteveil.admx",
        "PolicyDefinitions/en-US/noteveil.adml",
    }
    assert dict(read_tables(path, ["Property"])["Property"].rows)["ARPHELPLINK"].endswith("/help")
    done = subprocess.run(
        ["msiextract", "-C", tmp_path / "out", path], check=False, capture_output=True
    )
    assert done.returncode == 0
    for name in below:
        assert (tmp_path / "out" / "NoteVeil" / name).read_bytes() == name.encode()


@pytest.mark.parametrize("version", ["1.2.0rc1", "1", "1.2.3.4", "256.0.0", "1.0.65536"])
def test_a_version_that_windows_cannot_compare_is_refused(version: str, tmp_path: Path) -> None:
    with pytest.raises(NotPacked, match="version"):
        content(made(tmp_path, version))


@pytest.mark.parametrize(
    "path", ["a:b", "a ", "a.", "con", "Aux.txt", "ä", "x/LPT1", f"{'a' * 150}/{'b' * 60}"]
)
def test_a_name_that_windows_does_not_have_is_refused(path: str, tmp_path: Path) -> None:
    with pytest.raises(NotPacked, match="no such name"):
        content(made(tmp_path, "1.2.0", path))


@pytest.mark.parametrize("paths", [("_internal/A", "_internal/a"), ("x/a/b", "x/A/c")])
def test_what_is_one_name_on_windows_is_refused(paths: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(NotPacked, match="one and the same"):
        content(made(tmp_path, "1.2.0", *paths))


def test_a_tree_without_a_program_is_refused(tmp_path: Path) -> None:
    tree = made(tmp_path)
    (tmp_path / "deid-gui.exe").unlink()
    with pytest.raises(NotPacked, match=r"deid-gui\.exe: not in the tree"):
        content(tree)


def test_a_tool_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotPacked, match="wixl is not there"):
        build_msi(made(tmp_path / "tree"), tmp_path)


def test_short_names_are_short_and_their_own() -> None:
    assert short_name("a/deid.exe") == "deid.exe"
    assert short_name("a/_internal") != short_name("b/_internal")
    for path in ("a/_internal", "a/a list.txt", "a/x.y.library", "a/.hidden", "a/name.with+"):
        stem, _, ending = short_name(path).partition(".")
        assert 0 < len(stem) <= 8
        assert len(ending) <= 3
        assert f"{stem}{ending}".replace("_", "").isalnum()


def test_a_field_that_would_be_two_is_refused() -> None:
    columns = (("A", "s72"), ("B", "I2"))
    assert Table("T", columns, ("A",), (("a", None),)).encode().endswith("T\tA\r\na\t\r\n")
    for row in (("a\tb", 1), ("a\nb", 1), ("a",)):
        with pytest.raises(ValueError, match="field"):
            Table("T", columns, ("A",), (row,)).encode()


@needs_tools
def test_what_is_no_package_is_not_listed(package: Path, tmp_path: Path) -> None:
    stray = tmp_path / "stray.msi"
    stray.write_text("no package", encoding="utf-8")
    for path, names in ((stray, ()), (package, ("Nothing",))):
        with pytest.raises(NotRead):
            read_tables(path, names)
    lines = list(listed(read_tables(package, ["InstallExecuteSequence"])))
    assert [line.split()[0] for line in lines[2:-1]] == [name for name, _, _ in SEQUENCE]


def certificate(folder: Path, name: str, use: str) -> tuple[Path, Path]:
    """A certificate that vouches for itself, and its key."""
    pem, key = folder / f"{name}.pem", folder / f"{name}.key"
    command = ["openssl", "req", "-x509", *EC, "-nodes", "-days", "30"]
    told = ["-subj", f"/CN={name}", "-addext", f"extendedKeyUsage={use}"]
    subprocess.run([*command, *told, "-keyout", key, "-out", pem], check=True, capture_output=True)
    return pem, key


@pytest.fixture(scope="module")
def signers(folder: Path) -> dict[str, tuple[Path, Path]]:
    if MISSING:
        pytest.skip(f"not installed here: {', '.join(MISSING)}")
    return {
        "vendor": certificate(folder, "vendor", "codeSigning"),
        "time": certificate(folder, "time", "critical,timeStamping"),
    }


def test_a_signature_verifies_breaks_with_a_byte_and_comes_off(
    package: Path, signers: dict[str, tuple[Path, Path]], tmp_path: Path
) -> None:
    msi = tmp_path / package.name
    shutil.copy(package, msi)
    (vendor, key), (time, time_key) = signers["vendor"], signers["time"]
    believed = Authorities(None, vendor, time)
    sign(msi, key=Key(vendor, str(key)), stamp=Stamp(certificate=time, key=time_key))
    assert check_vendor(msi, believed) == "osslsigncode"
    with pytest.raises(NotReleased, match="no good time stamp"):
        check_vendor(msi, Authorities(None, vendor, vendor))
    with pytest.raises(NotReleased, match="not good"):
        check_vendor(msi, Authorities(None, time))
    signed = msi.read_bytes()
    at = signed.index(b"Takes the identity out")
    msi.write_bytes(signed[:at] + b"B" + signed[at + 1 :])
    with pytest.raises(NotReleased, match="not good"):
        check_vendor(msi, believed)
    msi.write_bytes(signed)
    sign(msi, key=Key(vendor, str(key)), stamp=Stamp())
    with pytest.raises(NotReleased, match="no good time stamp"):
        check_vendor(msi, believed)
    strip(msi)
    assert msi.read_bytes() == package.read_bytes()
    with pytest.raises(NotPacked, match="no Authenticode signature"):
        strip(msi)
    with pytest.raises(NotPacked, match="osslsigncode ended"):
        sign(msi, key=Key(vendor, str(tmp_path / "nowhere")), stamp=Stamp())
    assert [path.name for path in tmp_path.iterdir()] == [package.name]
    assert msi.read_bytes() == package.read_bytes()


@pytest.fixture
def token(
    signers: dict[str, tuple[Path, Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Key:
    """The vendor's key on a token of SoftHSM."""
    if not SOFTHSM or not ENGINES or shutil.which("softhsm2-util") is None:
        pytest.skip("SoftHSM or OpenSSL's engine for PKCS#11 is not installed")
    vendor, key = signers["vendor"]
    (tmp_path / "tokens").mkdir()
    settings = tmp_path / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(settings))
    tool = ("softhsm2-util", "--pin", "1234")
    new = (*tool, "--init-token", "--free", "--label", "nv", "--so-pin", "12345678")
    put = (*tool, "--import", key, "--token", "nv", "--label", "sign", "--id", "a1")
    for command in (new, put):
        subprocess.run(command, check=True, capture_output=True)
    pin = tmp_path / "pin"
    pin.write_text("1234", encoding="utf-8")
    return Key(vendor, "pkcs11:token=nv;object=sign", SOFTHSM[0], pin)


def test_a_key_on_a_token_signs(package: Path, token: Key, tmp_path: Path) -> None:
    msi = tmp_path / package.name
    shutil.copy(package, msi)
    sign(msi, key=token, stamp=Stamp())
    assert check_vendor(msi, Authorities(None, token.certificates)) == "osslsigncode"
    strip(msi)
    assert msi.read_bytes() == package.read_bytes()


def test_states_of_a_windows_are_compared_without_what_wine_does_by_itself() -> None:
    hive = (
        "WINE REGISTRY Version 2\n\n"
        "[Software\\\\Ours] 1795307913\n#time=1dd7a19cddad622\n"
        '"A"=hex:01,\\\n  02\n@="b"\n\n'
        '[Software\\\\Wine\\\\Fonts] 3\n"Codepages"="1252"\n\n'
        '[System\\\\CurrentControlSet\\\\Enum\\\\PCI] 4\n"Device"="x"\n\n'
        '[System\\\\Environment] 5\n"PATH"=str(2):"C:\\\\a;C:\\\\b;"\n\n[Software\\\\Empty] 6\n'
    )
    found = values("system.reg", hive)
    assert found == {
        'system.reg Software\\\\Ours "A"=hex:01,  02',
        'system.reg Software\\\\Ours @="b"',
        'system.reg System\\\\Environment "PATH"=str(2):"C:\\\\a;C:\\\\b"',
    }
    before = State({"a": "", "b": "1 1", "c": "1 1"}, frozenset({"x", "y"}))
    after = State({"a": "", "b": "1 2", "d": ""}, frozenset({"y", "z"}))
    assert before.changes(after) == ["other: b", "gone: c", "new: d", "new: z", "gone: x"]
    assert before.changes(before) == []
