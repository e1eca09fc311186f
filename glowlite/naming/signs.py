"""Hides the signs by which a word is told from a name: what stands before somebody, after somebody, and around places, months and books."""


def _of(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> list[tuple[str, ...]]:
    return [tuple(phrase.split()) for phrase in text.split("|")]


TITLES = _of("mr mrs ms mx miss dr prof professor rev reverend sir madam headteacher")
RULERS = _of("king queen prince princess duke earl lord lady saint st pope emperor bishop macbeth")
ACRONYMS = _of("""
    pe re it ict tv ok am pm uk us eu un ht dht pt pts dt ps gp dvd sfl asn asd gtc hq rmps rmpe hwb cfe sqa bge nat hnd sen
    dna atm pdf usb http www omg lol diy tbc asap faq
""")
HALF_ACRONYMS = _of("nb hw wb ms rm ad bc ce ta vs fm fc ar cw pc id cd dj vr ai uv ph")  # names only where somebody must stand
DOTTED = _of("pe it tv am pm uk us eu ps eg ie")  # of these some are written with dots as well
DETERMINERS = _of("""
    a an the his her my your our their its this that these those some any no every each more less much most such good great full high low poor little
    lot lots wee own new first second third next last top best extra bonus real true total utter pure lovely beautiful what another whole half all
    many few enough little
""")
OTHERS = _of("other another different second both two three younger older")
TO_SOMEBODY = _of("""
    with to at and beside behind against towards toward alongside between involving including near by from like past over of for on about called named
""")
CLOSE_TO = _of("into with to at beside behind against towards toward alongside involving on by and")
COMPANY = _of("""
    talk talked talking chat chatted chatting fight fought fighting argue argued arguing play played playing sit sat sitting mess messed messing
    giggle giggling giggled laugh laughed laughing work worked working share shared sharing wrestle wrestling fell fallen falling joke joking joked
    run ran running walk walking walked whisper whispering whispered swear swore swearing shout shouted shouting spit spat spitting fool fooling stand
    stood standing hang hung hanging friends mean rude nasty unkind kind cruel horrible next speak spoke speaking sing singing partner partnered
    paired incident altercation disagreement argument sorry apologise apologised apology wave waving waved threw throw throwing look looking looked
    stare staring stared point pointing pointed go went gone pass passed passing note notes barge barged barging bump bumped bumping crash crashed
    into comment comments remark remarks gesture gestures language made message messages word words disrespectful helpful aggressive violent gentle
    cheeky bad yell yelling yelled scream screaming lie lied lying disruptive copying copied copy skiving truanting
""")
DONE_TO = _of("""
    email emailed emailing text texted texting phone phoned phoning message messaged messaging whack whacked whacking nip nipped nipping
    let lets letting teach taught teaching nudge nudged nudging accuse accused accusing
    push pushed pushing hit hitting hits kick kicked kicking punch punched punching shove shoved shoving slap slapped slapping trip tripped tripping
    bit bite biting bites poke poked poking pinch pinched pinching hug hugged hugging tease teased teasing bully bullied bullying annoy annoyed
    annoying distract distracted distracting call called calling tell told telling ask asked asking chase chased chasing threaten threatened
    threatening blame blamed blaming help helped helping comfort comforted comforting scratch scratched scratching elbow elbowed elbowing strangle
    strangled headbutt headbutted spat follow followed following ignore ignored ignoring exclude excluded excluding mock mocked mocking taunt taunted
    taunting upset upsetting hurt hurting hurts thank thanked thanking invite invited inviting partner support supported supporting encourage
    encouraged encouraging injure injured film filmed filming tackle tackled tackling grab grabbed grabbing drag dragged dragging trapped splash
    splashed tickle tickled attack attacked attacking intimidate intimidated embarrass embarrassed befriend befriended bother bothered bothering
    involve involving against
""")
TAKEN = _of("""
    eat ate eating eaten drink drank drinking spill spilt spilled
    take took taking taken steal stole stealing stolen break broke breaking broken rip ripped ripping hide hid hiding grab grabbed grabbing snatch
    snatched snatching snap snapped copy copied copying wear wore read write wrote damage damaged damaging throw threw throwing tear tore tearing
    touch touched move moved on in with borrow borrowed use used ruin ruined kick kicked
""")
BELONGINGS = _of("""
    place turn toes foot feet knee weight spot trousers sock socks notes jam juice tablet ipad laptop stool
    pen pencil pencils pens bag bags book books jotter jotters coat jacket hat lunch phone ruler rubber shoes shoe homework work picture drawing hair
    chair seat desk locker jumper tie kit pencilcase case calculator folder house face arm back head leg hand hood desk snack crisps sweets ball toy
    group table model poster project idea story mum dad brother sister gran friend friends name feelings accent glasses water bottle answer answers
    worksheet scarf gloves blazer
""")
SAYS = _of("""
    said says told tells saw sees reported reports asked asks felt feels cried cries laughed fell thinks thought claims claimed complained explained
    admitted shouted screamed swore started began pushed hit kicked punched slapped shoved tripped bit spat helped chased called threw took stole ran
    walked came went sat stood got gave lost won tried wanted wants likes knew witnessed heard agreed replied left hurt was wasn't had has hasn't is
    isn't did didn't does doesn't were weren't who and then also
""")
SAYS_STRONGLY = SAYS - _of("was had has is did does were lost who and then also hurt") | _of("wasn't hasn't isn't")
KIN = _of("""
    friend friends brother sister twin cousin classmate classmates partner teammate neighbour pal mate buddy peer pupil boy girl child called named
    student
""")
MONTHS = _of("may april june august summer autumn winter spring")
BEFORE_MONTH = _of("in last next this since until till during early late mid before throughout by every over for from end")
RATHER_A_MONTH = _of("term holidays holiday half exam exams diet fair break")
AFTER_WORD = _of("of the a an my his her its our their up out down it that this these those there in")
SUBJECT_BEFORE = _of("in for of excellent good great super lovely my our your his her their no some more the from to during at")
SUBJECT_AFTER = _of("""
    homework class classes room project work lesson lessons department teacher folder portfolio club today period test exam results kit apron gallery
    show
""")
INSTITUTIONS = _of("""
    house academy school primary secondary high college street road park hall centre center cup trophy award awards shield castle bridge university
    theatre library building block room avenue lane drive terrace square garden gardens farm hospital church stadium station beach island day week
    month year night group team table club enterprise history friday paper card code book books stage level zone base hood service festival band games
    supper county city fc rangers united rovers bay hill hotel leaders trust challenge prize tower towers lodge estate field
""")
INSTITUTIONS_LOWER = _of("house academy primary street")
NATURE = _of("tree trees berry berries bush flower flowers petals leaf leaves honey river valley sea")
TRAVEL = _of("trip trips visit visited visits excursion tour travel travelled travelling flew flight holiday ferry journey outing exchange residential weekend")
TOLD_OF = _of("isle island islands map capital city history geography biography life poems works trip visit")
PLACES = _of("""
    skye iona lewis harris arran paris jordan chelsea london florence georgia india kenya victoria sydney brooklyn lourdes melrose kelso ross barra
    alexandria adelaide charlotte austin dallas houston israel chad cyprus savannah ayr islay stirling perth hamilton paisley lincoln chester
    lancaster york kent devon warwick carlisle burns wallace bruce dahl shakespeare walliams einstein newton darwin scott stevenson nelson wellington
    washington
""")
NOT_PUPILS = _phrases("""
  isle of lewis | isle of harris | isle of skye | isle of arran | isle of iona | robin hood | harry potter |
    roald dahl | robert burns | rabbie burns | william wallace | robert the bruce | martin luther king | anne frank |
    mary queen of scots | romeo and juliet | jack and the beanstalk | jekyll and hyde | tam o shanter | jack frost |
    tom sawyer | oliver twist | peter pan | david walliams | jacqueline wilson | michael morpurgo | julia donaldson | john muir |
    john muir award | duke of edinburgh | st andrew | saint andrew | christmas eve | new years eve | christmas carol |
    charles rennie mackintosh | alexander graham bell | alexander fleming | james watt | isaac newton | albert einstein |
    florence nightingale | rosa parks | mary seacole | charles darwin | michael jackson | bob marley | andy murray |
    greta thunberg | malala yousafzai | alice in wonderland | billy elliot |  king lear | lady macbeth | ross county |
    marks and spencer | jack daniels | donald duck | christian aid | rose and crown | skye and mull | percy jackson |
    mickey mouse | daisy duck | bart simpson | lisa simpson | homer simpson | james bond | peter rabbit | paddington bear |
    mary poppins | prince charles | william shakespeare | george orwell | arthur miller | charlie and the chocolate factory |
    matilda the musical |  hansel and gretel | horrible henry | horrid henry |
    biff chip and kipper |  grace darling | flora macdonald | bonnie prince charlie | lewis capaldi |
    ed sheeran | taylor swift | william the conqueror | henry the eighth | johnny cash | max mosley | black lives matter
""")
PROPER = _of("""
    monday tuesday wednesday thursday friday saturday sunday january february march july september october november december christmas easter eid diwali
    ramadan hanukkah hogmanay halloween english french german spanish gaelic scots scottish maths mathematics biology chemistry physics science
    geography history music drama spanish latin italian chinese mandarin business computing graphics technology technologies economics modern studies
    reading writing numeracy literacy scotland edinburgh glasgow aberdeen dundee inverness england ireland wales britain british europe european
    africa america american australia germany france spain italy poland polish kahoot youtube google teams snapchat tiktok instagram minecraft
    fortnite roblox facebook whatsapp netflix nintendo mcdonalds tesco greggs highland highlands macbeth hamlet shakespeare viking vikings roman
    romans tudor tudors victorian victorians
""")
CLASS_LETTER = _of("""
    plan grade section vitamin class team group option part unit level row block question appendix paper hepatitis exercise chapter set band pass an a
    to
""")
SPOKEN_TO = _of("spoke spoken speak speaking word chat chatted discussed met talked meeting phoned conversation")

# Put together once: these are asked of every word.
MEETS = CLOSE_TO | DONE_TO
LOSES = TAKEN | DONE_TO
NOT_A_VERB_AFTER = _of("in out up down of there")
OBJECT_AFTER = AFTER_WORD - NOT_A_VERB_AFTER
MODAL_AFTER = SAYS | AFTER_WORD
BY_STAFF = SPOKEN_TO | _of("i we me us given sorry merit award proud pleased")
ACTED_ON = DONE_TO - _of("told tell asked ask called helped help supported support encouraged encourage thanked invited telling asking")
CALENDAR_OF = _of("end start beginning middle month rest first last")
PHRASAL = _of("""
    winding wind wound winds beating beat beats picking picked pick ganging hyping egging egged setting showing showed pick backing building cheering
    turning turned spying tripped fun look looked looking laughed
""")
BEFORE_SLIP = MEETS | _of("from for named called near gave give giving")
BARE = _of("with at near beside behind against towards alongside by on from about")
ENDS_IT = _of("and when then in on at again during because so who about for the all until while after before but while this today if every")
NOT_COUNTED = _of("""
    grace hope faith joy art love summer winter spring autumn may june april august dawn jade amber ivy holly heather olive sky green brown black white gray
    grey rich wise young small best swift sharp sandy frank pat drew will chase grant rice moss wood stone marsh park church page price cook hunt day days
    noon night hall bell field land long short hardy strong good power peace justice sport music summers winters sky home school christian gold silver coffee
""")
ALWAYS_SOMEBODY = _of("let lets letting teach taught teaching nudge nudged nudging poking flicking call called calling tell told telling give gave giving")
RUMOURS = _of("lies lie lied lying rumour rumours gossip gossiping gossiped nasty mean horrible comments things rude unkind")
CLAUSE = _of("until when because that after before while if as since where whenever although though")
PAST = _of("hit hurt sent made told bitten thrown stolen broken taken kept seen")
ACTED_BY = LOSES | BELONGINGS | PAST
PARTICLES = _of("up on off of after")
BEFORE_PLACE = _of("to in from on around near")
AFTER_PLACE = _of("project poem poems tunnel river city")
CONTACT = COMPANY | DONE_TO
