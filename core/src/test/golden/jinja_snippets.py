"""Golden renderings of small snippets, by Python's jinja2 as transformers sets it up for chat templates.

Together the snippets use every feature of the language, right and wrong. Where Python raises, the kind of the error and its
message are stored; snippets in KIND_ONLY are those whose message names Python's internals. Run from any folder:

    pip install -r requirements.txt
    python jinja_snippets.py               # writes ../resources/golden/chat/snippets.json
"""

import json
import pathlib
import warnings

import transformers.utils.chat_template_utils as chat

OUT = pathlib.Path(__file__).parent.parent / "resources" / "golden" / "chat" / "snippets.json"

CONTEXT = {
    "s": "Hello World",
    "empty": "",
    "blanks": "  a b\t\n",
    "uni": "Zürich 😀 ß Straße",
    "quote": "it's \"so\"",
    "n": 7,
    "neg": -3,
    "big": 123456789012345678901234567890,
    "x": 2.5,
    "t": True,
    "f": False,
    "none": None,
    "nul": None,
    "l": [3, 1, 2],
    "words": ["b", "A", "c", "a"],
    "nested": [[1, 2], [3, [4, 5]], {"k": None}],
    "d": {"b": 1, "a": "x", "items": "mine", "n": {"deep": [1, {"z": 9}]}},
    "users": [
        {"name": "Bo", "age": 30, "city": "Rom", "ok": True},
        {"name": "al", "age": 25, "city": "Bern", "ok": False},
        {"name": "Cy", "age": 30, "city": "bern", "tags": ["q"]},
    ],
    "messages": [
        {"role": "system", "content": "S"},
        {"role": "user", "content": "U <b> & 'q'"},
        {"role": "assistant", "content": None},
    ],
    "html": "<b>&'\"</b>",
    "lines": "one\ntwo\n\nthree",
}

EXPRESSIONS = r"""
s ~ n ~ x ~ t ~ nul ~ missing
'a' 'b' "c"
'\n\t\\\x41\u00e9\U0001F600\101\q'
'it\'s' ~ "it's" ~ 'x"y'
1_000 ~ 0x1F ~ 0b101 ~ 0o17 ~ 1e3 ~ 1.5e-7 ~ 1e22 ~ 12.0 ~ 00
true ~ True ~ false ~ none ~ None
1.0 ~ 0.1 ~ 1e16 ~ 1e15 ~ 123456789.123 ~ 0.0001 ~ 0.00001 ~ 1/3 ~ -0.0 ~ 5e-324 ~ 1.7976931348623157e308
[1, 'a', "it's", none, true, 2.0, [1], (1,), (), {'k': 'v'}]
{'a': 1, 1: 'b', none: [], (1, 2): {}}
(1)
(1,)
()
[]
{}
[1, 2,]
{'a': 1,}
uni
[uni, quote, 'a\nb\\', '\x00\x7f\u200b\xa0']
n + 2
n - 10
n * 2.5
n / 2
8 / 2
n // 2
neg // 2
7 // -2
n % 3
neg % 5
5 % -3
-5 % -3
5.5 % 2
-5.5 % 2
5.5 // 2
-5.5 // 2
7 // 0.5
2 ** 10
2 ** -1
2 ** 0.5
-2 ** 2
2 ** 3 ** 2
big + 1
big * big
big // 7
big % 97
9223372036854775807 + 1
-9223372036854775808 - 1
9223372036854775807 * 3
4611686018427387904 * 2
- -3
-x
+n
-t
true + true
true * 3
1 + 2 * 3 - 4 / 2
(1 + 2) * 3
s + '!'
l + [4]
(1,) + (2,)
'ab' * 3
3 * 'ab'
[0] * 3
(1, 2) * 2
'a' * -1
'ab' * true
1 ~ 2 + 3
1 + 2 ~ 3
'%s is %d, %5.2f|%-5s|%05d|%x|%X|%o|%e|%g|%%|%c' % ('a', 3, 2.345, 'l', 42, 255, 255, 8, 12345.678, 0.00001234, 'z')
'%s' % 'a'
'%s' % 5
'%s' % none
'%r' % 'a'
'%s %s' % (1, [1, 'a'])
'%(a)s-%(b)03d' % {'a': 'x', 'b': 7}
'%+d % d %+.1f' % (3, 4, 5.25)
'%#x %#o' % (255, 8)
'%*d|%-*d|%.*f' % (5, 42, 5, 42, 2, 3.14159)
'%.3s|%10.2s|' % ('abcdef', 'xyz')
'%i' % 3.99
'%d' % true
'%5s|%-5s|' % (none, true)
'%.3d' % 7
'%g %g %g %G' % (100000, 1000000, 0.0001, 1e-10)
'%s' % l
'%s' % (l,)
'no' % []
'%.0f %.0f %.0f' % (0.5, 1.5, 2.5)
'abc' < 'abd'
'a' < 'B'
1 < 2 < 3
1 < 3 < 2
3 > 2 >= 2 > 1
1 == 1.0
1 == true
'1' == 1
none == none
missing == missing2
missing == none
missing != 1
[1, 2] == [1, 2.0]
[1] == (1,)
(1, 2) < (1, 3)
[1, 2] < [1]
{'a': 1} == {'a': 1.0}
{'a': [1]} != {'a': [2]}
1 in l
5 not in l
'lo' in s
'a' in d
'z' in d
1 in {true: 2}
'x' in missing
not 'a' in d
not 1 == 2
not t and f
t or f and f
(t or f) and f
0 or 'x'
'' or none or []
1 and 2
0 and 2
missing or 'default'
1 if t else 2
1 if f else 2
1 if f
(1 if f) is defined
1 if t else 2 if f else 3
'a' if f else 'b' if f else 'c'
x if x > 2 else -x
s[0]
s[-1]
s[1:4]
s[::-1]
s[::2]
s[-5:]
s[:-6]
s[8:2:-2]
s[100:]
s[5:2]
l[0]
l[-1]
l[1:]
l[::-1]
l[:2]
l[100]
l[::2]
(1, 2, 3)[1:]
range(10)[2:5]
range(10)[::-3]
range(5)[1]
uni[7]
uni[-6:]
uni|length
uni[::-1]
l[n - 7]
l[true]
l.0
nested.1.1.0
d.b
d['b']
d['items']
d.missing
d.n.deep[1].z
d['n']['deep'][1]['z']
d.get('b')
d.get('zz')
d.get('zz', 5)
d.get('zz') is none
d.keys()
d.values()
d.n.items()
d.n.keys()|list
d.n.items()|list
d.copy() == d
s.upper()
s.lower()
s.title()
s.swapcase()
s.capitalize()
'hello wORLD'.capitalize()
"they're bill's".title()
'ǆ'.title() ~ 'ß'.upper() ~ 'ŉ'.title() ~ 'İ'.lower()|length
uni.upper()
blanks.strip()|tojson
blanks.lstrip()|tojson
blanks.rstrip()|tojson
'xxaxx'.strip('x')
'abcba'.lstrip('ab')
'abcba'.rstrip('ab')
'\u3000a\x1f\x85'.strip()
'a,b,,c'.split(',')
'a,b,,c'.split(',', 1)
'a,b,,c'.rsplit(',', 1)
'a,b,,c'.rsplit(',', 2)
' a  b c '.split()
' a  b c '.split(none, 1)
' a  b c '.rsplit(none, 1)
'a b'.split(maxsplit=1)
''.split()
''.split(',')
'abc'.split('abc')
'aXXb'.split('XX')
'</think>a</think>b'.split('</think>')[-1]
'a\nb\r\nc\n'.splitlines()
'a\nb\n'.splitlines(true)
'a=b=c'.partition('=')
'a=b=c'.rpartition('=')
'abc'.partition('-')
'abc'.rpartition('-')
s.startswith('He')
s.startswith(('x', 'He'))
s.endswith('ld')
s.endswith(('a', 'b'))
s.startswith('World', 6)
s.endswith('Hello', 0, 5)
s.find('o')
s.find('o', 5)
s.rfind('o')
s.find('zz')
uni.find('ß')
s.index('W')
s.count('l')
s.count('')
'aaaa'.count('aa')
s.replace('l', 'L')
s.replace('l', 'L', 1)
'abc'.replace('', '-')
'abc'.replace('', '-', 2)
', '.join(['a', 'b'])
'-'.join('abc')
''.join([])
'{} {}'.format(1, 'a')
'{1} {0} {a}'.format(1, 2, a=3)
'{:>5}|{:<5}|{:^5}|{:*^7}|{:05d}|{:+}|{:,}|{:.2f}|{:e}|{:x}|{:#x}|{:b}|{:%}'.format(1, 2, 3, 'a', 42, 5, 1234567, 3.14159, 1234.5, 255, 255, 5, 0.25)
'{0.name} {1[a]} {2[0]}'.format(d, {'a': 5}, [7])
'{!r} {!s}'.format('a', 'b')
'{{}} {:{}}|'.format('a', 4)
'{:.3}|{:10.2}|'.format('abcdef', 'xyz')
'{:g} {:g} {} {}'.format(1e10, 0.5, 1e10, 1.0)
'{:_}|{:,.2f}|{:08.3f}|{:<8}|{:=+8}'.format(1234567, 9876543.219, 3.14159, 1.5, 42)
'{} {} {}'.format(none, true, [1, 'a'])
'{:d} {:5}'.format(true, 3)
'{a}'.format_map({'a': 1})
'abc'.center(9) ~ '|'
'abc'.center(8, '*')
'ab'.center(5, '*')
'abc'.ljust(6) ~ '|'
'abc'.rjust(6, '.')
'42'.zfill(5)
'-42'.zfill(5)
'a\tb'.expandtabs(4)
'abc'.removeprefix('a').removesuffix('c')
'123'.isdigit()
''.isdigit()
'1a'.isdigit()
'²'.isdigit()
'abc'.isalpha()
'ab1'.isalnum()
' \n'.isspace()
'Ab'.isupper() ~ 'AB1'.isupper() ~ 'ab'.islower() ~ '12'.islower()
'Hello World'.istitle() ~ 'hello'.istitle()
'abc'.isidentifier() ~ '1a'.isidentifier()
'abc'.isascii() ~ uni.isascii()
'½'.isnumeric()
'a'.isprintable() ~ '\n'.isprintable()
'Straße'.casefold()
l.index(1)
l.count(1)
(1, 2, 1).count(1)
l.copy()
missing
missing is defined
d.zz is defined
d.zz.y is defined
missing|default('x')
missing|default
missing|d(5)
''|default('x')
''|default('x', true)
none|default('x')
none|default('x', true)
0|default('x', boolean=true)
l|join(', ')
l|join
users|join(', ', attribute='name')
[1, [2], none, missing]|join('-')
l|length
s|length
d|length
none_list|default([])|length
l|count
blanks|trim|tojson
'xxaxx'|trim('x')
s|upper
s|lower
s|capitalize
s|title
'foo-bar (baz) [q] {z} it\'s'|title
s|replace('o', '0')
s|replace('o', '0', 1)
n|replace('7', '8')
l|first
l|last
[]|first
[]|last is defined
s|first
s|last
(1, 2)|last
d|first
'abc'|list
d|list
n|string ~ 1
none|string
l|string
'42'|int
'42.9'|int
'x'|int
'x'|int(5)
'0x1f'|int(0, 16)
'101'|int(base=2)
' 12 '|int
'1_000'|int
3.99|int
-3.99|int
true|int
none|int
'3.5'|float
'x'|float
'x'|float(1.5)
'1e3'|float
'inf'|float
5|float
-5|abs
-2.5|abs
42.55|round
42.55|round(1)
42.45|round(1)
2.5|round
3.5|round
-2.5|round
42.55|round(1, 'floor')
42.51|round(1, 'ceil')
1234|round(-2)
5|round
2.675|round(2)
0.5|round|int
l|sort
l|sort(reverse=true)
words|sort
words|sort(case_sensitive=true)
users|sort(attribute='age')|map(attribute='name')|list
users|sort(attribute='age,name')|map(attribute='name')|list
users|sort(attribute='age', reverse=true)|map(attribute='name')|list
'bca'|sort
d.n|dictsort
{'b': 1, 'A': 3, 'c': 2}|dictsort
{'b': 1, 'A': 3, 'c': 2}|dictsort(true)
{'b': 1, 'A': 3, 'c': 2}|dictsort(false, 'value')
{'b': 1, 'A': 3, 'c': 2}|dictsort(by='value', reverse=true)
l|reverse|list
s|reverse
(1, 2)|reverse|list
['a', 'A', 'b', 1, 1.0, true]|unique|list
['a', 'A']|unique(true)|list
users|unique(attribute='age')|map(attribute='name')|list
users|map(attribute='name')|list
users|map(attribute='tags', default='none')|list
users|map(attribute='tags.0')|list
words|map('upper')|list
words|map('replace', 'a', 'z')|join
l|map('string')|join('+')
[1, 2, 3, 4]|select('odd')|list
[1, 2, 3, 4]|reject('odd')|list
[1, 2, 3, 4]|select('divisibleby', 2)|list
[0, 1, '', 'a', none]|select|list
[0, 1, '', 'a', none]|reject|list
l|select('>', 1)|list
l|select('in', [1, 2])|list
users|selectattr('ok')|map(attribute='name')|list
users|rejectattr('ok')|map(attribute='name')|list
users|selectattr('age', 'equalto', 30)|map(attribute='name')|list
users|selectattr('age', 'eq', 30)|list|length
users|selectattr('tags', 'defined')|list|length
users|rejectattr('name', 'in', ['Bo'])|map(attribute='name')|join(',')
messages|selectattr('role', '==', 'user')|map(attribute='content')|first
users|map(attribute='age')|sum
users|sum(attribute='age')
l|sum(start=10)
[[1], [2]]|sum(start=[])
[0.1, 0.2, 0.3]|sum
l|min
l|max
words|min
words|max(case_sensitive=true)
users|max(attribute='age')
[]|min is defined
users|groupby('age')|map('first')|list
users|groupby('city')|map(attribute='grouper')|list
users|groupby('city', case_sensitive=true)|map(attribute='grouper')|list
(users|groupby('age'))[0].list|length
users|groupby('tags.0', default='zz')|map('first')|list
[1, 2, 3, 4, 5]|batch(2)|list
[1, 2, 3, 4, 5]|batch(2, 'x')|list
[1, 2, 3, 4, 5]|slice(3)|list
[1, 2, 3, 4, 5]|slice(3, 'x')|list
d.n|items|list
missing|items|list
lines|indent
lines|indent(2, true)
lines|indent(2, blank=true)
lines|indent('> ', first=true)
'a\n'|indent
html|escape
html|e
html|forceescape
html|safe
html|escape|escape
(html|safe) + '<'
'<' + (html|safe)
'<' ~ (html|safe)
(html|e)|length
(html|safe)|upper
('<b>'|safe).lower() + 'x'
('%s'|safe) % '<'
('a<'|safe)|replace('<', '>')
('x'|safe).replace('x', '<')
(html|safe)[0]
(html|safe) == html
['<'|safe]
('<'|safe) is string
('<'|safe) is escaped
('a'|safe) * 2 + '<'
(['<', 'b'|safe])|join('<')
('<'|safe).join(['<', 'b'])
(d|tojson|safe) ~ '\n'
'<p>a  <b>b</b>\n c &lt; &amp;</p>'|striptags
{'a': 1, 'b': none, 'c': '<'}|xmlattr
d|tojson
nested|tojson
nested|tojson(indent=2)
d|tojson(indent=4)
[]|tojson(indent=2)
{}|tojson(indent=2)
[[], {}, [1]]|tojson(indent=1)
d|tojson(separators=(',', ':'))
d|tojson(indent=2, separators=(',', ' : '))
{'b': 1, 'a': {'d': 1, 'c': 2}}|tojson(sort_keys=true)
uni|tojson
uni|tojson(ensure_ascii=true)
html|tojson
'\x00\x1f\x7f\u2028\b\f\n\r\t"\\/'|tojson
[1.0, 1e22, 0.1, -0.0, true, none, big]|tojson
[1, 2]|tojson(indent='--')
{1: 'a', 1.5: 'b', true: 'c', none: 'd'}|tojson
(1, 2)|tojson
('<'|safe)|tojson
'inf'|float|tojson
'a b&c/d?é😀'|urlencode
{'a b': 'c&d', 'e': '/'}|urlencode
[['a', 1], ('b', 2)]|urlencode
s|wordcount
'a-b c_d  é'|wordcount
s|center(21) ~ '|'
'ab'|center(5) ~ '|'
'%s-%s'|format(1, 'a')
'%(x)s'|format(x=5)
'foo bar baz qux'|truncate(9)
'foo bar baz qux'|truncate(9, true)
'foo bar baz qux'|truncate(11)
'foo bar baz qux'|truncate(11, false, '...', 0)
'foo bar baz qux'|truncate(11, end='!', leeway=0)
1|filesizeformat ~ 999|filesizeformat ~ 1000|filesizeformat ~ 1234567|filesizeformat ~ 1234567|filesizeformat(true)
d|attr('items') is callable
d|attr('b') is defined
s|upper|lower|capitalize
s | replace("Hello", "Bye") | upper
1 is defined
missing is undefined
none is none
nul is none
missing is none
1 is not none
s is string
1 is string
d is mapping
l is mapping
l is iterable
s is iterable
1 is iterable
missing is iterable
d is iterable
l is sequence
d is sequence
s is sequence
1 is sequence
range(3) is sequence
l|map('string') is sequence
l|map('string') is iterable
missing is sequence
1 is number
1.5 is number
t is number
'1' is number
1 is integer
t is integer
1.0 is integer
1.0 is float
1 is float
t is boolean
1 is boolean
t is true
1 is true
f is false
none is false
3 is odd
3 is even
2.0 is even
9 is divisibleby 3
9 is divisibleby(4)
1 is eq 1
1 is eq(1.0)
1 is equalto 2
1 is ne 2
1 is lt 2
2 is le 2
2 is gt 1
2 is ge 3
1 is lessthan 2
1 is greaterthan 2
1 is sameas 1
1 is sameas 1.0
none is sameas none
t is sameas true
l is sameas l
1 is in l
1 is in([1])
'lo' is in s
5 is not in l
range is callable
1 is callable
missing is callable
'ab' is lower
'AB' is upper
'aB' is upper
'upper' is filter
'nope' is filter
'odd' is test
not 1 is odd
1 is odd and 2 is even
1 is odd or missing.x
3 is divisibleby 3 and t
'x' if 1 is odd else 'y'
1 + 1 is eq 2
-1|abs
-1 is odd
2 * 3|string
range(5)|list
range(2, 10, 3)|list
range(5, 0, -2)|list
range(3)
range(1, 4)
range(0)|list
range(3)|tojson is defined and false
range(10)|length
5 in range(10)
range(3)|last
range(3) == range(0, 3)
dict(a=1, b='x')
dict([('a', 1), ['b', 2]])
dict({'a': 1}, c=2)
namespace(a=1).a
namespace({'a': 1}, b=2).b
namespace(a=1).zz is defined
namespace(a=1, b='x')
[d.items()|list|length, d['n'].deep|length]
users[0]['name']
users[0].name ~ users[-1].name
users|map(attribute='name')|map('lower')|join
messages[0]['role'] == 'system'
messages[1:]|length
messages|last|tojson
(messages|selectattr('role', 'equalto', 'user')|list)[0].content
[1, 2, 3][1:][0]
{'a': {'b': 1}}['a']['b']
{'a': 1}.a
{'a': 1}['a']
'abc'['upper']()
'abc'[1]
[{'a': 1}][0].a
(1, 2)[0]
1.5.real is defined
'a'.x is defined
d.__class__ is defined
d.__class__
d._x is defined
s.__len__
[1, 2].append
[1, 2].append is defined
d['pop']
t.x is defined
'a' ~ ('b', 'c') ~ {'d': 1}
{'x': 1}.items()
{'x': 1}.keys()
{'x': 1}.values()
[1, 2] + [3] * 2
10 - 2 - 3
2 * 3 % 4
100 // 7 // 2
1 < 2 == true
'a' in 'abc' == true
1 in [1] and 2 not in [1]
lines.split('\n')|map('trim')|select|join('|')
'a' if missing is defined and missing else 'b'
'\u00e9' == 'é'
'😀'|length
'😀a'[1]
'a😀b'.split('😀')
'😀' in uni
['é', 'z', 'a', '😀', '\uffff']|sort
'a\\b'
'tab\there'
"new
line"
0.1 + 0.2
1e308 * 10
3.0
1e5
1.10
100000000000000000000.0
7.0 // 2
2 ** 100
2.0 ** 3
1 / 4
-7 / 2
4 / 2
1.5|int ~ 1.5|string
"a"|string|length
true|string|lower
true|lower
5|upper
none|upper
""|first
[none]|first
[[1, 2], [3, 4]]|map('last')|list
[[1, 2], [3, 4]]|map('join', '-')|list
[{'a': {'b': 1}}, {'a': {'b': 2}}]|map(attribute='a.b')|list
[3, 1]|map(attribute='x')|list
'a'|list + ['b']
x|round(0)|int
[1, 'a', none, 2.5]|map('string')|list
[true, false]|map('int')|list
'5'|int + '6'|int
'A'.istitle() ~ 'A b'.istitle() ~ 'Ab C'.istitle() ~ '1'.istitle() ~ 'AB'.istitle()
('<'|safe).partition('l')
[{'a': 1}, {}, {'b': 2}]|unique(attribute='a')|list
'plain' % missing
'b' in d.keys()
true.real ~ 2.real
'ab'|truncate(5) ~ [1]|truncate(5)
loop is defined
caller is defined
self is defined and false
""" .strip("\n").split("\n")

STATEMENTS = [
    "a\n",
    "a\n\n",
    "a\r\nb\rc",
    "{# comment #}x",
    "a{#- c -#}  b",
    "{# a\nb #}\nx",
    "  {# c #}\nx",
    "{% if t %}\n  yes\n{% endif %}\nend",
    "  {% if t %}\n  yes\n  {% endif %}\nend",
    "a {% if t %} b {% endif %} c",
    "a {%- if t -%} b {%- endif -%} c",
    "a  {%+ if t %}b{% endif %}",
    "  {%+ if t %}\nb{% endif +%}\nc",
    "{% if t +%}\nb{% endif %}",
    "{{ 1 -}}  \n x {{- 2 }}",
    "  {{ 1 }}\n  {{ 2 }}\n",
    "a\n  {{- 1 }}",
    "{{- 1 -}}",
    "\n\n  {%- if t %}x{% endif %}",
    "{% if t -%}\n\n x\n{%- endif %}",
    "\t {% set a = 1 %}\n{{ a }}",
    "x {% set a = 1 %}\n{{ a }}",
    "{% raw %}{{ x }} {% if %}{% endraw %}",
    "a {%- raw -%}  {{ x }}  {%- endraw -%}  b",
    "{% raw %}\n a\n  {% endraw %}\nb",
    "{% raw %}{% endraw %}",
    "{{ '{{' }} {{ '%}' }}",
    "{{ {'a': {'b': 1}}['a']['b'] }}",
    "{{{'a': 1}}}",
    "{ % { { }} %}",
    "{% if f %}a{% elif n > 5 %}b{% elif t %}c{% else %}d{% endif %}",
    "{% if f %}a{% else %}d{% endif %}",
    "{% if missing %}a{% endif %}|",
    "{% if l and d and s and x %}ok{% endif %}",
    "{% if [] or {} or '' or 0 or 0.0 or none %}no{% else %}ok{% endif %}",
    "{% for i in l %}{{ i }},{% endfor %}",
    "{% for i in [] %}x{% else %}none{% endfor %}",
    "{% for i in missing %}x{% else %}none{% endfor %}",
    "{% for i in l if i > 1 %}{{ i }}:{{ loop.index }}/{{ loop.length }} {% else %}none{% endfor %}",
    "{% for i in l if i > 9 %}x{% else %}none{% endfor %}",
    "{% for k, v in d.n.items() %}{{ k }}={{ v }};{% endfor %}",
    "{% for k in d %}{{ k }};{% endfor %}",
    "{% for c in 'a😀' %}{{ c }};{% endfor %}",
    "{% for (a, b), c in [((1, 2), 3)] %}{{ a }}{{ b }}{{ c }}{% endfor %}",
    "{% for a, in [(1,)] %}{{ a }}{% endfor %}",
    "{% for x, y in [[1, 2], 'ab'] %}{{ x }}-{{ y }} {% endfor %}",
    "{% for i in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }}{{ loop.depth0 }} {% endfor %}",
    "{% for i in l %}{{ loop.previtem }}<{{ i }}>{{ loop.nextitem }} {% endfor %}",
    "{% for i in l %}{{ loop.previtem is defined }}{{ loop.nextitem is defined }} {% endfor %}",
    "{% for i in l %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for i in [1, 1, 2, 2, 1] %}{{ loop.changed(i) }} {% endfor %}",
    "{% for i in l %}{{ loop }}{% endfor %}",
    "{% for i in range(6) %}{% if i == 1 %}{% continue %}{% endif %}{% if i == 4 %}{% break %}{% endif %}{{ i }}{% endfor %}",
    "{% for i in [1] %}{% break %}{% else %}E{% endfor %}",
    "{% for i in [1, 2] %}{% continue %}{% else %}E{% endfor %}",
    "{% for i in [1, 2] %}{% if i == 2 %}{% break %}{% endif %}{% else %}E{% endfor %}",
    "{% for i in l %}{% for j in l %}{{ loop.index }}{% endfor %}{{ loop.index }} {% endfor %}",
    "{% for i in l %}{% set outer = loop %}{% for j in 'ab' %}{{ outer.index }}{{ loop.index }} {% endfor %}{% endfor %}",
    "{% for m in l|map('string') %}{{ m }}{{ loop.last }}{{ loop.length }} {% endfor %}",
    "{% for m in users|selectattr('ok') %}{{ m.name }}{% endfor %}",
    "{% for i in range(3) recursive %}{{ i }}{% if i == 1 %}({{ loop([7, 8]) }}){% endif %}{% endfor %}",
    "{% for n in [{'v': 1, 'c': [{'v': 2, 'c': []}]}] recursive %}{{ n.v }}@{{ loop.depth }}{% if n.c %}[{{ loop(n.c) }}]{% endif %}{% endfor %}",
    "{% for i in [] recursive %}x{% else %}none{% endfor %}",
    "{% for i in l %}{{ loop(l) }}{% endfor %}",
    "{% for g in users|groupby('age') %}{{ g.grouper }}:{{ g.list|map(attribute='name')|join(',') }};{% endfor %}",
    "{% for a, b in users|groupby('city') %}{{ a }}{{ b|length }} {% endfor %}",
    "{% for r in [1, 2, 3]|batch(2) %}{{ r }}{% endfor %}",
    "{% for i in l|reverse %}{{ i }}{{ loop.revindex }}{% endfor %}",
    "{% for k, v in d|dictsort %}{{ k }} {% endfor %}",
    "{% set ns = namespace(found=false) %}{% for i in l if not ns.found %}{{ i }}{% set ns.found = true %}{% endfor %}",
    "{% set ns = namespace(n=0) %}{% for i in l %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}",
    "{% set ns = namespace(l=[]) %}{% for i in l %}{% set ns.l = ns.l + [i] %}{% endfor %}{{ ns.l }} {{ ns }}",
    "{% set ns = namespace() %}{% set ns.a, ns.b = 1, 2 %}{{ ns.a }}{{ ns.b }}",
    "{% set ns = namespace() %}{% set ns.a %}text{% endset %}{{ ns.a }}",
    "{% set a = 1 %}{% for i in l %}{% set a = a + 1 %}{{ a }}{% endfor %}{{ a }}",
    "{% set a = 1 %}{% if t %}{% set a = 2 %}{% endif %}{{ a }}",
    "{% if f %}{% set a = 2 %}{% endif %}{{ a }}|{{ a is defined }}",
    "{% if f %}{% set s = 2 %}{% endif %}{{ s }}",
    "{% for i in l %}{% if loop.first %}{% set a = 5 %}{% endif %}{{ a }}|{% endfor %}",
    "{% for i in l %}{{ s }}{% set s = i %}{{ s }} {% endfor %}{{ s }}",
    "{% set s = s ~ '!' %}{{ s }}",
    "{% set a, b = 1, 2 %}{{ a }}{{ b }}",
    "{% set a = 1, 2 %}{{ a }}",
    "{% set (a, b) = [1, 2] %}{{ a }}{{ b }}",
    "{% set a, (b, c) = 1, (2, 3) %}{{ a }}{{ b }}{{ c }}",
    "{% set a %}x{{ n }}y{% endset %}{{ a }}{{ a|length }}",
    "{% set a | upper | replace('X', 'z') %}x{{ n }}y{% endset %}{{ a }}",
    "{% set a %}\n  x\n{% endset %}[{{ a }}]",
    "{% set a %}{% set b = 1 %}{{ b }}{% endset %}{{ a }}{{ b is defined }}",
    "{% set a = namespace %}{{ a(x=1).x }}",
    "{% with a = 1, b = 2 %}{{ a }}{{ b }}{% endwith %}{{ a is defined }}",
    "{% set a = 5 %}{% with a = 1, b = a %}{{ a }}{{ b }}{% set a = 9 %}{{ a }}{% endwith %}{{ a }}",
    "{% with %}{% set q = 1 %}{{ q }}{% endwith %}{{ q }}",
    "{% with a, b = (1, 2) %}{{ a }}{{ b }}{% endwith %}",
    "{% macro m(a, b=2, c='x') %}{{ a }}-{{ b }}-{{ c }}{% endmacro %}{{ m(1) }} {{ m(1, 3) }} {{ m(1, c=4) }} {{ m(c=1, a=2) }} {{ m() }}",
    "{% macro m(a) %}{{ a is defined }}{{ a }}{% endmacro %}{{ m() }}",
    "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, x=3) }}",
    "{% macro m(a) %}{{ a }}{{ varargs|join('+') }}{{ kwargs|length }}{% endmacro %}{{ m(1, 2, 3, y=4) }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(b=2) }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, a=2) }}",
    "{% macro m(a, b=a) %}{{ b }}{% endmacro %}{{ m(1) }}",
    "{% macro m(a=b, b=2) %}{{ a }}|{{ b }}{% endmacro %}{{ m() }}",
    "{% macro m(x) %}{% set x = x + 1 %}{{ x }}{% endmacro %}{{ m(1) }}{{ x }}",
    "{% macro m() %}{{ s }}{{ late }}{% endmacro %}{% set late = 'L' %}{{ m() }}",
    "{% macro f(n) %}{{ n }}{% if n > 0 %},{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(4) }}",
    "{% macro m() %}{{ caller() }}!{% endmacro %}{% call m() %}body{% endcall %}",
    "{% macro m() %}{{ caller(1, b=2) }}!{% endmacro %}{% call(a, b) m() %}{{ a }}{{ b }}{% endcall %}",
    "{% macro m(x) %}[{{ caller(x) }}]{% endmacro %}{% for i in l %}{% call(v) m(i) %}{{ v }}{{ i }}{% endcall %}{% endfor %}",
    "{% macro m() %}{{ caller is defined }}{% if caller %}{{ caller() }}{% endif %}{% endmacro %}{{ m() }}{% call m() %}x{% endcall %}",
    "{% macro m() %}x{% endmacro %}{% call m() %}y{% endcall %}",
    "{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}",
    "{% macro m(a, b=1) %}{% endmacro %}{{ m.name }}{{ m.arguments }}{{ m.catch_kwargs }}{{ m.catch_varargs }}{{ m.caller }}{{ m }}",
    "{% macro a() %}A{{ b() }}{% endmacro %}{% macro b() %}B{% endmacro %}{{ a() }}",
    "{% macro m() %}\n  x\n{% endmacro %}[{{ m() }}][{{ m()|trim }}]",
    "{% if t %}{% macro m() %}in{% endmacro %}{% endif %}{{ m() }}",
    "{% for i in [1] %}{% macro m() %}{{ i }}{% endmacro %}{{ m() }}{% endfor %}{{ m is defined }}",
    "{% macro m(d) %}{% for k, v in d.items() %}{{ k }}:{% if v is mapping %}{{ m(v) }}{% else %}{{ v }}{% endif %};{% endfor %}{% endmacro %}{{ m({'a': 1, 'b': {'c': 2}}) }}",
    "{% macro m(*args) %}{% endmacro %}",
    "{% filter upper %}a{{ s }}{% endfilter %}",
    "{% filter replace('a', 'b')|upper %}aaa{% endfilter %}",
    "{% filter trim %}  {% set q = 1 %}x {% endfilter %}{{ q is defined }}",
    "{% generation %}abc{% endgeneration %}",
    "a{% generation %}\nb\n{% endgeneration %}\nc",
    "{% generation %}{% set q = 1 %}{{ q }}{% endgeneration %}{{ q is defined }}",
    "{% for i in l %}{{ i }}{% generation %}{{ i * 2 }}{% endgeneration %}{% endfor %}",
    "{%- generation -%} a {%- endgeneration -%} b",
    "{% block b %}x{{ s }}{% endblock %}",
    "{% block b %}x{% endblock b %}{% block c scoped %}{{ n }}{% endblock %}",
    "{% set q = 1 %}{% block b %}{{ q }}{% set q = 2 %}{{ q }}{% endblock %}{{ q }}",
    "{% for i in l %}{% block b %}{{ i is defined }}{% endblock %}{% endfor %}",
    "{% autoescape false %}{{ html }}{% endautoescape %}",
    "{% print 'a', 1 %}",
    "{% set j = joiner(', ') %}{% for i in l %}{{ j() }}{{ i }}{% endfor %}",
    "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{% set _ = c.reset() %}{{ c.next() }}",
    "{{ raise_exception('No: ' ~ n) }}",
    "{% if t %}{{ raise_exception(\"Conversation roles must alternate user/assistant\") }}{% endif %}",
    "{% set x = 1 if t else 2 %}{{ x }}",
    "{% set x = 1 %}{# c #}{%- set y = 2 -%}  {{ x + y }}",
    "{{ l }}{% set l = [] %}{{ l }}",
    "{%if t%}a{%else%}b{%endif%}",
    "{%- if t -%}\n a\n{%- else -%}\n b\n{%- endif -%}\n",
    "{% for i in l -%}\n  {{ i }}\n{%- endfor %}",
    "{% for i in l %}\n{{ i }}\n{% endfor %}",
    "{% for i in l if i is odd and i > 1 %}{{ i }}{% endfor %}",
    "{% for i in (l if t else []) %}{{ i }}{% endfor %}",
    "{% for i in l + [9] %}{{ i }}{% endfor %}",
    "{% for i in 1, 2, 3 %}{{ i }}{% endfor %}",
    "{% if not (t and f) and n in [7] %}ok{% endif %}",
    "{% set content = messages[1].content %}{{ content.split('<')[0] + '|' + content.replace('&', '+') }}",
    "{% for message in messages %}{% if message.content is not none %}{{ message['role'] + ':' + message.content }}{% endif %}{% if not loop.last %}\n{% endif %}{% endfor %}",
    "{% for message in messages %}{{ '<|' + message.role + '|>' }}{% endfor %}",
    "{% for message in messages[::-1] %}{% set index = (messages|length - 1) - loop.index0 %}{{ index }}{{ message.role }} {% endfor %}",
    "{{ strftime_now is defined }}",
    "{{ dict(a=1).a }}{{ dict().x is defined }}",
    "{% set d2 = dict(d, q=5) %}{{ d2.q }}{{ d.q is defined }}",
    "{{ dict.fromkeys(['a', 'b'], 0) }}",
    "{{ lipsum is defined }}{{ cycler is defined }}{{ range is defined }}",
    "{%- set ns = namespace(last=messages|length - 1, multi=true) -%}{{ ns.last }}{{ ns.multi }}",
    "{% set ns = namespace(a=[1]) %}{% set ns.a = ns.a + [ns.a] %}{{ ns.a }}",
    "{{ f(1) if false else 'lazy' }}",
    "{{ 'x' if t or missing.attr.attr }}",
    "{% if false %}{{ 1|nofilter }}{% endif %}ok",
    "{{ (1|nofilter) if false else 'ok' }}",
    "{% if t %}{{ 1|nofilter }}{% endif %}",
    "{{ 1 is notest if false else 2 }}",
    "{% if 'nofilter' is filter %}{{ 1|nofilter }}{% else %}none{% endif %}",
    "{% set ns=namespace(x=0) %}{% for a in [1,2] %}{% for b in [1,2] %}{% if b == 2 %}{% break %}{% endif %}{% set ns.x = ns.x + 1 %}{% endfor %}{% endfor %}{{ ns.x }}",
    "a{% set q %}{% for i in l %}{% if i == 1 %}{% break %}{% endif %}{{ i }}{% endfor %}{% endset %}{{ q }}",
    "{% for i in l %}{% with %}{% if i == 1 %}{% continue %}{% endif %}{{ i }}{% endwith %}{% endfor %}",
    "{{ m(1) }}{% macro m(x) %}{{ x }}{% endmacro %}",
    "{{ foo }}{{ foo|upper }}{{ foo ~ 'x' }}",
    "{{ none.x is defined }}{{ none['x'] is defined }}",
    "{{ 'é' }}é{{ \"é\\é\" }}",
    "{{ {'a': 1}|items|list }}{{ {}|items|list }}",
    "{% set f = 'abc'.upper %}{{ f() }}",
    "{% set g = d.get %}{{ g('b') }}",
    "{{ s.split(' ', maxsplit=1) }}{{ 'a'.join(*[['x', 'y']]) }}{{ dict(**{'a': 1}) }}",
    "{{ '%s%s'|format(*[1, 2]) }}",
    "{{ range(*[1, 3])|list }}",
    "{{ 5 }}{% if 5 %}{% endif %}{{ 6 }}",
    "line1\n{{ n }}\nline3 {# x #} \n",
    "{{ '\n' }}|{{ \"a\\nb\" }}",
    "{{ x|default(y)|default('z') }}{{ y|default('w') }}",
    "{% for u in users|sort(attribute='name')|list %}{{ u.name }}{{ loop.index }}{% endfor %}",
]

ERRORS = [
    "{{ missing.x }}",
    "a\nb {{ missing['x'] }}",
    "{{ missing() }}",
    "{{ missing + 1 }}",
    "{{ 1 + missing }}",
    "{{ 'a' + missing }}",
    "{{ [] + missing }}",
    "{{ missing < 1 }}",
    "{{ 1 < missing }}",
    "{{ -missing }}",
    "{{ missing[0:1] }}",
    "{{ missing * 2 }}",
    "{{ 'a' * missing }}",
    "{{ d.zz.y }}",
    "{{ d.zz() }}",
    "{{ d[5].y }}",
    "{{ l[10].y }}",
    "{{ l.foo.y }}",
    "{{ nul.x.y }}",
    "{{ n.x.y }}",
    "{{ s.foo() }}",
    "{{ 'a' + 1 }}",
    "{{ 1 + 'a' }}",
    "{{ l + 'a' }}",
    "{{ l + (1,) }}",
    "{{ (1,) + [1] }}",
    "{{ d + d }}",
    "{{ none + 1 }}",
    "{{ 'a' - 'b' }}",
    "{{ 'a' * 'b' }}",
    "{{ 'a' * 1.5 }}",
    "{{ l * l }}",
    "{{ 'a' / 2 }}",
    "{{ none // 2 }}",
    "{{ [] % 2 }}",
    "{{ 'a' ** 2 }}",
    "{{ -'a' }}",
    "{{ +[] }}",
    "{{ 1 / 0 }}",
    "{{ 1 // 0 }}",
    "{{ 1 % 0 }}",
    "{{ 1.0 / 0 }}",
    "{{ 1.0 // 0 }}",
    "{{ 1.0 % 0 }}",
    "{{ 0 ** -1 }}",
    "{{ 1 < 'a' }}",
    "{{ 'a' >= 1 }}",
    "{{ [] < {} }}",
    "{{ none > none }}",
    "{{ [1, 'a'] < [1, 2] }}",
    "{{ 1 in 5 }}",
    "{{ 1 in 'abc' }}",
    "{{ missing in 'abc' }}",
    "{{ [] in {} }}",
    "{{ {[]: 1} }}",
    "{{ {{}: 1} }}",
    "{{ n() }}",
    "{{ 'a'() }}",
    "{{ d() }}",
    "{{ [1].append(2) }}",
    "{{ l.pop() }}",
    "{{ l.sort() }}",
    "{{ d.update({}) }}",
    "{{ d.pop('a') }}",
    "{{ d.setdefault('a', 1) }}",
    "{{ d.clear() }}",
    "{{ d.__class__() }}",
    "{{ ''.__class__.__mro__ }}",
    "{% set ns = namespace(_a=1) %}",
    "{% set ns = namespace() %}{% set ns._a = 1 %}",
    "{% set d.x = 1 %}",
    "{% set nope.x = 1 %}",
    "{% set a, b = 1 %}",
    "{% set a, b = [1] %}",
    "{% set a, b = [1, 2, 3] %}",
    "{% set a, b = missing %}",
    "{% for a, b in [1] %}{% endfor %}",
    "{% for a, b in ['abc'] %}{% endfor %}",
    "{% for i in 5 %}{% endfor %}",
    "{% for i in none %}{% endfor %}",
    "{% for i in l %}{{ loop.cycle() }}{% endfor %}",
    "{{ n|length }}",
    "{{ none|length }}",
    "{{ l|join(attribute='x')|length ~ n|join }}",
    "{{ 5|first }}",
    "{{ 5|list }}",
    "{{ l|map('string')|last }}",
    "{{ l|map('string')|length }}",
    "{{ [1, 'a']|sort }}",
    "{{ [1, 'a']|max }}",
    "{{ ['a', 'b']|sum }}",
    "{{ l|sum(start='') }}",
    "{{ [[1]]|unique|list }}",
    "{{ missing|abs }}",
    "{{ 'a'|abs }}",
    "{{ 'a'|round }}",
    "{{ missing|int }}",
    "{{ missing|tojson }}",
    "{{ [missing]|tojson }}",
    "{{ range(3)|tojson }}",
    "{{ d.items()|tojson }}",
    "{{ {(1, 2): 1}|tojson }}",
    "{{ l|items|list }}",
    "{{ d|dictsort(by='x') }}",
    "{{ l|round(method='x') }}",
    "{{ 1|round(method='x') }}",
    "{{ l|map|list }}",
    "{{ l|map(attribute='x', zz=1)|list }}",
    "{{ l|selectattr|list }}",
    "{{ '%d' % 'a' }}",
    "{{ '%d' % none }}",
    "{{ '%x' % 1.5 }}",
    "{{ '%f' % 'a' }}",
    "{{ '%s %s' % 'a' }}",
    "{{ '%s %s' % (1,) }}",
    "{{ '%s' % (1, 2) }}",
    "{{ 'a' % 1 }}",
    "{{ '%(a)s' % 1 }}",
    "{{ '%(a)s' % {} }}",
    "{{ '%z' % 1 }}",
    "{{ '%' % 1 }}",
    "{{ '%d' % missing }}",
    "{{ '%s'|format(1, a=2) }}",
    "{{ '{}'.format() }}",
    "{{ '{a}'.format() }}",
    "{{ '{'.format() }}",
    "{{ '}'.format() }}",
    "{{ '{:d}'.format('a') }}",
    "{{ '{:s}'.format(1) }}",
    "{{ ''.join([1]) }}",
    "{{ 'a'.split('') }}",
    "{{ 'a'.index('b') }}",
    "{{ 'a'.startswith(1) }}",
    "{{ 'a'.strip(1) }}",
    "{{ l.index(99) }}",
    "{{ l[::0] }}",
    "{{ l['a':] }}",
    "{{ n[1:] }}",
    "{{ d[1:] }}",
    "{{ range(200000) }}",
    "{{ range() }}",
    "{{ range(1, 2, 0) }}",
    "{{ range('a') }}",
    "{{ cycler() }}",
    "{{ dict([1]) }}",
    "{{ dict([[1]]) }}",
    "{{ raise_exception(5) }}",
    "{{ 'inf'|float|int }}",
    "{{ 1|nofilter }}",
    "{{ 1 is notest }}",
    "{% if t %}{{ 1|no.filter }}{% endif %}",
    "{{ [1]|map('nofilter')|list }}",
    "{{ [1]|select('notest')|list }}",
    "{% for i in l %}{% if t %}{% for j in l %}{{ 1|nofilter }}{% endfor %}{% endif %}{% endfor %}",
    "{{ 'a'|truncate(1) }}",
    "{{ {'a b': 1}|xmlattr }}",
    "{{ (1 if f).x }}",
    "{{ ([]|first).x }}",
    "{% macro m(a) %}{{ a.x }}{% endmacro %}{{ m() }}",
    "{{ [] in d.keys() }}",
    "{{ 'a'|round(method='floor') }}",
    "{{ l * big }}",
    "{{ []|first|round }}",
    "{{ missing|indent }}",
    "{{ 5|indent }}",
    "{{ 'a'.count(1) }}",
    "{{ missing|xmlattr }}",
    "{{ [[1, 2, 3]]|urlencode }}",
    "{{ none|filesizeformat }}",
    "{{ 'x'|filesizeformat }}",
    "{{ '%(a)s' % missing }}",
    "{{ 1 is defined(2) }}",
    "{{ dict(missing) }}",
    "{% set ns = namespace(missing) %}",
    "{{ range(missing) }}",
    "{{ 'a'|center(missing) }}",
    "{% if f %}{% break %}{% endif %}{{ 1 + }}",
    "{% macro m(a, a) %}{% endmacro %}",
    # syntax
    "{{",
    "{{ }}",
    "{{ 1",
    "{{ 1 + }}",
    "{{ 1 2 }}",
    "{{ a b }}",
    "{{ (1 }}",
    "{{ 1) }}",
    "{{ [1 }}",
    "{{ {1} }}",
    "{{ {1: } }}",
    "{{ a. }}",
    "{{ a.'b' }}",
    "{{ a[ }}",
    "{{ 'abc }}",
    "{{ a ! b }}",
    "{{ a ? b : c }}",
    "{{ a & b }}",
    "{{ a | }}",
    "{{ a | 1 }}",
    "{{ a is }}",
    "{{ a is b is c }}",
    "{{ f(a=1, 2) }}",
    "{{ f(**a, b) }}",
    "{{ f(*a, *b) }}",
    "{{ f(1 2) }}",
    "{{ 1 = 2 }}",
    "{{ not }}",
    "{{ a if }}",
    "{{ a else b }}",
    "{{ ; }}",
    "{{ 1if }}",
    "{{ '\\x4' }}",
    "{% %}",
    "{% 1 %}",
    "{% foo %}",
    "{% if %}{% endif %}",
    "{% if t %}",
    "x\ny{% if t %}\n{% for i in l %}",
    "{% endif %}",
    "{% if t %}{% endfor %}",
    "{% for i in l %}{% endif %}",
    "{% for %}{% endfor %}",
    "{% for i %}{% endfor %}",
    "{% for i in %}{% endfor %}",
    "{% for 1 in l %}{% endfor %}",
    "{% for loop in l %}{{ loop }}{% endfor %}",
    "{% for i in l %}{% set loop = 1 %}{% endfor %}",
    "{% set %}",
    "{% set 1 = 2 %}",
    "{% set a = %}",
    "{% set a.b.c = 1 %}",
    "{% set a[0] = 1 %}",
    "{% set none = 1 %}",
    "{% set 'a' = 1 %}",
    "{% set f() = 1 %}",
    "{% set a %}x",
    "{% macro %}{% endmacro %}",
    "{% macro m %}{% endmacro %}",
    "{% macro m(a=1, b) %}{% endmacro %}",
    "{% macro m(1) %}{% endmacro %}",
    "{% macro m() %}",
    "{% macro m(caller) %}{{ caller }}{% endmacro %}",
    "{% call m %}{% endcall %}",
    "{% call 1 %}{% endcall %}",
    "{% filter %}{% endfilter %}",
    "{% filter nope %}{% endfilter %}",
    "{% break %}",
    "{% continue %}",
    "{% for i in l %}{% macro m() %}{% break %}{% endmacro %}{% endfor %}",
    "{% generation %}",
    "{% generation %}{% endif %}",
    "{% raw %}",
    "{# open",
    "{% with a %}{% endwith %}",
    "{% else %}",
    "{% if t %}{% else %}{% else %}{% endif %}",
    "{% block 1 %}{% endblock %}",
    "{% block a-b %}{% endblock %}",
    "{% do 1 %}",
    "{% trans %}x{% endtrans %}",
    "{% endgeneration %}",
    "{% if t }}x{% endif %}",
    "{{ 1 %}",
    "{{ x|default('a' }}",
    "{% for i in l recursive if i %}{% endfor %}",
    "{% import 'a' as b %}",
    "{% include 'x' %}",
    "{% extends 'x' %}",
    "{% from 'a' import b %}",
]

# Their message names Python's classes, memory or methods.
KIND_ONLY = {
    "{% import 'a' as b %}", "{% include 'x' %}", "{% extends 'x' %}", "{% from 'a' import b %}", "{{ cycler() }}",
    "{{ l|round(method='x') }}", "{{ dict([1]) }}", "{{ 'a'|truncate(1) }}", "{{ 'inf'|float|int }}", "{{ [[1]]|unique|list }}",
    "{% set f() = 1 %}", "{{ l|map('string')|last }}", "{{ d|attr('b') is defined }}", "{% macro m(caller) %}{{ caller }}{% endmacro %}",
    "{% macro m(a, a) %}{% endmacro %}", "{% break %}", "{% continue %}", "{% for i in l %}{% macro m() %}{% break %}{% endmacro %}{% endfor %}", "{{ '\\x4' }}",
}


def render(source):
    try:
        template = chat._cached_compile_jinja_template(source)
        text, spans = chat._render_with_assistant_indices(template, tools=None, documents=None, add_generation_prompt=False, **CONTEXT)
        return {"source": source, "text": text, "spans": [list(s) for s in spans]} if spans else {"source": source, "text": text}
    except Exception as e:
        result = {"source": source, "error": type(e).__name__}
        if source not in KIND_ONLY:
            result["message"] = str(getattr(e, "message", None) or e)
            if getattr(e, "lineno", None):
                result["line"] = e.lineno
        return result


def main():
    warnings.simplefilter("ignore")
    sources = ["{{ " + expression.replace("\f", "") + " }}" for expression in joined(EXPRESSIONS)] + STATEMENTS + ERRORS
    snippets = [render(source) for source in dict.fromkeys(sources)]
    text = json.dumps({"context": CONTEXT, "snippets": snippets}, ensure_ascii=False, indent=1)
    OUT.write_text(text + "\n", encoding="utf-8", newline="\n")


def joined(lines):
    """One expression a line; a line that opens a string and does not close it goes on in the next."""
    lines = list(lines)
    at = lines.index('"new')
    return lines[:at] + [lines[at] + "\n" + lines[at + 1]] + lines[at + 2 :]


if __name__ == "__main__":
    main()
