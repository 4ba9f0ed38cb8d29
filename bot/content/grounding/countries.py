"""Countries by their names, their people and their capitals, which stand for each other in the news."""

_LINES = """
afghanistan|afghan|kabul
argentina|argentine|argentinian|buenos aires
armenia|armenian|yerevan
australia|australian|canberra
austria|austrian|vienna
azerbaijan|azerbaijani|azeri|baku
belarus|belarusian|minsk
belgium|belgian
brazil|brazilian|brasilia
britain|british|united kingdom|uk|great britain|london
bulgaria|bulgarian|sofia
canada|canadian|ottawa
chile|chilean|santiago
china|chinese|beijing|prc
colombia|colombian|bogota
croatia|croatian|zagreb
cuba|cuban|havana
czech republic|czech|czechia|prague
denmark|danish|dane|copenhagen
egypt|egyptian|cairo
estonia|estonian|tallinn
ethiopia|ethiopian|addis ababa
finland|finnish|finn|helsinki
france|french|paris
georgia|georgian|tbilisi
germany|german|berlin
greece|greek|athens
hungary|hungarian|budapest
india|indian|new delhi|delhi
indonesia|indonesian|jakarta
iran|iranian|tehran
iraq|iraqi|baghdad
ireland|irish|dublin
israel|israeli|jerusalem
italy|italian|rome
japan|japanese|tokyo
kazakhstan|kazakh|astana
kenya|kenyan|nairobi
latvia|latvian|riga
lebanon|lebanese|beirut
libya|libyan|tripoli
lithuania|lithuanian|vilnius
mexico|mexican
moldova|moldovan|chisinau
mongolia|mongolian|ulaanbaatar
myanmar|burmese|burma|naypyidaw
netherlands|dutch|holland|hague
new zealand|wellington
nigeria|nigerian|abuja
north korea|north korean|dprk|pyongyang
norway|norwegian|oslo
pakistan|pakistani|islamabad
palestine|palestinian|ramallah
peru|peruvian|lima
philippines|philippine|filipino|manila
poland|polish|pole|warsaw
portugal|portuguese|lisbon
qatar|qatari|doha
romania|romanian|bucharest
russia|russian|moscow|kremlin
saudi arabia|saudi|riyadh
serbia|serbian|serb|belgrade
slovakia|slovak|bratislava
slovenia|slovenian|ljubljana
somalia|somali|mogadishu
south africa|south african|pretoria
south korea|south korean|seoul|rok
south sudan|south sudanese|juba
spain|spanish|spaniard|madrid
sudan|sudanese|khartoum
sweden|swedish|swede|stockholm
switzerland|swiss|bern
syria|syrian|damascus
taiwan|taiwanese|taipei
thailand|thai|bangkok
tunisia|tunisian|tunis
turkey|turkish|turk|turkiye|ankara
uganda|ugandan|kampala
ukraine|ukrainian|kyiv|kiev
united arab emirates|emirati|uae|abu dhabi
united states|american|us|usa|america|washington
uzbekistan|uzbek|tashkent
venezuela|venezuelan|caracas
vietnam|vietnamese|hanoi
yemen|yemeni|sanaa
european union|eu|brussels
united nations|un
"""

COUNTRIES = {
    tuple(name.split()): line.split("|")[0] for line in _LINES.strip().splitlines() for name in line.split("|")
}
"""Each folded way to name a country or its people, as words, with the name it stands for."""

LONGEST = max(map(len, COUNTRIES))
