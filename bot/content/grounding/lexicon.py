"""The words that the comparison knows: which tell nothing, which hedge, which look ahead, and which are opposites."""

from collections.abc import Mapping


def in_order(words: str) -> tuple[str, ...]:
    """The words of a line, in their order."""
    return tuple(words.split())


def listed(words: str) -> frozenset[str]:
    """The words of a line, to look up."""
    return frozenset(words.split())


COMMON = listed("""
    a about above after again against all along also am an and any are as at be because been before being below
    between both but by can cannot come could did do does doing done down during each either even ever every few for
    from further get gets getting go goes going gone got had has have having he her here hers him himself his how i if
    in into is it its itself just less like made make makes many may me might more most much must my near next no nor
    not now of off on once one only onto or other others our out over own per put rather same shall she should since so
    some soon still such than that the their them themselves then there these they this those though through to too
    toward towards under until up upon us very was way we well were what when where whether which while who whom whose
    why will with within without would yet you your said say says according told tells tell added adds writes write
    wrote reports notes article text expects expected believes think thinks warns warned calls call called speaks
    describes points holds argues puts
""")
"""Words that tell nothing about what a sentence is about."""

EMPTY = listed("""
    a an the of to in on at by for with as and or is are was were be been it its he she they his her their that this
    these those which who says said writes wrote according
""")
"""Words that are in every clause, whatever it says; fewer than COMMON, because a clause is short."""

DAYS = listed("monday tuesday wednesday thursday friday saturday sunday")
MONTHS = listed("january february march april may june july august september october november december")
SHORT_MONTHS = listed("jan feb mar apr jun jul aug sep sept oct nov dec")

SPEECH = listed("""
    say says said saying tell tells told add adds added warn warns warned believe believes believed expect expects
    expected insist insists insisted argue argues argued think thinks thought estimate estimates estimated note notes
    noted claim claims claimed agree agrees agreed concede concedes conceded acknowledge acknowledges acknowledged
    admit admits admitted worry worries worried fear fears feared call calls called describe described predict predicts
    predicted suggest suggests suggested consider considers considered put puts blame blames report reports reported
    deny denies denied accept accepts accepted oppose opposes hope hopes hoped doubt doubts doubted conclude concluded
    caution cautioned stress stressed recall recalled confirm confirmed announce announced promise promised urge urged
    complain complained explain explained reply replied respond responded declare declared state stated find found
    according imagine foresee foresees reckon measured counted maintain maintains maintained contend contends contended
    assert asserts asserted allege alleges alleged assure assures assured calculate calculates calculated counter
    counters countered emphasise emphasises emphasised emphasize emphasizes emphasized remark remarks remarked testify
    testified object objects objected guess guesses guessed
""")
"""Verbs of speech and thought, and what stands beside a name for them: according to."""

# --- how sure ---

POSSIBLE, LIKELY, VERY_LIKELY, EVEN = "possible", "likely", "very likely", "even chance"
UNLIKELY, VERY_UNLIKELY, REMOTE = "unlikely", "very unlikely", "remote"
CERTAIN, ALLEGED, SEEMING = "certain", "alleged", "seeming"

HEDGES: Mapping[str, str] = {
    POSSIBLE: "may|might|could|possible|possibly|perhaps|maybe|conceivable|conceivably|cannot rule out|can't rule out"
    "|not rule out|not ruled out|not exclude|not excluded",
    LIKELY: "likely|probably|probable|more likely than not|likelier than not|better than even|presumably",
    VERY_LIKELY: "very likely|highly likely|most likely|very probably|almost certain|almost certainly|nearly certain",
    EVEN: "about even|roughly even|even chance|even chances|even odds|fifty-fifty|as likely as not|coin toss|toss up",
    UNLIKELY: "unlikely|improbable|doubtful|not likely|little chance|small chance|slim chance",
    VERY_UNLIKELY: "very unlikely|highly unlikely|most unlikely|very improbable|highly improbable",
    REMOTE: "almost no chance|next to no chance|hardly any chance|almost impossible|nearly impossible",
    CERTAIN: "certain|certainly|surely|sure to|bound to|inevitably|inevitable|definitely|undoubtedly|no doubt"
    "|without doubt|beyond doubt|provably|proves|prove|proved|guarantees|guarantee|guaranteed|certain to"
    "|known to|cannot possibly|clearly|exactly|has established|have established|is sure|are sure"
    "|rules out",
    ALLEGED: "reports that|been reports|unconfirmed reports|according to reports|reportedly|allegedly|alleged|alleges"
    "|allege|believed to|are said to|is said to|rumoured|rumored|purportedly|supposedly|said to",
    SEEMING: "appear|appears|appeared|seem|seems|seemed|apparently|suggest|suggests|suggested|indicate|indicates"
    "|indicated|seemingly",
}
"""Ways to hedge, of at most four words, by how sure they are."""

AHEAD = listed("""
    will won't shall would wouldn't expect expects expected foresee foresees
    predict predicts forecast tomorrow future bound about-to i'll we'll he'll projection projections
    projected model models she'll they'll you'll it'll that'll there'll he'd they'd we'd i'd eventually
""")
INTENDING = listed("plan plans planned planning plan's due promise promises")
"""Words for what somebody means to do."""
REPORTS_A_PLAN = listed("""
    promised intend intends intended intention announce announces announced pledge pledges pledged vow vows vowed refuse
    refuses refused ready demand demands demanded aims wants
""")
"""Words by which a claim tells that somebody means to do something, and not that it will come."""
AHEAD_PHRASES = (
    "going to|expected to|set to|sure to|bound to|certain to|is to|are to|was to|due to|about to|mean to|means to"
    "|in the coming|over time|in time|to come"
)
OPINION_WORDS = listed("""
    believe believes believed think thinks consider considers opinion imagine reckon fear fears worry worries doubt
    doubts suggest suggests suggested estimate estimates estimated suspect suspects convinced appear appears seem seems
    apparently
""")

AS_GOOD_AS_POSSIBLE = listed("""
    risk risks danger chance chances can able allow allows allowed permit permits permitted threat threaten threatens
    option options deem deemed
""")
"""Words of a source that a claim may well render by may or could, and that are no doubt by themselves."""

# --- yes or no ---

NOT = listed("not no never none nobody nothing neither nor cannot without hardly scarcely barely unable nowhere")
LACKING = listed("""
    lack lacks lacked lacking avoid avoids avoided refuse refuses refused fail fails failed deny denies denied
    prevent prevents prevented only alone clear unpublished unlikely out exclude excludes short bar bars decline
    declines declined reject rejects rejected dispute disputes disputed dismiss dismisses dismissed oppose opposes
    opposed against instead elsewhere idle silent
""")
"""Words that say no without a no."""

OPPOSITES = """
rise rising risen rose increase increased increases raise raised climb climbed surge double doubled
/ fall falls fallen fell falling decrease decreased decline declined drop dropped shrink shrank cut cuts reduce reduced
  halve halved
higher greater larger bigger above / lower smaller below
longer lengthen lengthened extend extended / shorter shorten shortened
deeper deepen deepened deep / shallower shallow silt silting
stronger strengthen strengthened tighten tightened tightens reinforce reinforced reinforces tight
/ weaker weaken weakened loosen loosened loosens undermine undermined
better improve improved improves improvement / worse worsen worsened deteriorate deteriorated
richer rich wealthy wealth wealthier prosperity prosperous affluent / poorer poor poverty
hard harder difficult difficulty tough tougher / easy easier easily simple simpler
faster fast quick quickly quicker rapid rapidly soon / slower slow slowly late later
dear dearer expensive costlier add adds / cheap cheaper cheaply save saves
harsh harshly severe severely fierce fiercer strict strictly harden hardened hardening escalate extended long
/ lenient leniently mild mildly gentle ease eased easing soften softened relax relaxed
accept accepts accepted agree agrees agreed support supports supported back backed welcome welcomed approve approved
/ oppose opposes opposed reject rejects rejected refuse refuses refused object objects deny denies denied
open opened opens reopen reopened / close closed closes shut shuts closing
allow allows allowed permit permitted let lets
/ forbid forbids forbidden ban banned prevent prevented prevents block blocked
everybody everyone all every / nobody none
always / never
win won success succeed succeeded succeeds / fail failed fails failure
safe safer harmless / dangerous danger unsafe harmful risk risky
resume resumed / suspend suspended halt halted
many / few
avoid avoids avoided steer refrain / voice voices seek seeks
include included includes / exclude excluded excludes
confirm confirmed confirms admit admits admitted / deny denied denies
present / absent missing
legal lawful / illegal unlawful
possible / impossible
before earlier / after
inside within / outside beyond
import imported imports / export exported exports
enough sufficient / short shortage lack lacks lacking scarce
contradict contradicts clash clashes conflict / match matches fit fits
segregate segregated apart separate separated / mix mixes mingle together
published public / unpublished secret
certain certainly / uncertain
healthy recovered recover / sick ill died dead
full / empty
first / last
friend ally allies / enemy
"""
"""Two sides to a line or two, parted by a stroke; a line that begins with a stroke or a blank goes on with the last."""
