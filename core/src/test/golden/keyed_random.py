"""Prints the first draws of streams that org.rft4j.engine.random.KeyedRandom names, from its description alone.

Philox 4x32-10 (Salmon et al. 2011) under a key into which SplitMix64's finaliser folds the path. Needs nothing but Python.
SampleKeyTest holds what it prints.
"""

M = (1 << 64) - 1


def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M
    return z ^ (z >> 31)


def number(key, part):
    return mix((key + 0xD1B54A32D192ED03 + mix((part + 0x9E3779B97F4A7C15) & M)) & M)


def name(key, text):
    units = text.encode("utf-16-be")
    key = number(mix(key ^ 0x8CB92BA72F3D8DD7), len(units) // 2)
    for i in range(0, len(units), 2):
        key = number(key, int.from_bytes(units[i : i + 2], "big"))
    return key


def bits(key, index):
    c = [index & 0xFFFFFFFF, index >> 32, 0, 0]
    for r in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        k0 = ((key & 0xFFFFFFFF) + r * 0x9E3779B9) & 0xFFFFFFFF
        k1 = ((key >> 32) + r * 0xBB67AE85) & 0xFFFFFFFF
        c = [(p1 >> 32) ^ c[1] ^ k0, p1 & 0xFFFFFFFF, (p0 >> 32) ^ c[3] ^ k1, p0 & 0xFFFFFFFF]
    return c[1] << 32 | c[0]


def sample(seed, round_, prompt, index, turn):
    key = name(mix((seed + 0x9E3779B97F4A7C15) & M), "sample")
    return number(number(name(number(key, round_), prompt), index), turn)


for args in [(0, 0, "a", 0, 0), (7, 3, "gsm8k-17", 5, 2), (-1, 1 << 40, "\u00e4\U0001f600", 2**31 - 1, 9)]:
    key = sample(*args)
    print(args, [bits(key, i) for i in (0, 1, 1000)], [(bits(key, i) >> 11) * 2.0**-53 for i in (0, 1)])
