"""Settings: what works without any, what each key may be, and that whatever is wrong is named with file and key."""

import pytest

from dragoman.brief.settings import Folder, Mailchimp, Settings, Smtp, read_settings, secret
from dragoman.cli import CONFIGURATION, _exit_code
from dragoman.errors import SettingsError

SENDS = 'address = "post@record.example"\n'
SMTP = SENDS + '[sender]\nkind = "smtp"\nhost = "mail.example"\n'
POSTAL = SENDS + 'postal = "1 Street, Town"\n'
MAILCHIMP = '[sender]\nkind = "mailchimp"\naudience = "a1b2"\ncategory = "c3d4"\nkey_env = "CHIMP"\n'


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    """A folder without settings, and an environment that names none."""
    monkeypatch.delenv("DRAGOMAN_BRIEF", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def written(tmp_path):
    """A function that writes a file of settings and gives its name."""

    def write(text, name="some.toml"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return write


def test_without_a_file_mails_go_into_a_folder_beside_the_store(tmp_path):
    found = read_settings(store=str(tmp_path / "kept" / "chronicle.db"))
    assert found.sender == Folder(folder=str(tmp_path / "kept" / "out-mail"))
    assert (found.base, found.confirm_hours, found.soft_bounces) == ("http://127.0.0.1:8765", 48, 2)


@pytest.mark.parametrize("store", ["", "postgresql+pg8000://someone@host/name"])
def test_without_a_store_in_a_file_it_is_in_this_folder(store, tmp_path):
    assert read_settings(store=store).sender == Folder(folder=str(tmp_path / "out-mail"))


def test_which_file_is_read(written, monkeypatch):
    named, told, here = (written(f'name = "{name}"', name) for name in ("named.toml", "told.toml", "briefings.toml"))
    assert read_settings().name == "briefings.toml"
    monkeypatch.setenv("DRAGOMAN_BRIEF", str(told))
    assert read_settings().name == "told.toml"
    assert read_settings(named).name == "named.toml"
    here.unlink()
    assert read_settings(str(named)).name == "named.toml"


def test_paths_are_found_from_the_folder_of_the_file(written, tmp_path, monkeypatch):
    file = written(SMTP + 'user = "u"\npassword_file = "secrets/mail"\n')
    monkeypatch.chdir("/")
    assert read_settings(file).sender.password_file == str(tmp_path / "secrets" / "mail")
    file = written('[sender]\nkind = "folder"\nfolder = "sent"\n')
    assert read_settings(file, store="/kept/chronicle.db").sender.folder == str(tmp_path / "sent")


GOOD = [
    ('base = "https://record.example/"', "base", "https://record.example"),
    ('base = "http://[::1]:8765"', "base", "http://[::1]:8765"),
    ('name = "The Record"', "name", "The Record"),
    ('reply_to = "desk@record.example"', "reply_to", "desk@record.example"),
    ('keep_origin = "none"', "keep_origin", "none"),
    ("per_second = 1\nper_hour = 2", "per_hour", 2),
    (SMTP, "sender", Smtp(host="mail.example")),
    (SMTP + 'port = 25\nsecurity = "none"\n', "sender", Smtp(host="mail.example", port=25, security="none")),
    (
        POSTAL + MAILCHIMP + 'confirm = "platform"\n',
        "sender",
        Mailchimp(audience="a1b2", category="c3d4", key_env="CHIMP", confirm="platform"),
    ),
]


@pytest.mark.parametrize(("text", "key", "value"), GOOD)
def test_what_can_be_set(text, key, value, written):
    assert getattr(read_settings(written(text)), key) == value


# What stands in the file, the key that is named, and words of what is said of it.
WRONG = [
    ('nmae = "x"', "", "unknown field `nmae`"),
    ("name = 3", "name", "Expected `str`, got `int`, got 3"),
    ('name = " "', "name", "a name in one line"),
    ('name = "a\\nb"', "name", "a name in one line"),
    ('base = "record.example"', "base", "https://record.example, got 'record.example'"),
    ('base = "ftp://record.example"', "base", "https"),
    ('base = "https://record.example/app"', "base", "https"),
    ('base = "https://record.example?x=1"', "base", "https"),
    ('base = "https://u:p@record.example"', "base", "https"),
    ('base = "https://record.example:port"', "base", "https"),
    ('base = "https://record example"', "base", "https"),
    ('base = "https://record.example\\r\\nBcc: x"', "base", "https"),
    ('address = "nobody"', "address", "an address that mail can come from"),
    ('address = "a@b.example\\nBcc: c@d.example"', "address", "an address"),
    ('reply_to = "nobody"', "reply_to", "an address, or nothing"),
    ('postal = "a\\nb"', "postal", "in one line"),
    ('keep_origin = "some"', "keep_origin", "Invalid enum value 'some'"),
    ("per_second = 0", "per_second", "a whole number from 1 to 1,000,000, got 0"),
    ("per_hour = -1", "per_hour", "a whole number"),
    ("per_hour = 1.5", "per_hour", "Expected `int`, got `float`"),
    ("soft_bounces = true", "soft_bounces", "Expected `int`, got `bool`"),
    ("confirm_hours = 0", "confirm_hours", "a whole number"),
    ("sign_ups_per_hour = 0", "sign_ups_per_hour", "a whole number"),
    ("sign_ups_per_network = 0", "sign_ups_per_network", "a whole number"),
    ('[sender]\nkind = "pigeon"', "sender.kind", "Invalid value 'pigeon'"),
    ('[sender]\nhost = "mail.example"', "sender", "missing required field `kind`"),
    ('[sender]\nkind = "folder"\nfolder = " "', "sender.folder", "the name of a folder"),
    ('[sender]\nkind = "smtp"', "sender", "missing required field `host`"),
    ('[sender]\nkind = "smtp"\nhost = "mail.example"', "address", "as smtp sends it"),
    (SMTP.replace("mail.example", ""), "sender.host", "the name of a mail server"),
    (SMTP + "port = 0", "sender.port", "from 1 to 65535, got 0"),
    (SMTP + 'port = "25"', "sender.port", "Expected `int`, got `str`"),
    (SMTP + "timeout = 0", "sender.timeout", "seconds"),
    (SMTP + 'security = "ssl"', "sender.security", "Invalid enum value 'ssl'"),
    (SMTP + 'user = "u"', "sender.user", "user together with"),
    (SMTP + 'password_env = "P"', "sender.user", "user together with"),
    (SMTP + 'user = "u"\npassword_env = "P"\nsecurity = "none"', "sender.security", "starttls or tls"),
    (SMTP + 'password = "secret"', "sender", "unknown field `password`"),
    (SENDS + MAILCHIMP, "postal", "a postal address"),
    (POSTAL.replace(SENDS, "") + MAILCHIMP, "address", "as mailchimp sends it"),
    (POSTAL + MAILCHIMP.replace('key_env = "CHIMP"\n', ""), "sender.key_file", "where the key is"),
    (POSTAL + MAILCHIMP.replace("a1b2", "../x"), "sender.audience", "the id of an audience"),
    (POSTAL + MAILCHIMP.replace("c3d4", ""), "sender.category", "the id of an interest category"),
    (POSTAL + MAILCHIMP + 'base = "https://elsewhere.example"', "sender.base", "an address of this machine"),
]


@pytest.mark.parametrize(("text", "key", "said"), WRONG)
def test_what_is_wrong_is_named(text, key, said, written):
    file = written(text)
    with pytest.raises(SettingsError) as raised:
        read_settings(file)
    assert (raised.value.where, raised.value.key) == (str(file), key)
    assert said in raised.value.message
    assert raised.value.message.startswith(key or "the file")
    assert _exit_code(raised.value) == CONFIGURATION


def test_a_secret_in_the_file_is_not_repeated(written):
    with pytest.raises(SettingsError) as raised:
        read_settings(written(SMTP + 'password = "hunter2"'))
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(("text", "kind"), [("name = ", "toml"), ("\udcff", "file"), (None, "file")])
def test_files_that_cannot_be_read(text, kind, tmp_path):
    file = tmp_path / "some.toml"
    if text is not None:
        file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(SettingsError) as raised:
        read_settings(file)
    assert (raised.value.kind, raised.value.where) == (kind, str(file))


def test_secrets(tmp_path, monkeypatch):
    def of(**named):
        return secret(Settings(sender=Smtp(host="mail.example", user="u", **named)), "password")

    file = tmp_path / "secret"
    file.write_text("from the file\n", encoding="utf-8")
    monkeypatch.setenv("PASSWORD", "from outside")
    assert of(password_file=str(file)) == "from the file"
    assert of(password_env="PASSWORD") == "from outside"
    assert of() == ""
    assert secret(Settings(), "key") == ""


@pytest.mark.parametrize("named", ["missing", "empty", "."])
def test_a_secret_that_is_not_there(named, tmp_path):
    (tmp_path / "empty").write_text("\n", encoding="utf-8")
    with pytest.raises(SettingsError) as raised:
        secret(Settings(sender=Smtp(host="h", user="u", password_file=str(tmp_path / named))), "password")
    assert raised.value.key == "sender.password_file"


def test_a_variable_that_is_not_set(monkeypatch):
    monkeypatch.delenv("NOT_SET", raising=False)
    with pytest.raises(SettingsError, match="nothing in NOT_SET") as raised:
        secret(Settings(sender=Mailchimp(audience="a", category="c", key_env="NOT_SET")), "key")
    assert raised.value.key == "sender.key_env"
