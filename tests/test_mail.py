"""E-mailed invitations: only where it is decided, only to an address that is one adult's alone, and every failure by name."""

import json
import re
import socketserver
import ssl
import threading
from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from glowlite import clock
from glowlite.config import BadSetting, Config
from glowlite.models import AccessCode, Audit, Contact, KeyDecision, LetterRun, User, UserContact
from glowlite.rollout import codes, letters, mail
from glowlite.rollout.letters import CannotMake
from tests.test_letters import Silent, chosen, restrict


class Postbox(socketserver.StreamRequestHandler):
    """As much of a mail server as it takes. It refuses who is among `refuses`, and hangs up before taking more than `takes`."""

    def handle(self):
        self.say("220 postbox")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.say("354 go on")
                self.take()
            elif word == b"RCPT" and any(one.encode() in line for one in self.server.refuses):
                self.say("550 no such person here")
            elif word == b"MAIL" and len(self.server.mails) >= self.server.takes:
                return
            else:
                self.say("221 bye" if word == b"QUIT" else "250 ok")

    def take(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        self.server.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self.say("250 taken")

    def say(self, words):
        self.wfile.write(words.encode() + b"\r\n")


@pytest.fixture
def postbox(site, monkeypatch):
    """A mail server on this machine; postbox.mails is what it got."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Postbox) as server:
        server.mails, server.refuses, server.takes = [], [], 1000
        threading.Thread(target=server.serve_forever, daemon=True).start()
        set_up(site, monkeypatch, f"smtp://127.0.0.1:{server.server_address[1]}")
        yield server
        server.shutdown()


def set_up(site, monkeypatch, smtp):
    settings = replace(site.config["GLOWLITE"], smtp=smtp, mail_from="Morran Academy <office@morran-academy.example>", address="https://glowlite.example")
    monkeypatch.setitem(site.config, "GLOWLITE", settings)


@pytest.fixture
def jean(site):
    with site.app_context():
        yield User.get(User.username == "jean.baxter")


@pytest.fixture
def decided(academy):
    value = {"ways": ["collected", "e-mailed"], "days": 30, "identity": "A passport"}
    KeyDecision.create(authority=academy.authority, school=academy, topic="handing-out", value_text=json.dumps(value), at=clock.now(), by="test")


def invite(by, school, *names):
    return letters.make(by, school, chosen(*names), letters.MAILED, Silent())


def contact_of(username):
    return Contact.select().join(UserContact).join(User).where(User.username == username).order_by(Contact.id).get()


# --- what is sent -----------------------------------------------------------------------------------------------


def test_an_invitation_has_the_way_in_and_no_way_past_the_second_fact(postbox, decided, jean, academy, pupil):
    invite(jean, academy, "tomasz.kowalski")
    sent = postbox.mails[0]
    text, zofia = sent.get_content(), pupil("000103")
    code = re.search(r"https://glowlite\.example/begin\?code=(\S+)", text)[1]
    assert sent["To"] == "tomasz.kowalski@example.org" and "office@morran-academy.example" in sent["From"]
    assert "tomasz.kowalski" in text and "Zofia" in text and "Kowalska" not in text and zofia.born.strftime("%d/%m/%Y") not in text
    assert sent.get_content_type() == "text/plain" and "password that only you know" in text
    assert codes.check(code, zofia.born).how == "e-mail" and codes.check(code, zofia.born).user.username == "tomasz.kowalski"


def test_a_father_with_a_court_order_about_one_child_is_written_about_the_other_only(postbox, decided, jean, academy):
    invite(jean, academy, "gordon.fraser")
    assert "Ewan" in postbox.mails[0].get_content() and "Isla" not in postbox.mails[0].get_content()


def test_it_is_written_down_who_was_written_to(postbox, decided, jean, academy):
    made = invite(jean, academy, "tomasz.kowalski", "karen.fraser")
    assert made.run.count == 2 and made.run.kind == letters.MAILED and made.run.content is None
    assert json.loads(Audit.select().where(Audit.action == "made account details").order_by(Audit.id.desc()).get().after)["count"] == 2


# --- to whom never ------------------------------------------------------------------------------------------------


def test_an_address_that_two_adults_share_gets_nothing(postbox, decided, jean, academy):
    """Fiona and Alan Drummond."""
    made = invite(jean, academy, "fiona.drummond", "tomasz.kowalski")
    assert [sent["To"] for sent in postbox.mails] == ["tomasz.kowalski@example.org"]
    assert "Not for Fiona Drummond: the e-mail address is not theirs alone" in made.message
    assert not AccessCode.select().join(User).where(User.username == "fiona.drummond").exists()


@pytest.mark.parametrize("spelling", ["the.drummonds@example.org", "The.Drummonds@Example.ORG", " the.drummonds@example.org "])
def test_capitals_and_blanks_do_not_hide_that_it_is_shared(jean, academy, spelling):
    alan = contact_of("alan.drummond")
    alan.email = spelling
    alan.save()
    assert mail.own_addresses([contact_of("fiona.drummond"), alan]) == {}


def test_who_has_left_the_mis_may_still_read_there(jean, academy):
    Contact.update(gone=clock.today()).where(Contact.id == contact_of("alan.drummond").id).execute()
    assert mail.own_addresses([contact_of("fiona.drummond")]) == {}


def test_two_records_of_one_account_are_one_adult(jean):
    """Mairi MacLeod stands in the MIS of both schools."""
    records = list(Contact.select().join(UserContact).join(User).where(User.username == "mairi.macleod"))
    assert len(records) == 2 and set(mail.own_addresses(records).values()) == {"mairi.macleod@example.org"}


@pytest.mark.parametrize("written", ["", None, "none", "a@b", "x@example.org, y@example.org", "x@example.org\nBcc: all@example.org", "Tom <x@example.org>"])
def test_what_is_no_address_gets_nothing(jean, written):
    tomasz = contact_of("tomasz.kowalski")
    tomasz.email = written
    tomasz.save()
    assert mail.own_addresses([tomasz]) == {}


def test_a_restriction_that_comes_while_mails_go_out_is_in_time(postbox, decided, jean, academy, monkeypatch):
    """Both children of Karen Fraser are closed to her after the mails were begun."""
    real = mail.own_addresses

    def too_late(contacts):
        found = real(contacts)
        restrict("karen.fraser", "000104")
        restrict("karen.fraser", "000105")
        return found

    monkeypatch.setattr(mail, "own_addresses", too_late)
    made = invite(jean, academy, "karen.fraser", "tomasz.kowalski")
    assert len(postbox.mails) == 1 and "Not for Karen Fraser: No link" in made.message


def test_of_two_children_only_the_one_who_is_still_open_is_named(postbox, decided, jean, academy, monkeypatch):
    real = mail.own_addresses

    def too_late(contacts):
        found = real(contacts)
        restrict("karen.fraser", "000104")
        return found

    monkeypatch.setattr(mail, "own_addresses", too_late)
    invite(jean, academy, "karen.fraser")
    assert "Ewan" in postbox.mails[0].get_content() and "Isla" not in postbox.mails[0].get_content()


# --- when it is not to be -------------------------------------------------------------------------------------------


def test_without_the_decision_nothing_is_mailed(postbox, jean, academy, visitor):
    with pytest.raises(CannotMake, match="not decided"):
        invite(jean, academy, "tomasz.kowalski")
    page = visitor("jean.baxter").get(f"/schools/{academy.id}/letters")
    assert "not decided that invitations are e-mailed" in page and 'value="email"' not in page
    assert not postbox.mails and not AccessCode.select().exists()


def test_without_a_mail_server_every_page_says_so(decided, jean, academy, visitor):
    assert not mail.is_on()
    assert "No mail server is set up" in visitor("jean.baxter").get(f"/schools/{academy.id}/letters")
    with pytest.raises(CannotMake, match="No mail server"):
        invite(jean, academy, "tomasz.kowalski")
    with pytest.raises(mail.NoMail):
        mail.send("tomasz.kowalski@example.org", "Hello", "Hello")


def test_the_page_names_who_needs_a_letter_instead(postbox, decided, academy, visitor):
    page = visitor("jean.baxter").get(f"/schools/{academy.id}/letters")
    assert "By letter only" in page and "Fiona Drummond" in page and 'value="email"' in page


# --- what can go wrong ------------------------------------------------------------------------------------------------


def test_who_is_refused_is_named_and_the_others_get_theirs(postbox, decided, jean, academy):
    postbox.refuses = ["tomasz.kowalski"]
    made = invite(jean, academy, "tomasz.kowalski", "karen.fraser", "robert.smith")
    assert {sent["To"] for sent in postbox.mails} == {"karen.fraser@example.org", "robert.smith@example.org"}
    assert made.run.count == 2 and "Not for Tomasz Kowalski: The mail server does not take the address: 550 no such person here" in made.message


def test_when_the_server_hangs_up_the_rest_are_named_and_keep_their_codes(postbox, decided, jean, academy):
    """In the order of their classes: Karen Fraser, Tomasz Kowalski, Robert Smith."""
    letters.make(jean, academy, chosen("robert.smith"), letters.LISTED, Silent())
    postbox.takes = 1
    made = invite(jean, academy, "robert.smith", "tomasz.kowalski", "karen.fraser")
    assert [sent["To"] for sent in postbox.mails] == ["karen.fraser@example.org"] and made.run.count == 1
    assert [one.name for one in made.left_out] == ["Tomasz Kowalski", "Robert Smith"]
    assert AccessCode.get(AccessCode.user == User.get(User.username == "robert.smith"), codes.alive()).how == "letter"


def test_when_nothing_could_be_sent_no_run_counts(postbox, decided, jean, academy):
    postbox.refuses = ["tomasz.kowalski"]
    before = LetterRun.select().count()
    with pytest.raises(CannotMake, match="Tomasz Kowalski"):
        invite(jean, academy, "tomasz.kowalski")
    assert LetterRun.select().count() == before and not AccessCode.select().where(codes.alive()).exists()


def test_a_server_that_does_not_answer_is_said_in_a_sentence(site, monkeypatch, decided, jean, academy):
    with socketserver.TCPServer(("127.0.0.1", 0), Postbox) as closed:
        port = closed.server_address[1]
    set_up(site, monkeypatch, f"smtp://127.0.0.1:{port}")
    with pytest.raises(CannotMake, match="does not answer"):
        invite(jean, academy, "tomasz.kowalski")


def test_a_password_never_travels_in_the_clear(site, monkeypatch, postbox, jean):
    """A server elsewhere that knows no encryption gets neither the password nor the mail."""
    said = []
    monkeypatch.setattr(mail, "ON_THIS_MACHINE", ())
    monkeypatch.setattr(mail.smtplib.SMTP, "login", lambda *more: said.append(more))
    set_up(site, monkeypatch, f"smtp://me:secret@127.0.0.1:{postbox.server_address[1]}")
    with pytest.raises(mail.NoMail):
        mail.send("tomasz.kowalski@example.org", "Hello", "Hello")
    assert not said and not postbox.mails


def test_encryption_asks_whose_certificate_it_is(site, monkeypatch, postbox, jean):
    asked = []
    monkeypatch.setattr(mail.smtplib, "SMTP_SSL", lambda *where, **more: asked.append(more["context"]) or mail.smtplib.SMTP(*where, timeout=5))
    set_up(site, monkeypatch, f"smtps://127.0.0.1:{postbox.server_address[1]}")
    mail.send("tomasz.kowalski@example.org", "Hello", "Hello")
    assert asked[0].verify_mode == ssl.CERT_REQUIRED and asked[0].check_hostname


def test_the_password_of_the_mail_server_is_not_shown(tmp_path):
    environment = {"GLOWLITE_DATA": str(tmp_path), "GLOWLITE_SMTP": "smtp://me:canary@mail.example:587", "GLOWLITE_MAIL_FROM": "me@example.org"}
    assert "canary" not in repr(Config.from_environment(environment))


@pytest.mark.parametrize(("name", "value"), [
    ("GLOWLITE_SMTP", "mail.example.org"), ("GLOWLITE_SMTP", "smtp://mail.example.org"), ("GLOWLITE_ADDRESS", "glowlite.example")])
def test_a_setting_that_cannot_work_stops_the_start(tmp_path, name, value):
    with pytest.raises(BadSetting, match="GLOWLITE_"):
        Config.from_environment({"GLOWLITE_DATA": str(tmp_path), name: value})


def test_letters_carry_the_address_of_the_site(site, monkeypatch, jean):
    set_up(site, monkeypatch, "")
    assert letters.way_in("ABCD") == "https://glowlite.example/begin?code=ABCD"
