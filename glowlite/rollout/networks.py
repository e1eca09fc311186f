"""Hides remote access: which networks are a school's own, and whether a parent without remote access comes from one of them."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_interface, ip_network

from glowlite import db
from glowlite.models import Audit, School, User

Network = IPv4Network | IPv6Network

WIDEST = {4: 8, 6: 16}  # the shortest prefix that could still be one school's
MOST = 50


class BadNetworks(Exception):
    """What was typed cannot be kept; the message says which line and what would be right."""


def keeps_out(user: User, schools: Iterable[School], address: str | None) -> str:
    """Why this parent of these schools cannot be here from this address, in a sentence for them; empty when they can. Needs no query."""
    if user.remote_access:
        return ""
    schools = list(schools)
    if any(is_inside(school, address) for school in schools):
        return ""
    where = " or ".join(school.name for school in schools)
    offices = " or ".join(f"{school.name}{f', {school.phone}' if school.phone else ''}" for school in schools)
    return (f"Your account works inside {where} only, on the school’s own computers and wireless network. "
            f"To use it at home or on the way, please ask the school office ({offices}).")


def is_inside(school: School, address: str | None) -> bool:
    """Does this address belong to the school's own networks? What cannot be read does not."""
    try:
        here = plain(ip_address(address or ""))
    except ValueError:
        return False
    return any(here in network for network in _networks(school.networks_text))


def plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """An IPv4 address that a server for both kinds wrote as IPv6 (::ffff:10.0.0.1) is still that IPv4 address."""
    return getattr(address, "ipv4_mapped", None) or address


@lru_cache(maxsize=1000)
def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(line) for line in text.splitlines())


def keep(by: User, school: School, typed: str) -> None:
    """Keep these ranges, a line each, as the school's own networks. Raises BadNetworks."""
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    if len(lines) > MOST:
        raise BadNetworks(f"These are {len(lines)} lines; {MOST} are the most. Ask for the ranges in a shorter form.")
    text = "\n".join(dict.fromkeys(str(_read(line)) for line in lines))
    if text == school.networks_text:
        return
    with db.write_lock():
        School.update(networks_text=text).where(School.id == school.id).execute()
        Audit.write(by, "changed networks", school.name, school=school, before=school.networks_text.splitlines(), after=text.splitlines())
        school.touch()


def _read(line: str) -> Network:
    try:
        network = ip_network(line, strict=False)
    except ValueError as error:
        raise BadNetworks(f"“{line[:60]}” is not a range of addresses. One looks like 81.2.69.160/27, or 2001:db8:12::/48, or a single address.") from error
    if ip_interface(line).ip != network.network_address:
        raise BadNetworks(f"“{line[:60]}” begins in the middle of a range. If you mean all of it, write {network}.")
    if network.prefixlen < WIDEST[network.version]:
        raise BadNetworks(f"“{line[:60]}” is far more than one school has. Ask whoever looks after the school’s network for its own range.")
    return network
