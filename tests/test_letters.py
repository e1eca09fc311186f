"""Letters with account details: who gets one, what stands on it and what never does, and that what holds codes is kept for a day only."""

import csv
import io
import json
import re
import stat
import zlib
from datetime import timedelta
from html import unescape

import pytest
import segno

from glowlite import clock
from glowlite.demo import cast
from glowlite.models import AccessCode, Approval, Audit, KeyDecision, LetterRun, Link, Pupil, School, SignOff, Switch, User
from glowlite.qr import Square
from glowlite.rollout import codes, letters, press, signing, steps
from glowlite.rollout.letters import CannotMake, Choice
from tests import kilmorran


class Silent:
    def begin(self, total):
        self.total, self.done = total, 0

    def step(self, count=1):
        self.done += count


@pytest.fixture(autouse=True)
def nobody_has_come_yet(rolled_back):
    """As before a school's first parents' night."""
    User.update(last_sign_in=None).execute()


@pytest.fixture
def jean(site):
    with site.app_context():
        yield user("jean.baxter")


@pytest.fixture
def front(monkeypatch):
    """Every letter that was printed, as text; the PDF itself is a test of its own."""
    printed = []

    def pdf(many, draw, back, painted):
        printed.extend(words(section) for section in re.findall(r"<section>.*?</section>", draw(many), re.DOTALL))
        return b"%PDF"

    monkeypatch.setattr(press, "pdf", pdf)
    return printed


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def user(username):
    return User.get(User.username == username)


def chosen(*names):
    return Choice(letters.CHOSEN, users=tuple(user(name).id for name in names))


def make(by, school, choice, kind=letters.PRINTED):
    return letters.make(by, school, choice, kind, Silent())


def restrict(contact, pupil):
    """The MIS now says that there is a court order."""
    link = Link.select().join(Pupil).where(Pupil.mis_id == pupil, Link.contact == Approval.get(Approval.user == user(contact)).contact)
    Link.update(court_order=True).where(Link.id.in_(link)).execute()


def code_in(letter):
    return re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", letter)[0]


def decide(school, **value):
    KeyDecision.create(authority=school.authority, school=school, topic="handing-out", value_text=json.dumps(value), at=clock.now(), by="test")


# --- what stands on a letter ----------------------------------------------------------------------------------


def test_a_letter_says_what_its_adult_needs(jean, academy, front):
    make(jean, academy, chosen("tomasz.kowalski"))
    letter = front[0]
    for said in ("Mr Tomasz Kowalski 17 Station Road Morran IV99 1CD", "Dear Mr Kowalski", "tomasz.kowalski", "date of birth of Zofia", academy.phone,
                 "http://127.0.0.1:8000/begin", "until Friday 18 December 2026"):
        assert said in letter
    assert codes.check(code_in(letter), Pupil.get(Pupil.mis_id == "000103").born).user == user("tomasz.kowalski")


def test_the_code_still_works_on_the_last_day_that_the_letter_names(jean, academy, front):
    run = make(jean, academy, chosen("tomasz.kowalski")).run
    ends = clock.local(AccessCode.get(AccessCode.run == run).expires)
    assert letters.last_day(run) < ends.date()


def test_no_child_is_named_beyond_the_forename_and_no_second_fact_is_given_away(jean, academy, front):
    make(jean, academy, Choice(letters.UNUSED))
    text = "\n".join(front)
    greeted = {part for one in letters.in_order(academy) for part in (one.candidate.contact.name, one.candidate.contact.surname)}
    for child in Pupil.select().where(Pupil.school == academy):
        assert child.name in greeted or child.name not in text
        assert child.mis_id not in text and (child.born is None or child.born.strftime("%d/%m/%Y") not in text)
    assert len(front) > 200 and not re.search(r"\b(19|200|201)\d{1,2}\b", re.sub(r"\d{5} \d{6}", "", text))


@pytest.mark.parametrize(("mine", "theirs"), [("gordon.fraser", "karen.fraser"), ("karen.fraser", "gordon.fraser"), ("fiona.drummond", "alan.drummond")])
def test_a_letter_has_nothing_of_another_adult(jean, academy, front, mine, theirs):
    make(jean, academy, chosen(mine))
    other = Approval.get(Approval.user == user(theirs)).contact
    own = Approval.get(Approval.user == user(mine)).contact
    forbidden = {other.name, other.forename, other.address, theirs} - {own.address}
    assert not [word for word in forbidden if word in front[0]] and len(front) == 1


def test_a_father_with_a_court_order_about_one_child_is_told_of_the_other_only(jean, academy, front):
    make(jean, academy, chosen("gordon.fraser"))
    assert "Ewan" in front[0] and "Isla" not in front[0] and "3A" not in front[0]


def test_where_letters_are_collected_no_home_stands_on_them(jean, academy, front):
    decide(academy, ways=["collected"], days=10, identity="A passport")
    make(jean, academy, chosen("tomasz.kowalski"))
    assert "Mr Tomasz Kowalski To be handed over in person" in front[0] and "Station Road" not in front[0] and "28 November 2026" in front[0]


def test_without_remote_access_the_letter_says_so(jean, academy, front):
    User.update(remote_access=False).where(User.username == "tomasz.kowalski").execute()
    make(jean, academy, chosen("tomasz.kowalski", "karen.fraser"))
    assert {"tomasz.kowalski" in letter: "network of the school only" in letter for letter in front} == {True: True, False: False}


def test_the_square_holds_the_address_with_the_code(jean):
    square = Square.of("https://glowlite.example/begin?code=ABCD-EFGH-JKMN")
    matrix = [list(row) for row in segno.make("https://glowlite.example/begin?code=ABCD-EFGH-JKMN", micro=False, error="m").matrix]
    drawn = [[0] * square.size for _ in range(square.size)]
    for x, y, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", square.path):
        drawn[int(y)][int(x):int(x) + int(length)] = [1] * int(length)
    assert drawn == matrix


# --- for whom ---------------------------------------------------------------------------------------------------


def test_letters_lie_in_the_order_in_which_they_are_handed_out(jean, academy, front):
    make(jean, academy, Choice(letters.UNUSED))
    classes = [re.search(r"November 2026 (\S*) Dear", letter)[1] for letter in front]
    assert classes == sorted(classes) and len(set(classes)) > 5


def test_a_class_gets_its_letters_under_its_own_name(jean, academy, front):
    make(jean, academy, Choice(letters.CLASS, "2B"))
    assert len(front) > 10 and all("November 2026 2B Dear" in letter for letter in front)


def test_who_has_signed_in_gets_one_only_when_chosen_by_name(jean, academy, front):
    User.update(last_sign_in=clock.now()).where(User.username == "robert.smith").execute()
    make(jean, academy, Choice(letters.CLASS, "2B"))
    make(jean, academy, Choice(letters.UNUSED))
    assert "robert.smith" not in "".join(front)
    make(jean, academy, chosen("robert.smith"))
    assert "robert.smith" in front[-1]


def test_everybody_without_a_code_means_just_those(jean, academy, front):
    make(jean, academy, chosen("tomasz.kowalski"))
    front.clear()
    made = make(jean, academy, Choice(letters.NEW))
    assert "tomasz.kowalski" not in "".join(front) and made.run.count == len(front)
    with pytest.raises(CannotMake, match="Nobody needs"):
        make(jean, academy, Choice(letters.NEW))


@pytest.mark.parametrize("username", ["blank.macaulay", "ailsa.reid", "nasreen.hussain"])
def test_no_letter_for_who_has_no_approved_account_or_no_child_to_see_here(jean, academy, front, username):
    """A blank about responsibility, a teacher, a parent of the other school."""
    with pytest.raises(CannotMake):
        make(jean, academy, chosen(username))
    assert not front and not AccessCode.select().where(AccessCode.user == user(username)).exists()


def test_a_locked_account_is_left_out_and_named(jean, academy, front):
    user("karen.fraser").lock()
    made = make(jean, academy, chosen("karen.fraser", "tomasz.kowalski"))
    assert made.run.count == 1 and "Not for Karen Fraser" in made.message and "karen.fraser" not in "".join(front)


def test_an_account_without_approval_gets_no_letter(jean, academy, front):
    Approval.delete().where(Approval.user == user("karen.fraser")).execute()
    with pytest.raises(CannotMake, match="approved"):
        make(jean, academy, chosen("karen.fraser"))


def test_a_reprint_ends_the_older_code(jean, academy, front):
    make(jean, academy, chosen("tomasz.kowalski"))
    make(jean, academy, chosen("tomasz.kowalski"))
    born = Pupil.get(Pupil.mis_id == "000103").born
    assert codes.check(code_in(front[0]), born) is None and codes.check(code_in(front[1]), born) is not None


def test_when_printing_breaks_no_code_is_left_and_no_run_counts(jean, academy, monkeypatch):
    def breaks(*more):
        raise MemoryError

    monkeypatch.setattr(press, "pdf", breaks)
    before = LetterRun.select().count()
    with pytest.raises(MemoryError):
        make(jean, academy, chosen("tomasz.kowalski"))
    assert LetterRun.select().count() == before
    assert not AccessCode.select().where(AccessCode.user == user("tomasz.kowalski"), codes.alive()).exists()


# --- the gates ----------------------------------------------------------------------------------------------------


def test_nothing_is_printed_while_the_switch_is_off(jean, visitor, academy, shell, tmp_path):
    Switch.create(authority=academy.authority, school=academy, is_on=False, at=clock.now(), by="test")
    with pytest.raises(steps.NotYet):
        make(jean, academy, chosen("tomasz.kowalski"))
    sent = visitor("jean.baxter").post(f"/schools/{academy.id}/letters", {"who": "unused", "kind": "letters"})
    assert "That did not work" in visitor("jean.baxter").get(sent.headers["Location"])
    told = shell("accounts", "letters", "--school", cast.ACADEMY, "--all", "--out", tmp_path / "all.pdf")
    assert told.exit_code == 1 and not list(tmp_path.iterdir())
    assert not AccessCode.select().exists()


def test_while_the_check_is_open_only_the_first_account_gets_a_letter(jean, academy, front):
    SignOff.delete().where(SignOff.school == academy, SignOff.step == signing.CHECK).execute()
    make(jean, academy, chosen("mairi.macleod"))
    with pytest.raises(steps.NotYet):
        make(jean, academy, chosen("mairi.macleod", "tomasz.kowalski"))
    with pytest.raises(steps.NotYet):
        make(jean, academy, Choice(letters.UNUSED))
    assert len(front) == 1


def test_a_school_that_has_not_begun_prints_nothing(site, visitor, academy, tmp_path):
    school = kilmorran.found(academy.authority, tmp_path)
    effie = visitor("effie.leask")
    page = effie.get(f"/schools/{school.id}/letters")
    assert page.status == 200 and "not done yet" in page
    job = effie.get(effie.post(f"/schools/{school.id}/letters", {"who": "unused", "kind": "csv"}).headers["Location"])
    assert "That did not work" in job and not LetterRun.select().where(LetterRun.school == school).exists()


# --- what was printed -----------------------------------------------------------------------------------------------


def test_from_the_page_to_the_download(visitor, academy, front):
    jean = visitor("jean.baxter")
    sent = jean.post(f"/schools/{academy.id}/letters", {"class": "2B", "kind": "letters"})
    job = jean.get(sent.headers["Location"])
    assert sent.status == 303 and f"{len(front)} letters." in job
    page = jean.get(f"/schools/{academy.id}/letters")
    way = next(link for link in page.links if link.endswith("/letters.pdf"))
    got = jean.get(way)
    assert got.status == 200 and got.headers["Content-Type"] == "application/pdf" and "no-store" in got.headers["Cache-Control"]
    assert "attachment" in got.headers["Content-Disposition"] and got.text == "%PDF"


def test_each_download_is_written_down(jean, academy, front):
    run = make(jean, academy, chosen("tomasz.kowalski")).run
    assert run.fetched is None
    for name in (letters.PDF, letters.CSV, letters.CSV):
        letters.fetch(jean, academy, run.id, name)
    told = [json.loads(row.after)["file"] for row in Audit.select().where(Audit.action == "downloaded letters").order_by(Audit.id)]
    assert told == [letters.PDF, letters.CSV, letters.CSV] and LetterRun.get_by_id(run.id).fetched


def test_letters_that_were_replaced_are_not_handed_out_again(jean, visitor, academy, front):
    older = make(jean, academy, chosen("tomasz.kowalski", "karen.fraser")).run
    make(jean, academy, chosen("karen.fraser"))
    assert "1 of the codes still works" in visitor("jean.baxter").get(f"/schools/{academy.id}/letters")
    assert letters.fetch(jean, academy, older.id, letters.PDF)
    make(jean, academy, chosen("tomasz.kowalski"))
    with pytest.raises(letters.Gone, match="None of its codes"):
        letters.fetch(jean, academy, older.id, letters.PDF)
    assert "replaced by newer codes" in visitor("jean.baxter").get(f"/schools/{academy.id}/letters")


def test_after_a_day_it_is_no_longer_kept(jean, visitor, academy, front):
    run = make(jean, academy, chosen("tomasz.kowalski")).run
    LetterRun.update(at=clock.now() - letters.KEPT - timedelta(seconds=1)).where(LetterRun.id == run.id).execute()
    baxter = visitor("jean.baxter")
    assert baxter.get(f"/schools/{academy.id}/letters/{run.id}/letters.pdf").status == 303
    assert LetterRun.get_by_id(run.id).content is None
    assert "no longer kept" in baxter.get(f"/schools/{academy.id}/letters")


def test_opening_the_page_is_enough_to_empty_what_is_old(jean, visitor, academy, front):
    run = make(jean, academy, chosen("tomasz.kowalski")).run
    LetterRun.update(at=clock.now() - letters.KEPT - timedelta(seconds=1)).where(LetterRun.id == run.id).execute()
    visitor("jean.baxter").get(f"/schools/{academy.id}/letters")
    assert LetterRun.get_by_id(run.id).content is None


def test_a_restriction_reaches_letters_that_are_printed_already(jean, visitor, academy, front):
    run = make(jean, academy, chosen("karen.fraser", "tomasz.kowalski")).run
    restrict("karen.fraser", "000104")  # she may still see Ewan, but the letter names Isla
    baxter = visitor("jean.baxter")
    assert baxter.get(f"/schools/{academy.id}/letters/{run.id}/letters.pdf").status == 303
    assert LetterRun.get_by_id(run.id).content is None


def test_a_lock_reaches_letters_that_are_printed_already(jean, academy, front):
    run = make(jean, academy, chosen("tomasz.kowalski")).run
    user("tomasz.kowalski").lock()
    with pytest.raises(letters.Gone, match="locked"):
        letters.fetch(jean, academy, run.id, letters.PDF)


@pytest.mark.parametrize("username", ["margaret.sinclair", "isobel.grant", "helen.ross", "ailsa.reid", "priya.sharma", "mairi.macleod", "gordon.fraser", None])
def test_nobody_of_another_place_gets_a_letter(jean, visitor, academy, front, username):
    run = make(jean, academy, chosen("tomasz.kowalski")).run
    somebody, refused = visitor(username), 404 if username else 303
    for path in ("", f"/{run.id}/letters.pdf", f"/{run.id}/accounts.csv"):
        seen = somebody.get(f"/schools/{academy.id}/letters{path}")
        assert seen.status == refused and "kowalski" not in seen.text.lower()
    made = AccessCode.select().count()
    assert somebody.post(f"/schools/{academy.id}/letters", {"who": "unused", "kind": "letters"}).status == refused
    assert AccessCode.select().count() == made


def test_a_run_is_not_fetched_through_another_school(jean, visitor, academy, front):
    run = make(jean, academy, chosen("tomasz.kowalski")).run
    primary = School.get(School.code == cast.PRIMARY)
    assert visitor("isobel.grant").get(f"/schools/{primary.id}/letters/{run.id}/letters.pdf").status == 404
    assert visitor("jean.baxter").get(f"/schools/{academy.id}/letters/{run.id}/pairs.json").status == 404


def test_a_form_that_names_nobody_is_asked_again(visitor, academy):
    seen = visitor("jean.baxter").post(f"/schools/{academy.id}/letters", {"kind": "letters"})
    assert seen.status == 422 and "Please choose for whom" in seen


# --- the list ---------------------------------------------------------------------------------------------------------


def test_the_list_says_the_same_as_the_letters(jean, academy, front):
    run = make(jean, academy, chosen("tomasz.kowalski", "karen.fraser")).run
    text = letters.fetch(jean, academy, run.id, letters.CSV).decode()
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert text.startswith("\ufeff") and tuple(rows[0]) == letters.COLUMNS
    assert {row[0]: row[3] for row in rows[1:]} == {name: code_in(letter) for letter in front for name in ("tomasz.kowalski", "karen.fraser") if name in letter}


def test_no_cell_of_the_list_is_a_formula(jean, academy):
    contact = Approval.get(Approval.user == user("tomasz.kowalski")).contact
    contact.forename = '=HYPERLINK("https://example.org")'
    contact.save()
    run = make(jean, academy, chosen("tomasz.kowalski"), letters.LISTED).run
    text = letters.fetch(jean, academy, run.id, letters.CSV).decode()
    assert '"\'=HYPERLINK' in text and letters.fetch(jean, academy, run.id, letters.PDF) is None


# --- paper and the command ----------------------------------------------------------------------------------------------


def pages_of(pdf):
    """The number of each page's drawing, in order."""
    packed = b"".join(zlib.decompress(stream) for stream in re.findall(rb"/ObjStm.*?stream\n(.*?)\nendstream", pdf, re.DOTALL))
    return [int(re.search(rb"/Contents (\d+) 0 R", page)[1]) for page in re.findall(rb"<<[^<>]*/Type /Page\b[^<>]*>>", packed)]


def test_one_page_each_and_the_same_back(jean, academy):
    """More than are drawn at once, so that pages of several drawings come together."""
    told = Silent()
    made = letters.make(jean, academy, Choice(letters.CLASS, "2B"), letters.PRINTED, told)
    pdf = letters.fetch(jean, academy, made.run.id, letters.PDF)
    drawn, count = pages_of(pdf), made.run.count
    assert count > press.AT_ONCE and (told.total, told.done) == (count, count)
    assert len(set(drawn)) == count + 1 and sorted(map(drawn.count, set(drawn)))[-2:] == [1, count + 1]


def test_a_letter_that_does_not_fit_on_its_page_is_not_printed():
    def draw(some):
        return "".join(f"<p style='break-after: page'>{one}</p>" for one in (*some, "one too many"))

    with pytest.raises(ValueError, match="2 letters make 3 pages"):
        press.pdf(["a", "b"], draw, "<p>help", lambda: None)


def test_paper_fetches_nothing(tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_text("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>")
    with_it = press.pdf(["a"], lambda some: f"<img src='{secret.as_uri()}'>", "<p>help", lambda: None)
    without = press.pdf(["a"], lambda some: "<img src='file:///nowhere.svg'>", "<p>help", lambda: None)
    assert len(with_it) == len(without)


def test_the_command_writes_letters_and_list_for_its_owner_only(shell, academy, tmp_path):
    out = tmp_path / "letters.pdf"
    told = shell("accounts", "letters", "--school", cast.ACADEMY, "--user", "tomasz.kowalski", "--user", "karen.fraser", "--out", out, "--csv")
    assert told.exit_code == 0 and "2 letters." in told.output
    assert len(set(pages_of(out.read_bytes()))) == 3 and "karen.fraser,Karen Fraser,1A," in out.with_suffix(".csv").read_text(encoding="utf-8-sig")
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize("said", [[], ["--all", "--class", "2B"], ["--user", "no.body"], ["--class", "9Z"], ["--user", "blank.macaulay"]])
def test_the_command_refuses_what_makes_no_sense(shell, academy, tmp_path, said):
    told = shell("accounts", "letters", "--school", cast.ACADEMY, *said, "--out", tmp_path / "x.pdf")
    assert told.exit_code in (1, 2) and not list(tmp_path.iterdir()) and not AccessCode.select().exists()
