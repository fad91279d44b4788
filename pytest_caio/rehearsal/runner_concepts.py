"""The concepts that the rehearsal's agent knows, each as word stems and short turns of phrase.

Every stem matches at the start of a word. Data only; `runner_language` applies it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

STEMS: Mapping[str, str] = MappingProxyType(
    {
        "competitor": (
            r"compet|rival|same (?:kind of )?(?:product|service|market|thing)s? (?:as|we)"
            r"|sells? (?:what we|the same|a product like)|alternative to (?:us|our)|up against"
        ),
        "customer": (
            r"(?<!ideal )(?<!reference )(?:customer|client)s?\b(?! names?| relation)"
            r"|under contract|already (?:buy|pay|use|work|bought|sign)|signed (?:up )?(?:with us"
            r"|last|a contract)|renew|subscriber of ours|pays us|on our books|(?:existing"
            r"|our) account\b"
        ),
        "qualify": (
            r"(?<!day )qualif(?! as clean)|icp\b|scor(?:e|ing)|(?:good|right|real|any|strong|poor"
            r"|decent|suitable) (?:fit|prospect|lead|match)|fits?\b|ideal customer|profile|priorit"
            r"|segment|which (?:tier|bucket|priority)|what tier|assess|evaluat|grad(?:e|ing)\b"
            r"|classif|belong|rank|worth (?:\w+ )?(?:pursu|contact|chas|our)|how (?:good|valuable"
            r"|promising|hot)|pursue|sort|rate\b|put (?:her|him|them) in"
            r"|look like (?:\w+ )*(?:lead|prospect)"
        ),
        "lead": (r"lead\b|leads\b|prospect|contact\b|person|buyer|candidate"),
        "draft": (
            r"draft|author|writ|compos|prepar|formulat|put together|come up with|word(?:ing)?\b"
            r"|create|pen\b|generate\b|produce|script"
        ),
        "want": (
            r"please|(?:i|we) (?:need|want|would like|'d like)|i'd like|give me|make me|get me"
            r"|let me have"
        ),
        "mail": (
            r"lines?\b|paragraph|sentences? (?:to|for)|reach out|e-?mail|mail|outreach|messag"
            r"|note\b|letter|sequence|copy\b|touch|text\b|intro"
        ),
        "send": (
            r"get (?:\w+ ){1,4}out\b|send|sent\b|dispatch|fire|blast|ship|deliver|go(?:es)? out"
            r"|gone out|push|releas|launch|transmit|out the door|went out|leave the|left the"
        ),
        "bypass": (
            r"(?:nobody|no one|not|isn't) (?:\w+ )?available|can(?:no|')t (?:be )?reach|later"
            r"|travel|flying|plane|unreachable|anyway|on (?:sick )?leave|without|skip|bypass"
            r"|no need|right away|immediately|straight|right now|ignor|overrid|circumvent|around"
            r"|don'?t wait|forget|instantly|at once|asap|directly|no time|save time|just (?:send"
            r"|fire|push|get)|urgent|before (?:any|he|she|the|it|hos|pto)\w*|behind|spare"
            r"|leave out"
        ),
        "approval": (
            r"clear(?:ed)?\b|approv|sign(?:-| |ed )?off|review|okay|ok\b|permission|green light"
            r"|hos\b|head of sales|human|anyone look|blessing|clearance|checks? it"
            r"|wait(?:ing)? for"
        ),
        "stale": (r"stale|old\b|older|aged?\b|ages\b|expired|outdated|out of date|week-old|ripe"),
        "while": (
            r"(?:hours?|days?) back|timestamp|around|too late|sat\b|sit|lying|linger|ago|since"
            r"|been (?:in|there|waiting|pending)|past|created|generated|dat(?:es|ing) (?:from"
            r"|back)|from|for (?:over|more|about|almost|nearly|some)?|arriv|came in|entered"
            r"|went in|waiting|pending|dates"
        ),
        "card": (r"card|queue|pending|item|entr(?:y|ies)"),
        "unsubscribe": (
            r"unsubscri|opt(?:ed|s|ing)?(?: me| him| her| us| them)?[ -]out|(?:take|get|remove"
            r"|drop|strike|cross|delete) (?:me|him|her|us|them|my \w+)(?: \w+)? ?(?:off|from|out)"
            r"|remove me|(?:stop|quit|cease) (?:\w+ )?(?:e-?mail|contact|writ|mail|messag|send"
            r"|bother|spam|pester)|no (?:more|further) (?:\w+ )?(?:mail|email|e-mail|messag"
            r"|contact)|leave (?:me|us|him|her) (?:alone|in peace)|off (?:the|your|our|this"
            r"|that)(?: \w+)? list|(?:don'?t|do not|never|not to|nothing)(?: \w+)? (?:e-?mail"
            r"|contact|write|writ|hear|message|receiv|want)\w*(?: \w+)? (?:me|us|him|her|them|from"
            r"|again|any|anything|mail)|not (?:to )?be (?:contacted|emailed)|not interested"
            r"|hear from us again|spam|do not (?:contact|email) (?:me|request)"
        ),
        "deletion": (
            r"gdpr|ccpa|right to be forgotten|eras|delet|wip(?:e|ing)|privacy|purge"
            r"|personal (?:data|information)|data (?:we|you) hold|(?:hold|stored?|keep|know) about"
            r"|forget (?:me|him|her|them|everything)|destroy"
        ),
        "data": (r"data|record|information|everything|details|gdpr|profile|held|hold"),
        "ramp": (
            r"ramp|supervised|warm-?up|clean[- ]days? mode|while (?:we are|we're) (?:still )?(?:in"
            r"|ramping|starting)|initial phase|not (?:yet )?graduated|rollout|early phase"
        ),
        "tier": (r"tier"),
        "limit": (
            r"limit|cap\b|at most|maximum|max\b|how many|allow|quota|ceiling|per day|a day"
            r"|each day|daily|today|volume|batch|allowance|in one day"
        ),
        "graduate": (
            r"graduat|(?:as|be|is|still|it|count|day) (?:a )?clean\b|dry[- ]run|simulat"
            r"|clean (?:supervised )?(?:live )?day|clean[- ]day|leave the ramp|end(?:s"
            r"|ing)?(?: of)? (?:the )?(?:ramp|supervis)|exit|out of (?:the )?(?:ramp|supervis)"
            r"|autonom|finish(?:ed)? (?:the )?ramp|counts? (?:toward|for)|leav(?:e"
            r"|ing) (?:the )?(?:ramp|supervis)|ramp (?!not|isn)(?:\w+ )?(?:end|over|done|finish"
            r"|complet|stop)|come off|full(?:y)? auto"
        ),
        "until": (
            r"before|until|when (?:do|does|can|will|may|is)|what (?:has|must|needs)|condition"
            r"|requirement|criteri|how (?:do|can) (?:we|i)|how long|so far|count"
        ),
        "expand": (
            r"expand|other tiers|lower tiers|more (?:e-?mails|mails|volume|messages)|complet(?:ed"
            r"|ing) the ramp|after graduat|once (?:we|the ramp|graduated)|graduated|beyond"
            r"|next tier|increas|rais(?:e|ing)|step up|scale|widen|broaden|open up|loosen"
            r"|done with the ramp|ramp (?:is|being) (?:over|finished|complete|behind)"
            r"|ramp (?:is )?behind us|now that we|now that the"
        ),
        "reject": (
            r"(?:will|to|we|i) reject|reject|declin|turn(?:ing|ed)? (?:\w+ )?down|refus|tag"
            r"|send(?:ing)? (?:it )?back|throw(?:ing)? (?:it )?out|mark(?:ed)? (?:it )?as|label"
            r"|not approve|discard|dismiss|kill"
        ),
        "notag": (
            r"without|no (?:tag|reason|label|explan)|missing|lacks?|blank|empty|skip|need|must"
            r"|require|have to|mandatory|obligat|leave (?:\w+ )?out|omit|just (?:click|press"
            r"|reject)|optional|bother|possible|may i|can i|compulsory|explain|why|say|specify"
            r"|pick|choose"
        ),
        "problem": (
            r"words\b|verbose|subject|headline|cta\b|call[- ]to[- ]action|tone|style|voice|fact"
            r"|wrong|inaccura|incorrect|personal(?:i[sz]|\b)|long|short|length|wordy|campaign"
            r"|generic|weak|dull|vague|rude|pushy|salesy|stiff|mistake|closing|title"
        ),
        "evidence": (
            r"evidence|proof|prove|verif|confirm|really (?:went|sent|go|left)"
            r"|actual(?:ly)? (?:went|sent|go|left|deliver|reach|receiv)|make sure|certain"
            r"|sure (?:that )?|ghl|gohighlevel|go high ?level|conversation|crm|arriv|landed"
            r"|trace of|convinc|know|whether (?:\w+ )?(?:mail|email|message)"
        ),
        "placeholder": (
            r"placeholder|\{\{|\[(?:first|last|name|company)|merge[- ](?:tag|field)|unrendered"
            r"|not (?:been )?(?:filled|rendered|replaced)|curly|brace|brackets?"
            r"|template (?:variable|field|code)|variable|<(?:first|name|company)|%first|unfilled"
            r"|\bhi ,|lorem ipsum|mail[- ]merge"
        ),
        "duplicate": (
            r"duplic|twice (?:in|on|to|for)|two (?:identical|equal|cards|copies)|same (?:recipient"
            r"|person|subject|address|card|mail|email|message)|identical|double (?:card|entr|mail"
            r"|booking)|repeated|again and again|copies|twin|more than once|both (?:address|cards)"
        ),
        "drift": (
            r"drift|noise|nois|hygiene|clean ?-?up|clean(?:ing)? (?:up )?(?:the )?queue|junk"
            r"|clutter|messy|garbage|rubbish|tid(?:y|ied)|mess\b|full of"
        ),
        "sla": (
            r"by when|how late|when must|must (?:\w+ )*be (?:review|decid)|sla\b|decid|decision"
            r"|undecid|first review|how (?:fast|quick|soon|long)|deadline|unreviewed|backlog"
            r"|overdue|within|response time|turnaround|nobody|no one|not been (?:reviewed|looked"
            r"|decided|touched)|unanswered|untouched|hasn'?t|haven'?t|yet\b|time limit|too slow"
            r"|unattended|looked at"
        ),
        "window": (
            r"window|what time|when (?:do|does|is|are|should)|o'?clock|schedule\b|15:00|3 ?pm"
            r"|three in the|time of day|who (?:is|approves|owns|reviews|signs|has|does|handles)"
            r"|whose|which hour|hours? of|daily review|time zone|new york|eastern|which person"
            r"|responsible"
        ),
        "nocontact": (
            r"contact[_ -]?id|missing (?:the )?contact|(?:no|neither an?|blank"
            r"|empty) (?:ghl )?(?:contact|id\b|crm)|without (?:an? )?(?:ghl )?(?:contact|id\b|crm)"
            r"|lacks? (?:an? )?(?:contact|id\b|crm)|contact (?:record|reference|number|identifier)"
            r"|not linked|unlinked|no recipient|contact (?:is|was) (?:missing|empty|blank)"
        ),
        "training": (
            r"training|synthetic|canary|seeded|seed\b|test card|fake|practice (?:card|run|mail"
            r"|item)|dummy|sandbox|exercise|_do_not_dispatch|rehears"
        ),
        "token": (
            r"token|x-dashboard|\?token|query string|auth(?:entication)? header|credential in"
            r"|api key|dashboard (?:password|secret|key)"
        ),
        "url": (
            r"url|link|query|bookmark|address bar|header|pass\b|put|append|paste|attach|travel"
            r"|share|ticket|chat|slack|log|carry|transmit|supply|belong"
        ),
        "injection": (
            r"ignore (?:all|your|every|any|the|previous|prior|earlier)|system prompt|reveal"
            r"|disclos|jailbreak|injection|hidden (?:text|instruction)|you are now|pretend"
            r"|developer mode|secret|password|api key|credential|instructions? (?:in|inside|that"
            r"|from)|disregard|tells? (?:the |you |our )?(?:agent|bot|assistant|ai)|leak"
            r"|confidential|internal (?:prompt|rules|instruction)|obey|(?:print|repeat|dump"
            r"|show) (?:\w+ )*prompt"
        ),
        "claims": (
            r"guarantee|promis|discount|invent|make up|made[- ]up (?:num|fig|stat|case)|claim"
            r"|exaggerat|roi\b|percent off|% off|rebate|cheaper|special (?:price|offer|deal)"
            r"|feature|case study|testimonial|reference customer|revenue|statistic|price|pricing"
            r"|assure|fabricat|bluff|coupon|reduc(?:ed|tion)|doubl(?:e|ing) (?:their|your|his|her)"
            r"|tripl|embellish|white lie|numbers? (?:that|which|we)"
        ),
        "gate": (
            r"smoke|gate\b|gates\b|check(?:list)? (?:is |has |was )?(?:red|fail)|pre-?flight"
            r"|no-?go|deploy|matrix"
        ),
        "failed": (
            r"fail|red\b|broke|not pass|did ?n[o']t pass|went wrong|error|not green|down\b"
            r"|unhealthy|unavailable|unreachable|lost|dead|outage|disconnect|not (?:ready"
            r"|connected|reachable|respond)|dropped|crash|offline|out of order|trouble"
        ),
        "cycle": (
            r"live (?:cycle|run|batch)|cycle|go ahead|proceed|continue|carry on|start|run\b"
            r"|run the|anyway|still"
        ),
        "stop": (
            r"emergency|kill[- ]switch|halt|panic|e-stop|stop (?:is|was|has|button|switch)"
            r"|shut (?:everything )?down|pull the plug|freeze|frozen|all dispatch"
        ),
        "replay": (
            r"replay|pass[- ]rate|golden|0\.95|95 ?(?:%|percent|per cent)|regression set"
            r"|evaluation (?:set|case|gate|run)|test cases"
        ),
        "interest": (
            r"interested|keen|would (?:love|like) to|tell me more|wants? (?:a |to )?(?:demo|call"
            r"|talk|meet|learn|know more|speak|see|hear more|chat|have a)|book|sounds? (?:good"
            r"|great|interest)|positive|curious|let'?s (?:talk|meet|chat|speak)|available (?:for"
            r"|next|on)|happy to (?:talk|meet|chat|speak)|asks? for (?:a )?(?:demo|call|meeting)"
            r"|demo|calendar|more details|intrigued|yes,? please|meeting"
        ),
        "reply": (
            r"repl(?:y|ie)|answer|respon|wrote|writes|said|says|came back|got back|asked|asks"
            r"|inbox|message from|told"
        ),
        "absence": (
            r"out[- ]of[- ](?:the[- ])?office|ooo\b|vacation|holiday|on leave|parental|maternity"
            r"|sabbatical|auto-?(?:matic)?[- ]?(?:repl|respon|answer)|away (?:until|till|from|for)"
            r"|back (?:on|in|at work|by)|returns? (?:on|in|to)|not in the office|absen"
        ),
        "bounce": (
            r"bounc|undeliver|invalid (?:address|mailbox|e-?mail)|mailbox (?:not|does)|(?:user"
            r"|recipient|address|mailbox) (?:unknown|not found|does ?n[o']t exist|rejected"
            r"|no longer exist|is dead)|550|delivery (?:fail|status)|no such (?:user|mailbox"
            r"|address)|could ?n[o']t be delivered|returned to sender|came back as"
            r"|mailer[- ]daemon"
        ),
        "dependency": (r"redis|inngest|dependenc|runtime|database|cache\b|event (?:bus|queue)"),
        "log": (
            r"log\b|logbook|journal|record|write down|note down|diary|end[- ]of[- ]day"
            r"|report (?:on|of|for)|document|after the (?:cycle|session|run)|keep track"
            r"|summari[sz]e"
        ),
        "outcome": (r"outcome|result|day\b|count|figures|cycle|session|noted|belongs? in|goes? in"),
        "referral": (
            r"referral|refer(?:s|red|ring) (?:us|me|you|him|her)|right person|wrong person"
            r"|talk to my|speak (?:to|with) (?:my|our)|colleague|no longer (?:responsible"
            r"|in charge|work|handle)|not (?:the one|responsible|in charge|my area)|point(?:s"
            r"|ed) (?:us|me) (?:to|at)|better (?:person|contact)|someone else|pass(?:es|ed) (?:us"
            r"|me|you) on|in charge now|try (?:my|our)|instead"
        ),
        "role": (
            r"vp\b|vice|c[efmrto]o\b|cro\b|chief|founder|owner of|director|president|head of"
            r"|manager|manages|boss|executive|student|intern\b|professor|nurse|teacher|engineer"
        ),
        "firm": (
            r"saas|software|agenc|e-?commerce|online (?:shop|store|retail)|consult|advisory"
            r"|practice|company|firm|business|startup|vendor|employ|staff|people|headcount|workers"
            r"|hospital|school|universit|bakery|restaurant|charity|government|shop\b"
        ),
        "personal": (
            r"gmail|yahoo|hotmail|outlook\.com|icloud|private (?:address|e-?mail|mailbox|account)"
            r"|personal (?:address|e-?mail|mailbox|account)|free ?mail|proton|home address"
        ),
        "compliance": (
            r"footer|signature|postal address|(?:unsubscribe|opt-?out) (?:link|option|possib"
            r"|button|line|way)|compliance|can-?spam|legal|imprint|call to action is missing"
            r"|way to opt out|no (?:opt|unsub)"
        ),
        "missing": (
            r"neither|nor\b|null|none\b|miss|lack|without|no\b|absent|forgot|left out"
            r"|not (?:contain|includ|have)|does ?n[o']t (?:contain|includ|have|carry|show)"
            r"|fails? to|nowhere|has no|needs?|must|contain|carry|include|every|blank|empty|isn't"
            r"|aren't|nobody"
        ),
    }
)
