"""The ontology: it is complete, its codes lead back to where they come from, and a wrong file is named."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import dragoman
from dragoman.errors import RuleError
from dragoman.rules.ontology import Ontology

FOLDER = Path(dragoman.__file__).parent / "data" / "ontology"
ONTOLOGY = Ontology.load(FOLDER)
KINDS = [(name, mode) for name, type in ONTOLOGY.types.items() for mode in ("", *type.modes)]


def test_counts() -> None:
    counts = len(ONTOLOGY.types), len(ONTOLOGY.contexts), len(ONTOLOGY.sectors), len(ONTOLOGY.auxiliary)
    assert counts == (16, 37, 25, 4)
    assert len(ONTOLOGY.codes) >= 285


def test_quad_classes() -> None:
    by_quad = {quad: {name for name in ONTOLOGY.types if ONTOLOGY.quad(name) == quad} for quad in (1, 2, 3, 4)}
    assert by_quad[1] == {"AGREE", "CONSULT", "SUPPORT", "CONCEDE"}
    assert by_quad[2] == {"COOPERATE", "AID", "RETREAT"}
    assert by_quad[3] == {"REQUEST", "ACCUSE", "REJECT", "THREATEN"}
    assert by_quad[4] == {"PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"}


@pytest.mark.parametrize(("type", "mode"), KINDS)
def test_every_kind_has_its_parts(type: str, mode: str) -> None:
    kind = ONTOLOGY.modes(type)[mode] if mode else ONTOLOGY.types[type]
    assert kind.definition.endswith(".")
    assert ONTOLOGY.score(type, [mode] if mode else []) == kind.score
    friendly = ONTOLOGY.quad(type) <= 2 or type == "REQUEST"
    assert friendly or kind.score < 0


@pytest.mark.parametrize(("type", "mode"), KINDS)
def test_the_cameo_code_leads_back_to_the_type(type: str, mode: str) -> None:
    for contexts in ([], *([context] for context in ONTOLOGY.contexts)):
        code = ONTOLOGY.cameo(type, [mode] if mode else [], contexts)
        assert ONTOLOGY.plover_of_cameo(code)[0] == type


@pytest.mark.parametrize(
    ("type", "modes", "contexts", "code"),
    [
        ("AGREE", [], [], "030"),
        ("AGREE", [], ["economic", "diplomatic"], "0311"),
        ("AGREE", [], ["economic", "military"], "030"),
        ("CONSULT", ["phone"], ["economic"], "041"),
        ("REJECT", ["meet"], ["diplomatic"], "125"),
        ("SANCTION", ["discontinue"], ["economic"], "163"),
        ("ASSAULT", [], [], "190"),
    ],
)
def test_cameo(type: str, modes: list[str], contexts: list[str], code: str) -> None:
    assert ONTOLOGY.cameo(type, modes, contexts) == code


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("010", ("", "", ())),
        ("023", ("REQUEST", "assist", ())),
        ("055", ("CONCEDE", "", ("diplomatic",))),
        ("0872", ("RETREAT", "withdraw", ("military",))),
        ("094", ("ACCUSE", "investigate", ("military", "legal"))),
        ("204", ("ASSAULT", "unconventional", ("cbrn",))),
    ],
)
def test_plover_of_cameo(code: str, expected: tuple[str, str, tuple[str, ...]]) -> None:
    assert ONTOLOGY.plover_of_cameo(code) == expected


def test_what_the_codebook_says_two_ways() -> None:
    assert ONTOLOGY.quad("SANCTION") == 4
    assert ONTOLOGY.score("ACCUSE") == -3
    assert not ONTOLOGY.types["PROTEST"].recipient_required
    assert not ONTOLOGY.modes("AID")
    assert ONTOLOGY.penta("163") == 3
    assert ONTOLOGY.goldstein("020") == 3.0


def test_auxiliary_modes_come_from_the_status() -> None:
    assert ONTOLOGY.auxiliary_of("planned") == ("future",)
    assert ONTOLOGY.auxiliary_of("cancelled") == ("negation",)
    assert ONTOLOGY.auxiliary_of("occurred") == ()


@pytest.mark.parametrize(
    ("sentence", "contexts"),
    [
        ("The two armies traded shells across the line.", ("military",)),
        ("Ministers spoke of tariffs and of spent warheads.", ("economic", "cbrn")),
        ("Peacekeepers found weapons of mass destruction.", ("peacekeeping", "cbrn")),
        ("Asylum-seekers fled by night.", ("asylum",)),
        ("He said nothing of note.", ()),
        ("", ()),
    ],
)
def test_contexts_of(sentence: str, contexts: tuple[str, ...]) -> None:
    assert ONTOLOGY.contexts_of(sentence) == contexts


@pytest.mark.parametrize("name", ["FLATTER", "agree"])
def test_an_unknown_type_is_refused(name: str) -> None:
    with pytest.raises(RuleError, match=name):
        ONTOLOGY.quad(name)


def test_an_unknown_mode_or_code_is_refused() -> None:
    with pytest.raises(RuleError, match="AGREE has no mode 'visit'"):
        ONTOLOGY.score("AGREE", ["visit"])
    with pytest.raises(RuleError, match="999"):
        ONTOLOGY.goldstein("999")


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[str, str, str], Path]:
    """A copy of the ontology in which one piece of one file is another."""

    def change(file: str, old: str, new: str) -> Path:
        folder = tmp_path / "ontology"
        shutil.copytree(FOLDER, folder)
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return change


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("plover.toml", "quad = 1", "quad = 5", r"plover\.toml: AGREE: .*<= 4.*quad"),
        ("plover.toml", "score = 2.5\n", "", r"plover\.toml: AGREE: .*score"),
        ("plover.toml", "score = 4.0\n", "", r"plover\.toml: CONSULT\.modes\.visit: .*score"),
        ("plover.toml", 'cameo = "030"', 'cameo = "0399"', r"AGREE: no CAMEO code '0399'"),
        ("plover.toml", 'cameo = "030"', 'cameo = "040"', "AGREE: CAMEO code 040 is read back as CONSULT"),
        ("plover.toml", "economic =", "ekonomic =", r"AGREE\.contexts: no context 'ekonomic'"),
        ("cameo.tsv", "\tphone\t", "\tfone\t", "041: CONSULT has no mode 'fone'"),
        ("cameo.tsv", "042\tCONSULT", "042\tTALK", "042: no event type 'TALK'"),
        ("cameo.tsv", "030\tAGREE\t\tdiplomatic\t4.0", "030\tAGREE\t\tdiplomatic\tfour", r"cameo\.tsv:\d+: 030"),
        ("contexts.toml", "words =", "word =", r"contexts\.toml: military: .*word"),
    ],
)
def test_a_wrong_file_is_named(
    changed: Callable[[str, str, str], Path], file: str, old: str, new: str, message: str
) -> None:
    with pytest.raises(RuleError, match=message):
        Ontology.load(changed(file, old, new))


def test_a_folder_of_one_s_own_overlays_key_by_key(tmp_path: Path) -> None:
    (tmp_path / "plover.toml").write_text("[CONSULT.modes.phone]\nscore = 1.75\n", encoding="utf-8")
    ontology = Ontology.load(FOLDER, tmp_path)
    assert ontology.score("CONSULT", ["phone"]) == 1.75
    assert ontology.score("CONSULT", ["visit"]) == 4.0
    assert len(ontology.types) == 16


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"plover\.toml|contexts\.toml"):
        Ontology.load(tmp_path)
