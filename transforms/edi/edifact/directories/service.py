"""The service segments of messages, and CONTRL, of syntax versions 3 and 4.

Interchange and group envelopes are not here: ``envelopes`` reads them whatever
they look like.

Source:
    ISO 9735 and its part 4; service directory of syntax version 4.
"""

from __future__ import annotations

from transforms.edi.edifact.directories.notation import Tables

_ELEMENTS = """
0004 an..35, 0007 an..4, 0008 an..35, 0010 an..35, 0013 an..3, 0014 an..35
0020 an..14, 0040 an..35, 0042 an..35, 0044 an..35, 0046 an..35, 0048 an..14
0051 an..3, 0052 an..3, 0054 an..3, 0057 an..17, 0058 an..14, 0062 an..14
0065 an..6, 0068 an..35, 0070 n..2, 0073 a1, 0074 n..10, 0081 a1, 0083 an..3
0085 an..3, 0096 n..6, 0098 n..3, 0104 n..3, 0110 an..6, 0113 an..6, 0115 an..14
0116 an..3, 0118 an..3, 0121 an..14, 0122 an..3, 0124 an..3, 0127 an..14
0128 an..3, 0130 an..3, 0136 n..6
"""

# The standard has an..6 for 0057; longer names of subsets are in use.

_COMPOSITES = """
S002 0004! 0007 0008 0042
S003 0010! 0007 0014 0046
S006 0040! 0007
S007 0044! 0007
S008 0052! 0054! 0057
S009 0065! 0052! 0054! 0051! 0057 0110 0113
S010 0070! 0073
S011 0098! 0104 0136
S016 0115! 0116 0118 0051
S017 0121! 0122 0124 0051
S018 0127! 0128 0130 0051
"""

_SEGMENTS = """
UNH 0062! S009! 0068 S010 S016 S017 S018
UNS 0081!
UNT 0074! 0062!
UCI 0020! S002! S003! 0083! 0085 0013 S011
UCF 0048! S006! S007! 0083! 0085 0013 S011
UCM 0062! S009! 0083! 0085 0013 S011
UCS 0096! 0085
UCD 0085! S011!
"""

_MESSAGES = {
    "CONTRL": """
UCI!
(UCM999999 (UCS999 UCD99))
(UCF999999 (UCM999999 (UCS999 UCD99)))
UNT!
""",
}

TABLES = Tables(_ELEMENTS, _COMPOSITES, _SEGMENTS, _MESSAGES)
