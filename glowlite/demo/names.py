"""Hides the stock of names and addresses from which the people of the demo are made, and how a name is folded to ASCII."""

import re
import unicodedata
from dataclasses import dataclass

UNDECOMPOSED = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d"})  # letters Unicode does not take apart


def folded(name: str) -> str:
    """ASCII lower case, letters, digits and hyphens only: 'Wójcik' -> 'wojcik', "O'Brien" -> 'obrien'."""
    plain = unicodedata.normalize("NFKD", name.translate(UNDECOMPOSED)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9-]", "", plain)


@dataclass(frozen=True)
class Culture:
    """The names of one part of the town. A surname is written 'his|hers' where the two differ."""

    share: int
    girls: tuple[str, ...]
    boys: tuple[str, ...]
    mothers: tuple[str, ...]
    fathers: tuple[str, ...]
    surnames: tuple[str, ...]


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SCOTTISH = Culture(
    share=66,
    girls=_names("Isla Olivia Freya Emily Ava Ella Millie Grace Sophie Lucy Eilidh Ailsa Skye Orla Niamh Kirsty Erin Abbie "
                 "Rosie Hannah Katie Lexi Hope Maisie Poppy Evie Ruby Rowan Iona Heather Mirren Cara Zoe Amber Layla Robyn "
                 "Paige Beth"),
    boys=_names("Jack Noah Finlay Lewis Harris Callum Ewan Rory Logan Alexander James Oliver Leo Lucas Archie Angus Fraser "
                "Cameron Murray Struan Blair Jamie Adam Aaron Ryan Connor Lachlan Hamish Max Theo Luke Daniel Euan Magnus "
                "Ross Brodie Fergus"),
    mothers=_names("Fiona Claire Karen Lorna Gillian Nicola Kirsteen Lynsey Jennifer Laura Pamela Louise Alison Morag Susan "
                   "Heather Michelle Donna Ashley Leanne Rachel Emma Shona Catherine Joanne Tracy Elaine Amy Rhona Sheena"),
    fathers=_names("David Graeme Stuart Craig Alan Kenneth Scott Neil Colin Derek Gary Iain Andrew Douglas Kevin Steven Martin "
                   "Ross Gregor Bruce Ronald Barry Mark Paul Euan Grant Keith Duncan Allan Hugh"),
    surnames=_names("Brown Wilson Campbell Stewart Thomson Robertson Anderson MacDonald Scott Reid Murray Taylor Clark Ross "
                    "Watson Morrison Paterson Young Mitchell Walker Fraser Miller Gray Henderson Hamilton Johnston Duncan "
                    "Graham Ferguson Kerr Davidson Bell Simpson Martin Kelly Cameron Mackenzie Hunter Allan Grant Mackay "
                    "Sutherland Gunn Urquhart Munro Buchan Sinclair Rennie Dunbar Geddes Cumming Shaw Galbraith Lamont Innes "
                    "Forsyth Nairn Wishart Leask"),
)
GAELIC = Culture(
    share=12,
    girls=_names("Mòrag Catrìona Ceitidh Mairead Sorcha Oighrig Eilidh Seonag Raonaid Peigi Ealasaid Beathag Anna Màiri "
                 "Lileas"),
    boys=_names("Eòghann Seòras Ruaraidh Calum Iain Aonghas Fionnlagh Coinneach Dòmhnall Niall Tormod Seumas Lachlann "
                "Uilleam"),
    mothers=_names("Màiri Peigi Cairistìona Seonag Ceana Anna Raonaid Mairead Ciorstaidh Sìne Dolina Effie"),
    fathers=_names("Murchadh Iain Dòmhnall Coinneach Alasdair Tormod Aonghas Calum Eachann Niall Ruaraidh Seumas"),
    surnames=_names("MacLeod MacAulay|NicAmhlaigh MacInnes|NicAonghais MacNeil|NicNèill Morrison MacIver MacLean MacRae MacPhee "
                    "MacKinnon|NicFhionghain MacSween MacAskill MacCuish Nicolson"),
)
POLISH = Culture(
    share=9,
    girls=_names("Zuzanna Julia Maja Lena Hanna Alicja Oliwia Zofia Amelia Nadia Wiktoria Małgorzata Łucja Kinga"),
    boys=_names("Jakub Szymon Filip Kacper Michał Wojciech Mateusz Adam Stanisław Igor Łukasz Bartosz Oskar Jan"),
    mothers=_names("Agnieszka Katarzyna Małgorzata Joanna Anna Monika Elżbieta Beata Ewa Magdalena Iwona Dorota"),
    fathers=_names("Piotr Krzysztof Paweł Marek Tomasz Andrzej Grzegorz Rafał Mariusz Dariusz Jarosław Sławomir"),
    surnames=_names("Nowak Wiśniewski|Wiśniewska Wójcik Kamiński|Kamińska Lewandowski|Lewandowska Zieliński|Zielińska Woźniak "
                    "Dąbrowski|Dąbrowska Mazur Kaczmarek Król Wróbel Jabłoński|Jabłońska Pawłowski|Pawłowska"),
)
URDU = Culture(
    share=8,
    girls=_names("Aisha Zainab Maryam Hafsa Iqra Noor Sana Amna Khadija Alina Mahnoor Anaya Hira Rabia"),
    boys=_names("Muhammad Ibrahim Hamza Bilal Yusuf Zayn Hassan Ali Umar Rayyan Haris Saad Danyal Ayaan"),
    mothers=_names("Nasreen Shazia Saima Rukhsana Farah Samina Bushra Uzma Nadia Asma Yasmin Shabana"),
    fathers=_names("Tariq Imran Asif Khalid Naveed Shahid Zahid Faisal Kashif Rashid Javed Adeel"),
    surnames=_names("Hussain Ahmed Khan Malik Iqbal Mahmood Akhtar Chaudhry Mirza Qureshi Siddiqui Butt Rafiq Sheikh"),
)
NEWCOMERS = Culture(
    share=5,
    girls=_names("Adaeze Sofiia Anastasiia Folake Chloé Ieva Mei Temitope Daria Aoife"),
    boys=_names("Chidi Oleksandr Tobi Matéo Danylo Jonas Wei Oluwaseun Cillian Andrii"),
    mothers=_names("Ngozi Olena Folasade Amélie Rasa Li Bukola Iryna Siobhán Natalia"),
    fathers=_names("Emeka Andriy Tunde Étienne Darius Jun Kola Serhii Declan Viktor"),
    surnames=_names("Okafor Shevchenko Adeyemi Dubois Chen Bondarenko O'Brien Balogun Kovalenko Murphy"),
)
CULTURES = (SCOTTISH, GAELIC, POLISH, URDU, NEWCOMERS)

STREETS = (
    "Shore Street", "Harbour Brae", "Kirk Wynd", "Station Road", "Seafield Terrace", "Manse Road", "Rowan Drive", "Mill Lane",
    "Castle Street", "Braeside Avenue", "Heather Park", "Lochview Crescent", "Old Ferry Road", "Ardmorran Way", "Smiddy Lane",
    "Fishertown Row", "Cameron Square", "Balnamore Road", "Birch Grove", "Glebe Terrace", "Strathview", "Croft Place",
    "Distillery Lane", "Queen Street", "Whinhill Gardens", "Viewfirth Place", "Telford Road", "Linksfield Court",
)
VILLAGES = ("Morran", "Morran", "Morran", "Balnamore", "Ardmorran", "Kilmorran")
PLAIN_POSTCODE_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # the letters the Royal Mail uses in the last two places
