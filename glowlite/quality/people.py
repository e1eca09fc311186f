"""Hides what is looked for among pupils and their adults: who can be rung, who can be reached, who may look, and what is not on record."""

from collections import Counter, defaultdict

from glowlite import words
from glowlite.mis.identity.numbers import CHECKS
from glowlite.models import Contact, Pupil
from glowlite.quality.base import Finding, Ground, Work, of_contact, of_pupil
from glowlite.rollout import corrections

ENOUGH = 2  # emergency contacts


def emergency_contacts(ground: Ground) -> Work:
    """Pupils for whom fewer than two adults can be rung. An adult with a court order is nobody to ring; two with one number are one."""
    adults: dict[int, list[Contact]] = defaultdict(list)
    for link in ground.links:
        contact = ground.contacts.get(link.contact)
        if contact and (contact.mobile or contact.phone) and not link.court_order:
            adults[link.pupil].append(contact)
    found = [of_pupil(pupil, _to_ring(adults[pupil.id]), "two adults with a telephone number each")
             for pupil in ground.pupils if _ways_to_ring(adults[pupil.id]) < ENOUGH]
    return Work(found, len(ground.pupils))


def _ways_to_ring(adults: list[Contact]) -> int:
    numbers = {"".join(number.split()) for adult in adults for number in (adult.mobile, adult.phone) if number}
    return min(len(adults), len(numbers))


def _to_ring(adults: list[Contact]) -> str:
    if not adults:
        return "nobody with a telephone number"
    names = " and ".join(adult.name for adult in adults)
    return f"{names} on one number" if len(adults) > 1 else f"{names} only"


def unreachable(ground: Ground) -> Work:
    """Adults who may look, or are to have an account, and have neither e-mail, telephone nor address."""
    on_roll = {pupil.id for pupil in ground.pupils}
    meant = {contact for contact, pupil in ground.access if pupil in on_roll}
    meant |= {link.contact for link in ground.links if link.account_selected and link.pupil in on_roll}
    adults = [contact for number, contact in ground.contacts.items() if number in meant]
    found = [of_contact(one, "no e-mail, mobile, telephone or address", "one way to reach them, best an e-mail address or a mobile") for one in adults
             if not (one.email or one.mobile or one.phone or one.address)]
    return Work(found, len(adults))


def corrected(ground: Ground) -> Work:
    """What parents say is right about themselves, and the MIS does not say yet."""
    waiting = corrections.not_in_the_mis(ground.school)
    found = [of_contact(one.contact, f"{corrections.FIELDS[one.field]}: {corrections.now(one) or 'nothing'}", one.after or "nothing: to be taken out")
             for one in waiting]
    return Work(found, len(ground.contacts))


def without_access(ground: Ground) -> Work:
    """Pupils whose page no adult may open."""
    opened = {pupil for _, pupil in ground.access}
    linked: dict[int, int] = defaultdict(int)
    for link in ground.links:
        linked[link.pupil] += 1
    found = [of_pupil(pupil, f"none of {words.plural(linked[pupil.id], 'contact')} may see this child" if linked[pupil.id] else "no contact on record",
                      "parental responsibility and court order filled in for each adult, yes or no")
             for pupil in ground.pupils if pupil.id not in opened]
    return Work(found, len(ground.pupils))


def facts(ground: Ground) -> Work:
    """Pupils without a birthday, a registration class or an answer about photographs."""
    found = [of_pupil(pupil, f"not on record: {', '.join(missing)}", " and ".join(f"the {one}" for one in missing))
             for pupil in ground.pupils if (missing := _missing(pupil))]
    return Work(found, len(ground.pupils))


def _missing(pupil: Pupil) -> list[str]:
    known = {"date of birth": pupil.born, "registration class": pupil.registration, "consent to photographs, yes or no": pupil.photo_consent}
    return [name for name, value in known.items() if value in (None, "")]


def numbers(ground: Ground) -> Work:
    """National numbers whose check digit or letter is wrong, and those that stand twice."""
    checked = [(pupil, name, text) for pupil in ground.pupils for name in CHECKS if (text := getattr(pupil, name))]
    often = Counter((name, text) for _, name, text in checked)
    found = [of_pupil(pupil, f"{name.upper()} {text}: {fault}", f"the {name.upper()} of this child")
             for pupil, name, text in checked if (fault := CHECKS[name](text) or ("Another pupil has the same." if often[name, text] > 1 else ""))]
    return Work(found, len(checked))


def without_a_child(ground: Ground) -> list[Finding]:
    """Contacts on record who belong to no child any more."""
    linked = {link.contact for link in ground.links}
    return [of_contact(contact, "a contact of no child", "a link to a child, or no such contact")
            for number, contact in ground.contacts.items() if number not in linked]
