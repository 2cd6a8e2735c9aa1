"""Phrases that a guesser tries as they stand: famous example passwords, quotations, songs, proverbs and prayers.

zxcvbn reckons words as if they were drawn one by one, so that to it each of these is hard to guess. Kept in small
letters without accents, as `foundation.text.normalised` makes them; signs and spaces do not matter.
"""

_PHRASES = """
correct horse battery
battery staple
correct horse
troubador
this is my password
this is not my password
this is a password
this is a very long password
this is a secure password
this is a strong password
my password is password
my secret password
i forgot my password
i hate passwords
change me please
let me in please
please let me in
open sesame
super secret password
the quick brown fox
jumps over the lazy dog
pack my box with five dozen liquor jugs
lorem ipsum dolor sit amet
consectetur adipiscing elit
once upon a time
happily ever after
to be or not to be
that is the question
all the worlds a stage
may the force be with you
i am your father
in a galaxy far far away
live long and prosper
one ring to rule them all
you shall not pass
winter is coming
elementary my dear watson
here s looking at you kid
frankly my dear i don t give a damn
houston we have a problem
ill be back
hasta la vista baby
to infinity and beyond
life is like a box of chocolates
i love you so much
i love you forever
i love my family
i love my wife
i love my husband
i love my children
love you to the moon and back
happy birthday to you
we will rock you
we are the champions
stairway to heaven
hotel california
bohemian rhapsody
all you need is love
let it be let it be
twinkle twinkle little star
mary had a little lamb
row row row your boat
somewhere over the rainbow
never gonna give you up
never gonna let you down
don t worry be happy
hakuna matata
what does the fox say
who let the dogs out
in the beginning was the word
in the beginning god created
the lord is my shepherd
our father who art in heaven
for god so loved the world
jesus loves me
jesus is lord
in god we trust
god save the queen
god save the king
god bless america
we the people of the united states
i have a dream
four score and seven years ago
ask not what your country can do for you
o canada our home and native land
true north strong and free
we stand on guard for thee
god keep our land glorious and free
from sea to sea
peace order and good government
maintiens le droit
an apple a day keeps the doctor away
early bird catches the worm
practice makes perfect
knowledge is power
carpe diem
cogito ergo sum
i think therefore i am
veni vidi vici
hello world
one two three four
one two three four five six
abc easy as one two three
o canada terre de nos aieux
ton front est ceint de fleurons glorieux
car ton bras sait porter l epee
d un ocean a l autre
je me souviens
liberte egalite fraternite
gens du pays
mon pays ce n est pas un pays c est l hiver
alouette gentille alouette
frere jacques
sur le pont d avignon
au clair de la lune
mon ami pierrot
joyeux anniversaire
ma chere amie
la vie en rose
non je ne regrette rien
je pense donc je suis
etre ou ne pas etre
telle est la question
que la force soit avec toi
il etait une fois
ils vecurent heureux
je t aime pour toujours
je t aime mon amour
mon petit chou
notre pere qui es aux cieux
je vous salue marie
portez ce vieux whisky au juge blond qui fume
voix ambigue d un coeur
c est mon mot de passe
mon mot de passe est
ceci est un mot de passe
ceci est mon mot de passe
j ai oublie mon mot de passe
mot de passe secret
ouvre toi sesame
sesame ouvre toi
un deux trois quatre
un deux trois nous irons au bois
l essentiel est invisible pour les yeux
dessine moi un mouton
petit a petit l oiseau fait son nid
tout vient a point a qui sait attendre
"""

LETTERS = sorted({line.replace(" ", "") for line in _PHRASES.splitlines() if line}, key=len, reverse=True)
"""Their letters alone, the longest first: a short one may stand inside a longer one."""
