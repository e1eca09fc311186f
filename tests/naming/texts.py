"""Hides the texts by which the finding of names is measured: written as staff write, with every kind of name, each knowing its right answer.

Nothing here is taken from glowlite.naming: neither its lists of words nor its ways. The sentences are in sets, each written before the rules had
met it; docs/naming.md has the figures of the first look at each. The names come from two stocks: the demo's, and common ones of the UK.
"""

from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from glowlite.demo import names


class Child(NamedTuple):
    id: int
    forename: str
    known_as: str | None
    surname: str

    @property
    def first(self) -> str:
        return self.known_as or self.forename


class Case(NamedTuple):
    """names: does it name another child? kind: the sort of text, as the figures are told."""

    text: str
    about: Child
    names: bool
    kind: str


# --- who is at the school -------------------------------------------------------------------------------------

# Children whose names are words. Some are there twice, so that the child itself may be one of two.
WORDY = ("Grace Bell|Mark Young|May Brown|Hope White|Will Grant|Rose Green|Summer King|Jack Miles|Art Dale|Drew Chase|Faith Black|Joy Hill|Amber Reid|"
         "Eve Hunter|Sky Walker|Robin Marsh|Penny Ray|Bill Church|Ali Butt|Ali Khan|Jade Park|Daisy Field|Lily Wood|Poppy Rice|Holly Berry|Ivy Cook|"
         "Dean Sharp|Frank Wise|Pat Small|Ruby Stone|Iris Long|Christian Love|Jordan Banks|Chelsea Price|Melody Swift|Rich Mason|Dawn Fox|Sandy Shaw|"
         "Guy Best|Skye Burns|Lewis Wallace|Harris Moss|Paris Lane|Violet Page|Olive Potter|Heather Winter|Rowan Forest|June Knight|April Day|Jay Bishop")
def _words(text: str) -> list[str]:
    return text.split()


OTHER_STOCK = {  # common names of UK pupils, written down without a look at the demo's
    "first": _words("""
        Olivia Amelia Isabella Mia Poppy Ella Lily Charlotte Sienna Willow Matilda Phoebe Harriet Imogen Bethany Abigail Rebecca Lauren Megan
        Caitlin Gemma Natasha Zara Fatima Ayesha Priya Anjali Simran Harpreet Gurpreet Kavya Meera Nisha Saira Sumaira Kinza Aleena Ewelina Karolina
        Weronika Natalia Martyna Aleksandra Emilia Bronwen Carys Angharad Nia Saoirse Caoimhe Róisín Sinéad Ciara Mhairi Mairi Shona Rhona Seònaid
        Morven Catriona Liam Mason Ethan Jacob Thomas William George Joshua Samuel Benjamin Harvey Reuben Dylan Tyler Kai Jayden Brandon Kyle Declan
        Kieran Ruairidh Torquil Hector Donald Kenneth Murdo Rhys Gethin Owain Iestyn Cormac Oisín Pádraig Mohammed Mohammad Ahmed Zain Arjun Rohan
        Vikram Sanjay Jaspreet Krishna Dev Farhan Usman Shahzaib Abdullah Mikołaj Kamil Patryk Dawid Maciej Krystian Sebastian Anton Dmytro Bogdan
        Ionut Andrei Radu Nathaniel Zachary Gabriel Leon Felix Austin Marcus Tobias Rafael Mateus Anna-Maria Mary-Kate Jean-Luc Lily-Mae Ella-Rose
        Amelia-Grace"""),
    "last": _words("""
        Jones Williams Davies Evans Thomas Roberts Johnson Lewis Walker Robinson Wright Thompson Hughes Edwards Turner Hill Moore Clarke Harrison
        Cooper Ward Baker Carter Phillips Parker Collins Stewart Bailey Bennett Richardson Griffiths Price Richards Shepherd Saunders Fletcher
        Gibson Dawson Pearce Patel Singh Kaur Sharma Shah Begum Rahman Miah Chowdhury Bhatt Desai Gill Dhillon Sandhu Javed Aslam Kowalski Kowalczyk
        Zając Pawlak Szymański Górski Adamczyk Popescu Ionescu Petrov Ivanova O'Neill O'Connor O'Sullivan Doherty Gallagher McCarthy McLaughlin
        McKenna Quinn Byrne Rees Pritchard Llewellyn ap-Rhys MacDonald MacGregor MacKay McIntyre McIntosh Buchanan Drummond Farquharson Abercrombie
        Kincaid Menzies Colquhoun Dalgleish Smith-Jones Taylor-Reid Hay-Drummond Fernandes Pereira Santos Oyelaran Mensah Boateng Nguyen Tran Wong
        Cheung""")}


def school(stock: str, seed: int, size: int = 900) -> list[Child]:
    """A school with these names. stock: demo or other. The wordy ones are at every school."""
    rng, found = Random(f"{stock} {seed}"), []
    for name in WORDY.split("|"):
        found.append(Child(len(found) + 1, name.split()[0], None, name.split()[1]))
    while len(found) < size:
        if stock == "demo":
            culture = rng.choices(names.CULTURES, [one.share for one in names.CULTURES])[0]
            first, last = rng.choice(culture.girls + culture.boys), rng.choice(culture.surnames).split("|")[0]
        else:
            first, last = rng.choice(OTHER_STOCK["first"]), rng.choice(OTHER_STOCK["last"])
        short = first[:3] if rng.random() < 0.06 and len(first) > 6 and first[:3].isascii() else None
        found.append(Child(len(found) + 1, first, short, last))
    return found


STAFF = ["Mr Reid", "Mrs Young", "Ms Bell", "Miss King", "Dr Brown", "Mr Lewis", "Mrs Stewart", "Mr Thomas", "Mrs Walker", "Miss Rose", "Mr Grant"]
STAFF_NAMES = [("Mr", "Alan", "Reid"), ("Mrs", "Joan", "Young"), ("Ms", "Tessa", "Bell"), ("Miss", "Carla", "King"), ("Dr", "Neil", "Brown"),
               ("Mr", "Owen", "Lewis"), ("Mrs", "Fiona", "Stewart"), ("Mr", "Gareth", "Thomas"), ("Mrs", "Jill", "Walker"), ("Miss", "Anita", "Rose"),
               ("Mr", "Colin", "Grant")]

# --- sentences with another child; {o} the other as they are called, in whatever form; {p} the same with 's; {x}, {y} two more; {me} the child ----

NAMING = {
    "tune": """Pushed {o} into the lockers at the end of period 3.
        Talking to {o} all through the test and had to be moved.
        {o} was hit on the arm with a ruler.
        Took {p} pencil case and would not give it back.
        Kind to {o} when she fell over in the playground.
        Called {o} a name I will not repeat here.
        {me} and {o} were both sent out.
        Argued with {o} about whose turn it was, then apologised.
        Helped {o} with fractions without being asked.
        Spat at {o}. Phone call home made.
        Would not sit beside {o}, so I moved the table.
        Was laughing at {p} drawing. We spoke about it.
        Copied {p} homework word for word.
        Great teamwork today with {o} and {x} in science.
        Chased {o} round the bike shed and tripped him up.
        Threw a rubber at {o}, which missed and hit the window.
        {o} told me that she had been left out on purpose.
        Reported by {o} for swearing in the dinner queue.
        Swapped seats with {o} after being told not to.
        Worked really well in a group with {x}, {y} and {o}.
        Restorative chat held between {me} and {o}.
        Grabbed {o} by the hood. No injury.
        Wrote on {p} jotter.
        Shared their lunch with {o} who had forgotten theirs. Lovely to see.
        Punched {o} in the stomach during football, PT informed.
        Three times asked to stop distracting {o}.
        Lunchtime incident: {o}, {x} and {me} throwing wet paper towels.
        Made {o} cry by leaving her out of the game.
        {me} looked after {o} on the first day back.
        Not listening again, chatting with {o} as usual.
        Was told by {o} to stop but carried on.
        This was started by {o} but {me} joined in.
        Used inappropriate language towards {o} on the bus.
        Deliberately tripped {o} on the stairs!
        Nominated by {o} for being a good friend.
        Passing notes to {o}.
        Refused to work with {o}.
        Filmed {o} on a phone in the changing rooms.
        Excluded {o} from the group chat, according to mum.
        Fell out with {o} over a football card.""",
    "held": """Shoved {o} in the lunch line, says it was an accident.
        Off task with {o} at the back of the room.
        A very thoughtful apology was written to {o}.
        Snatched {p} calculator and hid it.
        {o} and {me} had a disagreement at break and both are calm now.
        Kicked {o} under the table.
        Showed {o} how to use the microscope.
        Jumped on {p} back in the corridor.
        Persistent poking of {o} with a pen.
        Winding up {o} in the line. Warned twice.
        Lovely to see {me} cheering {o} on at sports day.
        Threatened {o} outside the science block.
        Moved away from {o}, work then completed.
        {o} says money was taken from her bag; CCTV to be checked.
        Mocked {p} accent. Detention given.
        Sat with {o} at lunch because nobody else would.
        A fight involving {o}, {x} and {me} broke out behind the gym.
        Invited {o} to join the game. Star of the week!
        Went out of class without permission along with {o}.
        Put glue in {p} hair.
        Bullying allegation made by {p} parents, see pastoral notes.
        Pair presentation with {o} was superb.
        Told lies about {o} on Snapchat.
        Pulled the chair away as {o} sat down.
        Partnered {o} in badminton and encouraged her throughout.
        Ripped up {p} worksheet.
        Will not stop shouting across to {o}.
        Intimidating behaviour towards {o} and {x}.
        Had to be separated from {o} again!
        Hid {p} shoes after PE.
        Carried {p} bag while he is on crutches.
        Ran off with {o} at the end of break.
        Whispering with {o} in assembly.
        Blamed {o} for the broken beaker, later owned up.
        Apologised to {o} straight away, well done.
        Comforted {o} when he was upset about his gran.
        Left {o} out again. Circle time tomorrow.
        Tore a page from {p} reading book.
        Slapped {o} across the face.
        Stuck up for {o} when others were being unkind.""",
    "last": """P4 English. {me} arrived 10 mins late, no pen. Then started on {o}, asked to stop x3, removed by SLT.
        Break duty - saw {me} trip {o} near the bins. Says it was a joke :( Home to be phoned.
        12/11: {p} glasses were thrown over the fence. {me} owned up at once.
        Excellent mentoring of {o} (new to us in October).
        Seen by Mrs Stewart throwing gravel at {o}, {x} and {y}.
        Lined up nicely, then pinched {o}. Reminded about kind hands.
        What a star! Gave up golden time so that {o} could have a turn on the iPad.
        Continues to target {o}. Next step: meeting with parents.
        Bus driver reports spitting, mostly at {o}.
        {o}: pushed by {me}. No marks seen. First aid not needed.
        PE - refused to pass the ball to {o}. Told the team it was because {o} is useless.
        Had been asked to leave {p} tray alone. Did not.
        Sanctioned for repeatedly using a nickname for {o} that she hates.
        In the woods {me} built a den together with {o} and was a joy to watch.
        \u201c{o} started it\u201d was the only answer I got.
        Group work (with {o}/{x}): all the slides were done by {me}.
        Swore at me, then at {o}... walked out.
        Damaged property. Owner: {o}. Parents will pay.
        Racist comment made to {o} at 11.20; DHT dealing with it.
        On Friday {o} was found crying because of messages sent by {me}.
        Both {me} and {o} have written what happened.
        Honest: admitted taking the last cake and offered to share with {o} tomorrow.
        Learning to say sorry - did so to {o} today, without a prompt.
        Showed {p} mum round the art exhibition, very polite.
        Ankle tap on {o} during the relay. Disqualified.""",
    "told": """Caught looking at {p} answers in the spelling test.
        Has been told not to sit anywhere near {o} on the bus.
        Made a card for {o} who is in hospital. So kind.
        Another day, another row with {o}. Both in at lunch tomorrow.
        {o} came to me very upset: her hair had been cut.
        Gossiping about {o} and would not own up.
        Rugby: dangerous tackle on {o}, sent off.
        Took it upon themself to teach {o} the lines for the play.
        Fire drill: would not line up, kept nudging {o}.
        Hurled abuse at {o} from the top of the stairs.
        Parent of {o} has emailed to complain about the language used.
        Was with {o} when the graffiti was done. Denies all.
        Let {o} take the credit although the idea was not hers.
        First day without an argument with {o} - sticker!
        Repeated remarks about {p} weight.
        Excellent captain. Made sure that {o} got a game.
        Science: squirted water at {o}, then at me.
        An honest apology to {o}, in front of the class.
        Played tig with {o} and {x}, then pushed {y} over.
        Gave {o} half of a sandwich without anybody asking.
        Asked by {o} three times to give the ball back.
        Dragged {o} into it by saying that it was her plan.
        Had a right go at {o} for dropping the baton.
        Standing on {p} toes in the line, on purpose.
        {me} threw {p} bag onto the roof. Janitor got it down.""",
    "final": """Stole crisps out of {p} bag at interval.
        Rolled eyes and muttered something rude when {o} answered.
        Nice moment: spent interval teaching {o} to juggle.
        Refuses to be in the same room as {o}.
        Overheard planning a fight with {o} after school.
        Tried to blame {o}; the camera says otherwise.
        {o} has a sore wrist after this.
        Spoilt the game for {o} and {x} again.
        Cut {p} ponytail with the craft scissors!!
        Kept the score for {o} and stayed fair throughout.
        Swapped {p} lunch for a bag of sand.
        Needs a seat well away from {o}.
        I had to step between {o} and {me}.
        Wrote a lovely note thanking {o}.
        On report since the incident with {o} last week.
        Imitated {o} in a silly voice.
        Lay on the floor and would not move until {o} left.
        In the toilets with {o} for 20 minutes of Maths.
        Voted for {o} as class rep, a generous gesture.
        Left class to look for {o}.
        Pulled down {p} shorts in PE. Police liaison informed.
        Emailed {o} something vile.
        Did a super job explaining ratios to {o}.
        Has not stopped crying since {o} moved seats.
        Beat {o} fairly at chess and shook hands.""",
}

# Sentences that speak of nobody else. {me}, {mine}: the child itself; {staff}: somebody with a title.
SILENT = {
    "tune": """{me} has worked hard all week.
        A super effort from {me} today.
        Spoke with {me} about this; he understands.
        {mine} project on volcanoes was excellent.
        {me} {last} received a headteacher's award.
        Thoughtful and kind to a younger pupil.
        Third time without homework. Letter sent.
        {me} was late to period 1 again.
        Well done {me}!
        Pushed another pupil on the stairs.
        Talked over {staff} several times.
        Sent to {staff} with the work, who was delighted.
        Rude to {staff} when asked to take off a jacket.
        {staff} and I are very pleased with {mine} progress.
        Helped {staff} tidy the PE cupboard.
        Excellent use of the passive voice in French.
        Scored the winning goal for the S2 team.
        {me} is a credit to the school.
        Called out in class and told to wait.
        Swinging on a chair. Moved to the front.
        Top mark in the class for the unit test.
        Made a poster for World Book Day.
        Needs to bring a pencil, a ruler and a jotter.
        Phone confiscated and handed to the office.
        Two warnings, then a detention with {staff}.
        Such neat handwriting, {me}!
        Left the room without asking.
        A pleasure to teach.
        Great listening on the trip to Edinburgh Castle.
        Represented the house at the debate.
        Was unkind to a classmate; they have made up.
        Took a leading part in the Harvest assembly.
        Lost the plot in Maths today and threw a pen.
        Reads beautifully aloud.
        Did not dress for PE on Tuesday.
        I gave {me} a merit for honesty.
        Swore at a member of staff in the corridor.
        Took turns fairly on the climbing frame.
        Ran in the corridor, nearly knocking over a P1.
        Always the first to help set up.""",
    "held": """{me} tried something new today and it paid off.
        Really proud of {me}.
        A quiet chat was had with {me} regarding uniform.
        {mine} attitude has turned around completely.
        {me} {last} was chosen for the school council.
        Distracting others and calling out.
        No ingredients for Home Economics, second time.
        Late back from lunch with two friends.
        Disrespectful to {staff} in the dining hall.
        {staff} reports a wonderful week.
        Excellent recorder playing in assembly, says {staff}.
        Took a penalty and never stopped smiling.
        Wrote a poem about the sea that made us all think.
        Dropped litter and refused to pick it up.
        Hit a smaller child with a stick.
        Kept trying with long division until it clicked.
        Found a purse and handed it in.
        Keep it up, {me}!
        Chewing gum again, asked politely to bin it.
        Brave performance at the Burns supper.
        Planned the P7 leavers' disco.
        Arrived with no tie and no blazer.
        Told a younger boy that his drawing was rubbish.
        Painted a very fine seascape.
        Asked to leave the library by {staff}.
        Cannot settle after lunch on a Wednesday.
        Solved the puzzle of the week before anybody else.
        Wonderful manners on the visit to Glasgow.
        Climbed on the fence after being told it was not safe.
        Finished the reading challenge with 30 books.
        Threw food in the canteen.
        Showed real leadership in the Duke of Edinburgh group.
        Answered back, then apologised nicely.
        {me} has been a superb buddy this term.
        Forgot swimming kit.
        Good progress towards National 5.
        Came in singing, which cheered us all up.
        Vaping in the toilets. Parents contacted.
        Caught cheating in a spelling test.
        Learned the whole of Tam o' Shanter by heart.""",
    "last": """P4 English. {me} arrived 10 mins late, no pen, no apology. Spoken to by SLT.
        Break duty: running on the ice despite a warning. Says it was a joke :(
        Super Science today - the Volcano Experiment went with a bang!
        Gave a talk on Nelson Mandela which held the room.
        12/11 Owned up at once. Well done, {me}.
        Trip to Alton Towers: first on the bus, last off, never a moan.
        Asked {staff} for help instead of giving up.
        Homework Diary not signed by Parent/Carer.
        Mum phoned: {me} had a poor night, please be gentle.
        Has read all of the Percy Jackson books since August.
        Worked with a partner to build a bridge out of Spaghetti.
        Told the class about a cousin's wedding in Lahore.
        {me} took part in the Mod and sang in Gaelic.
        Chewing Gum stuck under the desk. Cleaned it off with {staff}.
        Persuasive letter to the Prime Minister, wow!
        Great with the wee ones at the P1 disco.
        Was seen on camera near the bins at 13:05.
        Played Macbeth in the class play; every word known.
        Still no PE Kit, see Planner.
        Thanks to {me} the eco garden has bulbs again.
        Told to stop by {staff}, by the janitor and by me.
        Picked on somebody smaller. Circle time with Pupil Support.
        Silver Award, presented by the Lord Lieutenant.
        Made everyone laugh with a Donald Duck voice.
        {mine} mum thanked {staff} at the gate.""",
    "told": """Caught using a phone in the spelling test.
        Dug the school garden in the rain and never grumbled.
        {me} made a card for the lollipop man. So kind.
        Another day, another late mark.
        Fire drill: would not line up.
        Rugby: dangerous tackle, sent off. Apologised to the other side.
        {staff} was told to “get lost”. Phone call home.
        Two weeks without a warning - sticker for {me}!
        Excellent captain; thanked the referee and both teams.
        Hurled abuse at a supply teacher.
        Violin exam passed with Distinction.
        Cooked Macaroni Cheese from scratch, delicious.
        National Museum trip: asked the guide a dozen questions.
        Parent has emailed about lost Blazer.
        Worked on the Rivers topic: source, meander, delta, all labelled.
        Left for the dentist at 2, {staff} informed.
        Will not settle. Up and down out of the seat.
        Marked improvement in Physics since the Prelim.
        Sang the solo in Once in Royal David's City.
        {mine} story about a dragon in Loch Ness was read to the whole stage by {staff}.
        Wrote to the Council to ask for a crossing on Harbour Street.
        Dance Club, Choir and now Chess: a busy first year.
        Kept warm-ups going when {staff} was called away.
        Played up for the visitor from Barnardo's.
        Needs glasses, I think; squints at the board. Told Mum.""",
    "final": """Stole crisps from the tuck shop at interval.
        Rolled eyes and muttered when asked to begin.
        Nice moment: taught the whole table to juggle.
        Overheard planning to skip Period 6.
        Tried to blame the dog for the missing Homework.
        Has a sore wrist, so no writing today.
        Cut a hole in the curtain with the craft scissors!!
        Kept the score for the match against Dingwall.
        Needs a seat near the front.
        {me} wrote a lovely note thanking the dinner ladies.
        On report to {staff} since last week.
        Lay on the floor and would not move.
        In the toilets for 20 minutes of Maths.
        Generous gesture at the Food Bank collection.
        Left class without permission and was found by {staff}.
        Beat the whole of S1 at chess.
        Trumpet solo at the Christmas Concert in St Magnus Cathedral.
        Painted over the mural in the Social Area.
        A calm day for {me}. Long may it last.
        Baked Scones for the Macmillan Coffee Morning.
        Quoted Burns to the lollipop lady.
        Brought in a Gaelic poem from {mine} gran.
        Sports Day: third in the sack race, first in spirit.
        {me} and I have agreed a plan with {staff}.
        Timetable Tuesday: forgot both trainers and tie.""",
}

# Words that are children's names, as words and as names; each on its own line, with the child it is about where that matters.
HARD = {
    "tune": {
        True: """Was sitting with Grace when the window broke.|pushed grace off the bench|And Hope was left out of the game again.
            Hit Mark with a ruler.|Told May to go away.|Rose cried because of the words used.|He called Will a liar.
            Worked with Summer on a poster.|Argued with Drew in Art.|The Art project was done with Art.|Amber saw it happen.
            Faith and Joy were both upset.|Laughed when Penny fell.|took bills pencil|Took Bill's pencil.|Would not let Sky play.
            Robin was tripped.|Kicked Dale and Grace.|Helped Eve up after she slipped.|Asked Chase to stop throwing.|Shouted at Dean.
            Hitting Daisy, then hiding.|Sat on Lily's coat.|Poked Holly with a compass.|Threw a book at Ivy.|Was unkind to Skye.
            Would not partner Jordan in PE.|Said that Paris smells.|Took a picture of Lewis in the changing room.|Called Harris names.
            Whispering to Jade.|Spoke nastily to June.|Shoved April.|In May, May was pushed off a swing.|Mark said that he was called names.
            Will was hurt.|chatting to hope all lesson|fighting with frank|Incident with G.B. in the yard.|Fight with G. Bell at lunch.
            An argument with Grace B over a pen.|Worked well with GB and helped.|May's bag was thrown in the pond.|Grace's lunch was taken.
            Ruby and Poppy were teased.|Best of friends with Guy again.|ripped Dawns picture|WAS FIGHTING WITH GRACE AGAIN
            PUSHED HOLLY IN THE LINE|Jack, Will and Mark were all involved.|Bullied Christian on the bus.|Hugged Joy when she was sad.""",
        False: """Accepted the result with good grace.|A mark of respect was shown by the whole class.|In May we will look at this again.
            We all hope for better.|Will need to catch up at lunch.|May need extra time in the test.|Worked hard all summer.
            Mark lost for presentation.|Drew a lovely picture of a heron.|A joy to teach.|Faith in the group was restored.
            Lost a penny whistle.|A bill for the broken window was sent.|Excellent Art homework.|The sky at night was painted with care.
            Rose to the challenge.|Brown shoes are not school uniform.|Wore white trainers again.|Young people like this make us proud.
            Full marks in the green paper.|Black ink only please.|A frank talk about effort.|Miles ahead of last year.
            Will you please sign the jotter?|A great day out at Holly Park.|Trip to Skye: superb behaviour.
            Isle of Lewis project was excellent.|Visit to Paris: spoke French all day.|Chase up homework by Friday.
            Grant given a merit for reading.|Robin Hood was the class play.|Poppy Day collection was organised well.|Amber card shown in PE.
            Handled it with grace.|There is hope.|Full of hope for the exam.|Next May the exam is sat.|Summer reading challenge completed.
            Daisy chains were made.|Lily pads and frogs: a super model.|Christmas Eve service: sang well.|Will try harder next time.
            Hope this continues.|Mark of 18 out of 20.|May I say how well this went.|Heather from the hill was pressed.|Page 12 not done.
            A long walk to the church, no complaints.|Park Street behaviour was poor.|Jordan and its capital were named in the quiz.
            Banks of the river were cleaned.|Said grace before lunch at the Burns supper.|Spring and summer terms went well.""",
    },
    "held": {
        True: """Elbowed Grace in the dinner queue.|Gave Mark a dead arm.|Refused to let Hope past.|May was locked in the toilet by them.
            Rose and the others were frightened.|Will says he was punched.|Stole from Summer.|Pinned Art against the wall.|Drew on Drew.
            Was told off for poking Faith.|Hurtful words to Joy.|Tried to trip Dale.|Pulled Eve by the hair.|Swearing at Sky.
            Followed Robin home.|Would not stop annoying Penny.|Sent a nasty message about Bill.|Put worms in Ivy's bag.
            Lily had her glasses broken.|Ran at Daisy and knocked her down.|Teased Jade about her hair.|hit frank with a football
            playing with will when they should have been reading|took roses rubber|shouting at mark and amber|kicked jordan on the bus
            Wee note: fell out with H.W. again.|Unkind towards H. White in the yard.|Disagreement with Hope W at break.
            Rude gestures at MY across the room.|Lovely work alongside Ruby.|Hand in hand with Violet on the trail, so caring.
            Led Olive through the maze.|Bumped into Heather on purpose.|TALKING TO MARK ALL PERIOD|Grace and Joy.|Chelsea reported it.
            Jay, Dean and Rich had to be spoken to.|Paris and Skye were in tears.|Snapped Mark's ruler in half.|Squirted glue on Melody.
            Fought June for the ball.|Said nasty things about April.|Ali was fighting with the other Ali.|Threw grass at Rowan.|Locked Guy out.
            Spread rumours about Sandy.|Wrote "Jade is ugly" on the wall.|Splashed Pearl and Poppy.|Stood up for Pat.""",
        False: """Took defeat with grace and shook hands.|High marks throughout.|Mark scheme was followed exactly.|Hope to see more of this.
            Since May there has been a change.|Will be moved if this goes on.|May have been confused by the task.
            The summer fair stall was a triumph.|Rose petals were used in the collage.|Art: needs an apron.|Drew conclusions from the data.
            Have faith, it is coming together.|Joy and laughter in drama today.|Amber light in the experiment worked.
            On the eve of the exam, great calm.|Sky high standards.|A robin was spotted and sketched.
            Every penny of the cake stall went to charity.|Bill of Rights essay handed in.|Black History Month display was led well.
            White board pens taken.|Green Team points earned.|Young Enterprise award won.|Chased a ball onto the road.
            Paper chase game: played fairly.|Ran five miles for Sport Relief.|Grant application letter written for the club.
            Lewis and Harris project: first rate.|Day trip to Paris: a model pupil.|Holly and berries were drawn.
            Lily pond safety rules broken.|Jade coloured paint was wasted.|Dean of the college praised the group.
            Frank and honest about what happened.|A pat on the back!|Iris of the eye labelled correctly.|Long jump record broken.
            Love of reading is clear.|Price of the broken beaker to be paid.|Sharp pencils, sharp mind.|Small steps.|Swift to apologise.
            Potter about the room no more, please.|Winter coat missing.|Forest school was muddy and marvellous.
            Knight in shining armour costume, brilliant.|Fox and hen puzzle solved.|King Duncan was played with power.
            Cook book made for the fair.|Best effort yet.""",
    },
    "last": {
        True: """Dared Will to eat a worm.|Has been leaving May out at lunch.|Grace has asked to be moved away.
            Another fall-out with Mark over a girl.|Spent break reading to Hope.|Bad language aimed at Summer.
            Comments about Rose and her weight.|Penny's work was scribbled on.|Got Drew into trouble by lying.|Threw snow at Eve & Faith.
            Nipped Ivy.|Ran after Sky with scissors.|Dean's tie was cut.|Had Robin in a headlock.|Sold sweets to Bill.|Keeps touching Daisy.
            Showed Jade a video that upset her.|calling chase names again|sat behind holly and kicked the chair
            made fun of art because of his stammer|would not pass to miles|Rough with Joy.|Wet paper on Violet's seat.
            Hope's mum has complained.|Poppy + Lily both say it was on purpose.|Came back late with Guy and Dale.|Swung a bag into Pat.
            BARGED INTO ROSE IN THE CORRIDOR|Played nicely beside Ruby.|Olive and June have been spoken to as well.|Frank's bike was let down.
            Offered Heather a seat.|Lent Amber a tie for the photo.|Waited for Rowan at the gate every day this week.|Took the blame for Sandy.
            Melody is scared to come to school.|Rich got the worst of it.|Made Dawn laugh so much that both were sent out.
            Christian says he was strangled.|Asked Iris to be on the team.""",
        False: """Will power!|May be moved up a set at Christmas.|Next stop: the summer show.|Grace under pressure in the final.
            Mark my words, this one will go far.|Top Mark in the year.|Rose above the teasing.|Drew with the S3 team, 2-2.
            Faith assembly led with confidence.|Chase the deadline, please.|Joy of Reading certificate.|Read for joy.
            Skye and Mull were the topic of the talk.|The Rose and Crown menu was designed in Food Tech.|Amber traffic light twice.
            Daisy the class hamster was fed all week.|A rowan tree was planted.|Wrote about the isle of Iona.|Dawn raid on the biscuit tin.
            Jade green paint, everywhere.|Ruby red nail polish must go.|An olive branch was offered.|Frank exchange of views.
            Jordan river in RE.|On the first of May we had a picnic and all was well.|Art club rep.|In Art today the sky was superb.
            Full of the joys of spring.|Hope for the best, plan for the worst.|Poppy seeds and patience: baking success.
            Heather honey tasting led by S3.|Violet crayon on the wall.|Christian Aid stall raised £80.|Dean Castle trip: lost a glove.
            Robin redbreast song was lovely.|Bill paid for the broken pane.|Guy ropes tied well at camp.|Rich vocabulary used.
            Penny for them, dreaming again.|Summer dress code broken.|Cook and Wood Craft options chosen.|Fox in the playground: kept calm.
            Swift reply.""",
    },
    "told": {
        True: """The others laughed when Grace tripped.|Put chewing gum in Hope's hair.|Kept flicking Mark on the ear.
            Nobody would play with May, so a P7 did.|Borrowed Will's bike without asking.|Sneered at Rose.|Wound up Summer until she hit out.
            Has apologised to Drew.|I moved Faith to another table because of this.|Mimics Dale in front of the class.
            Scribbled on Amber's painting.|Would only pass to Robin.|Accused Penny of cheating.|Threw Bill's hat on the roof.
            Sky has a bruise on her arm.|Dean and Frank were egging him on.|flicking paper at rose|called holly fat|would not let mark join in
            laughing at summer when she read aloud|took joys place in the line|Paired with Jade for the quiz and they won.
            A word with Lily and Ivy too.|Shared a kayak with Heather.|Would not hold Violet's hand in the dance.
            Knocked Ruby off the climbing frame.|Saved a seat for Olive, lovely.|Fell out with June, friends again by lunch.
            Has been told to keep away from Melody.|Sent for with Guy and Rich.|KEPT ANNOYING JADE AND RUBY|Lied about Christian.
            Took photos of Dawn in the changing room.|Bit Art on the hand.|Carried Eve to the office when she hurt her knee.
            Ran to get help for Rowan.|Pat was given a dead leg.|Chase was called a cheat.|Another warning for poking Iris.
            Said that Sandy stinks.""",
        False: """Hope springs eternal.|Good grace in defeat, again.|Mark 9 of 10.|The May Day holiday diary is missing.
            Every will has a way, as we said today.|Rose early to catch the ferry to the Mod.|Summer holiday reading done.
            A drew line under it was not enough, work to be repeated.|Have faith in yourself!|Joy on every face.
            Over hill and dale on the expedition.|Amber is a fossil resin: top talk.|A flight of robins was the art task.
            Penny dropped in Algebra today.|Paid the bill for the window.|The sky is the limit.|Frankly rude.
            Jade and gold were the colours of the set.|Holly wreath made in Craft.|Ivy on the wall was cut down.
            Lily of the valley drawn in detail.|Heather moor walk: sensible.|Violet light has a short wavelength, well explained.
            Ruby slippers costume won.|Olive oil spilled in HE.|June and July: no absence.|Melody written for the pipe band.
            The guy rope snapped.|Rich tea biscuits all gone.|Dawn chorus walk at 5 am!|Christian symbols in RE were explained.
            Art gallery visit.|Eve of the concert: calm and ready.|Pat answers only.|Chase me, chase me in the corridor again.
            Iris scan project is very clever.|Sandy beach clean-up.|Mark making in Nursery was a treat.|Dale farm trip.|Grant us patience!""",
    },
    "final": {
        True: """Egged May on to steal.|Whacked Bill round the head with a folder.|Asked whether Grace would like to play, so kind.
            Shook hands with Mark afterwards.|Keeps staring at Hope and making her nervous.|Dropped a chair on Will.
            Rose, who was only watching, got hurt.|Hid from Drew in the shed.|Splashing Summer at the taps.|Art had his glasses bent.
            Swung on Dale's coat.|Joined Faith and Joy for lunch.|Kicked a ball at Eve.|Penny and Sky will not work with this pupil now.
            threw rubbish at bill|horrible to daisy on the bus|ate ivys lunch|stood on jade|SWORE AT ROSE AND WALKED OFF
            Helped Robin with his laces.|Took Dean to first aid.|Told Frank to shut up.|Waved rudely at Lily.|Bruised Ruby's arm.
            Left Poppy on her own at the trip.|Sat on Heather.|Led Rowan astray.|Guy was called a snitch.
            A long chat about Violet and what was said to her.|Kept Olive safe when she felt faint.""",
        False: """Mark of a true friend.|Will not be told.|May well be tired.|Hope he gets well soon.|Full of grace in the ballet show.
            Art, PE and HE all going well.|The drew/drawn mistake again.|Rose tinted glasses in Drama.|Summer term begins well.
            Dale and glen were drawn on the map.|Faith leaders visited and were thanked.|Jumped for joy.|Eve of term nerves.
            Not a penny was missing from the till.|Sky blue paint again.|Robin nests were counted.|Bill Nye videos watched on task.
            A dean wrote to us.|To be frank, a poor week.|Lily pads in the pond.|Ruby wedding card for gran.
            Poppy wreath laid on behalf of the school.|Heather hills painted in Art.|Rowan berries collected.|A guy was made for the bonfire.
            Violet ink.|Olive stones were thrown.|Green fingers!|Young and old danced together.|King of the castle on the snow heap.""",
    },
}


# --- how a name gets written --------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    return text.translate(str.maketrans("àáâèéêìíòóôùúłńśźżćąęŁŚŻŹ", "aaaeeeiiooouulnszzcaeLSZZ"))


def _slip(name: str, rng: Random) -> str:
    """One slip of the keyboard or the ear, not in the first letter."""
    at = rng.randrange(1, len(name) - 1)
    how = rng.randrange(5)
    if how == 0:
        return name[:at] + name[at] + name[at:]
    if how == 1:
        return name[:at] + name[at + 1:]
    if how == 2 and name[at] != name[at + 1]:
        return name[:at] + name[at + 1] + name[at] + name[at + 2:]
    if how == 3:
        return name[:at] + rng.choice("aeioy") + name[at + 1:]
    return name[:at] + rng.choice("aeiou") + name[at:]


Form = Callable[[Child, Random], str]
FORMS: dict[str, Form] = {
    "first name": lambda child, rng: child.first,
    "full name": lambda child, rng: f"{child.first} {child.surname}",
    "official forename": lambda child, rng: child.forename,
    "surname": lambda child, rng: child.surname,
    "initials with dots": lambda child, rng: rng.choice(("{0}.{1}.", "{0}. {1}.", "{0}.{1}")).format(child.first[0], child.surname[0]),
    "initials": lambda child, rng: f"{child.first[0]}{child.surname[0]}".upper(),
    "initial and surname": lambda child, rng: rng.choice(("{0}. {1}", "{0} {1}")).format(child.first[0], child.surname),
    "first name and initial": lambda child, rng: rng.choice(("{0} {1}", "{0} {1}.")).format(child.first, child.surname[0]),
    "misspelt": lambda child, rng: _slip(child.first if len(child.first) > 4 else child.surname, rng),
    "lower case": lambda child, rng: child.first.lower(),
    "without accents": lambda child, rng: _plain(f"{child.first} {child.surname}" if rng.random() < 0.5 else child.first),
    "capitals": lambda child, rng: child.first.upper(),
}
ACRONYMS = {"PE", "RE", "IT", "OK", "TV", "AM", "PM", "UK", "HT", "PT", "DT", "MS", "GP", "PC", "FM", "RM", "AS", "IS", "IN", "AT", "HE", "ME", "MY", "SO",
            "NO", "PS", "ID", "CD", "EU", "US", "UN", "BE", "WE", "IF", "OR", "AN", "BY", "DO", "GO", "TO", "OF", "ON", "UP", "HI", "OH", "MR", "DR", "AD",
            "BC", "AI", "AR", "VR", "AH", "HA", "PA", "MA"}
WORDY_FIRST = {name.split()[0] for name in WORDY.split("|")}
WORDY_LAST = {name.split()[1] for name in WORDY.split("|")}


def _fits(form: str, child: Child, me: Child) -> bool:  # noqa: PLR0911 - one line a form
    """Would a person know from this form that another is meant?"""
    if child.id == me.id or {child.first, child.forename} & {me.first, me.forename}:
        return False
    if form == "misspelt":
        return max(len(child.first), len(child.surname)) >= 5 and child.first not in WORDY_FIRST and child.surname not in WORDY_LAST
    if form == "surname":
        return child.surname != me.surname and child.surname not in WORDY_LAST
    if form == "initials":
        return (FORMS[form](child, Random(0)) not in ACRONYMS and child.first[0].isascii() and child.surname[0].isascii()
                and (child.first[0], child.surname[0]) != (me.first[0], me.surname[0]))
    if form == "initials with dots":
        letters = f"{child.first[0]}{child.surname[0]}"
        return letters != f"{me.first[0]}{me.surname[0]}" and letters not in ("PE", "AM", "PM", "EG", "IE")
    if form in ("lower case", "capitals"):
        return child.first not in WORDY_FIRST
    return form not in ("first name and initial",) or child.surname[0] not in "AI"


def cases(half: str, stock: str, seed: int, count: int = 4000) -> tuple[list[Child], list[Case]]:
    """The pupils of a school and so many texts about them. half: which set of sentences; stock: demo or other, which names."""
    pupils, rng = school(stock, seed), Random(f"{half} {stock} {seed} texts")
    found = [*_handwritten(half, pupils, rng), *_with_my_name(pupils)]
    sentences, silent = ([line.strip() for line in table[half].splitlines()] for table in (NAMING, SILENT))
    while len(found) < count:
        me = rng.choice(pupils)
        if rng.random() < 0.5:
            found.append(_silent(rng.choice(silent), me, rng))
        else:
            form = rng.choice(list(FORMS))
            others = [child for child in rng.sample(pupils, 12) if _fits(form, child, me)]
            if len(others) > 2:
                found.append(Case(_written(rng.choice(sentences), me, others, FORMS[form], rng), me, True, form))
    return pupils, found


def _written(sentence: str, me: Child, others: list[Child], form: Form, rng: Random) -> str:
    name = form(others[0], rng)
    owned = name + rng.choice(("'s", "'s", "\u2019s")) if not name.endswith(("s", "S")) else name + rng.choice(("'", "'s"))
    text = sentence.format(o=name, p=owned, x=others[1].first, y=others[2].first, me=me.first)
    if form is FORMS["lower case"] and rng.random() < 0.5:
        return text.lower()
    return text.upper() if form is FORMS["capitals"] else text


def _silent(sentence: str, me: Child, rng: Random) -> Case:
    mine = f"{me.first}'s"
    text = sentence.format(me=me.first, mine=mine, last=me.surname, staff=rng.choice(STAFF))
    kind = "staff" if "{staff}" in sentence else "the child itself" if "{m" in sentence else "nobody"
    if rng.random() < 0.1:
        text = rng.choice((text.upper(), text.lower())) if kind != "staff" else text
    return Case(text, me, False, kind)


def _handwritten(half: str, pupils: list[Child], rng: Random) -> Iterator[Case]:
    quiet = [child for child in pupils if child.id > len(WORDY.split("|")) and not {child.first, child.surname} & (WORDY_FIRST | WORDY_LAST)]
    for answer, lines in HARD[half].items():
        for text in lines.replace("\n", "|").split("|"):
            for me in rng.sample(quiet, 3):
                yield Case(text.strip(), me, answer, "names that are words")


def _with_my_name(pupils: list[Child]) -> Iterator[Case]:
    """Two of one name: Ali Butt and Ali Khan."""
    ali = next(child for child in pupils if child.surname == "Butt" and child.first == "Ali")
    for text, answer in (("Ali worked hard today.", False), ("Ali B was chosen for the team.", False), ("Ali's spelling has come on.", False),
                         ("Well done Ali!", False), ("A.B. read aloud.", False), ("Spoke to Ali about homework.", False), ("Ali Butt won a prize.", False),
                         ("Fighting with the other Ali.", True), ("Ali C would not play.", False), ("Argued with Ali K at lunch.", True),
                         ("Pushed Ali Khan.", True), ("Both Alis were sent out.", True), ("Fighting with Ali K.", True), ("Unkind to A. Khan.", True)):
        if answer or "Ali C" not in text:
            yield Case(text, ali, answer, "two of one name")
