"""Articles of our own invention on pages as different makers make them."""

LEAD = "The harbour of Aosagi is to be dredged, and not everybody there is glad of it."
VOTE = "The town council voted for the plan on Monday, after it had been put off three times in as many years."
DEPTH = '"It will be two metres deeper by next spring," said Ada Okoye, the harbour master.'
FERRIES = '"And then the ferries can come in at low tide, which they never could before."'
DIVERS = "Divers who live on sea urchins fear for them, and for the clear water in which they find them."
SILENT = "We were not asked, and we will not be silent."
EXPERTS = "Experts warn that urchins feel the noise too, although nobody has asked them so far."
WEEK = "But Okoye believes that the noise will be over in a week, and the mud in a year."


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>\n" for text in texts)


OPEN_GRAPH = f"""<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Mud on the move | Gazette</title>
<link rel="canonical" href="https://gazette.example/2026/11/mud?page=1#top">
<meta property="og:title" content="Mud on the move"><meta property="og:site_name" content="The Aosagi Gazette">
<meta name="description" content="{LEAD}"><meta name="author" content="Bo Lindqvist">
<meta property="article:published_time" content="2026-11-02T06:30:00+01:00"></head>
<body><header><nav><a href="/">Home</a><a href="/sport">Sport</a></nav></header><main><article><h1>Mud on the move</h1>
<p>{LEAD}</p><p class="byline">By Bo Lindqvist</p>{paragraphs(VOTE, DEPTH, FERRIES)}<h2>What now?</h2>
{paragraphs(DIVERS)}<ul><li>First comes the mud.</li><li>Then comes the noise.</li></ul>
<blockquote><p>{SILENT}</p></blockquote>{paragraphs(WEEK)}<p>Edited by: Ada de Vries</p></article></main>
<aside><p>Read more: the ten best harbours of the north, and where to eat in each of them</p></aside>
<footer><p>© 2019 The Aosagi Gazette. All rights reserved.</p></footer></body></html>"""

JSON_LD = f"""<!doctype html><html><head><title>x</title><script type="application/ld+json">
{{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Noise in the bay: \\"too loud\\"",
"author": [{{"@type": "Person", "name": "Ada de Vries"}}, {{"@type": "Person", "name": "Bo Lindqvist"}}],
"publisher": {{"@type": "Organization", "name": "Bay Radio"}}, "datePublished": "2026-10-05"}}</script></head>
<body><div id="content"><h1>Noise in the bay: "too loud"</h1><div class="standfirst"><p>{LEAD}</p></div>
<div class="story">{paragraphs(VOTE, DEPTH)}<h3>Louder than a train</h3>{paragraphs(EXPERTS, WEEK)}</div></div>
</body></html>"""

LEAD_CLASS = f"""<html lang="en"><head><meta property="og:title" content="Mud"><meta name="date" content="2026-11-02">
<meta property="og:site_name" content="Gazette"></head><body><article><h1>Mud</h1><p class="lead">{LEAD}</p>
{paragraphs(VOTE, DEPTH, DIVERS, EXPERTS)}</article></body></html>"""

BYLINES = f"""<html lang="en"><head><meta property="og:title" content="Mud">
<meta property="og:site_name" content="Gazette"><meta name="description" content="{VOTE[:60]}…"></head>
<body><article><h1>Mud</h1><div class="author">By
<a rel="author" href="/bo">Bo Lindqvist</a> and <a rel="author" href="/ada">Ada de Vries</a></div>
<time datetime="2026-11-02">2 November 2026</time>{paragraphs(VOTE, DEPTH, DIVERS, EXPERTS)}
<p>Reporting by Bo Lindqvist; Editing by Ada de Vries</p></article></body></html>"""

PAYWALL = f"""<html lang="en"><head><meta property="og:title" content="Mud">
<meta property="og:site_name" content="Gazette"><meta name="description" content="Only here."></head>
<body><article><h1>Mud</h1><p>{VOTE}</p><p>Subscribe to read on.</p></article>
<div class="paywall"><p>This article is for subscribers. Log in or subscribe now.</p></div></body></html>"""

LIVE = f"""<html lang="en"><head><meta property="og:title" content="Live: the vote"><script type="application/ld+json">
{{"@type": "LiveBlogPosting"}}</script></head><body><main><h1>Live: the vote</h1>
<article><time datetime="2026-11-02T10:00Z">10:00</time><h2>The vote is open</h2>{paragraphs(VOTE, DEPTH)}</article>
<article><time datetime="2026-11-02T09:00Z">09:00</time><h2>Divers arrive</h2>{paragraphs(DIVERS, EXPERTS)}</article>
</main></body></html>"""

GERMAN = """<html lang="de"><head><meta charset="utf-8"><meta property="og:title" content="Schlamm im Hafen">
<meta property="og:site_name" content="Hafenbote"></head><body><article><h1>Schlamm im Hafen</h1>
<p>Der Stadtrat hat am Montag für den Plan gestimmt, nachdem er dreimal verschoben worden war.</p><h2>Wer zahlt?</h2>
<p>„Es wird zwei Meter tiefer“, sagte Ada Okoye, die den Hafen leitet, am Dienstag dieser Zeitung.</p>
<p>Die Taucher fürchten um ihre Seeigel und um das klare Wasser, in dem sie diese seit Jahren finden.</p>
</article></body></html>"""

KOREAN = """<html lang="ko"><head><meta charset="utf-8"><meta property="og:title" content="항구의 진흙"></head>
<body><article><h1>항구의 진흙</h1>
<p>시의회는 월요일에 세 번이나 미뤄진 항구 준설 계획을 통과시켰다고 관보가 전했다.</p>
<p>잠수부들은 성게와 맑은 물을 걱정하고 있으며 아무도 그들에게 묻지 않았다고 말했다.</p></article></body></html>"""

BARE = f"<html><body>{paragraphs(LEAD, VOTE, DIVERS)}<p>Copyright 2011 and before, and all that.</p></body></html>"

HOSTILE = f"""<html lang="en"><head><meta property="og:title" content="a: b # c
 'd' &quot;e&quot; &#x202e;evil&#x7; \\n - {{[!&amp;*"><meta property="og:site_name" content="*anchor: &#8238;!tag
- id: x"><meta name="author" content="%TAG: &#x85;- &amp;x"><link rel=canonical href="javascript:alert(1)"></head>
<body><article><p>{VOTE} &amp;amp; &lt;b&gt;more&lt;/b&gt; with &#x202e;odd&#x202c; letters&#0; and&nbsp;blanks.</p>
<p>Second line<br>over two lines, said Eve&#x202e;&#x85; Mallory: &quot;#x&quot;, a friend of nobody in this page.</p>
<p>"It is so," said Eve Mallory, the friend of nobody.</p><script>x()</script></article></body></html>"""

WALL_ALONE = PAYWALL.replace(f"<p>{VOTE}</p>", "")

FRONT = f"""<html><head><title>Shop</title></head><body><nav>{'<a href="/">Shoes</a> <a href="/b">Hats</a> ' * 30}</nav>
<footer><p>© 2026 Shop. All rights reserved. Cookies. Privacy.</p></footer></body></html>"""

SCRIPTED = """<html><head><title>App</title></head><body><div id="root"></div>
<noscript>You need to enable JavaScript to run this app.</noscript><script>start()</script></body></html>"""

EMPTY = "<!doctype html><html><head><title></title></head><body></body></html>"

DEEP = "<html><body>" + "<div>" * 50_000 + f"<p>{VOTE}</p>"


def long_page(size: int) -> str:
    """A page of this many characters: 400 paragraphs, and what pages carry along."""
    texts = (f"Paragraph {number} of a page that goes on, said Ada Okoye, as pages do." for number in range(400))
    head = '<html lang="en"><head><title>Long</title><script>/* '
    return f"{head}{'x' * size} */</script></head><body><article>{paragraphs(*texts)}</article></body></html>"
