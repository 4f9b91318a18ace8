"""Writes every golden file; the result depends on nothing but the pinned versions in requirements.txt."""

import adamw
import decoder
import distribution
import head
import heads
import rules
import sampling
import schedules
import support


def main():
    for module in (head, support, rules, sampling, distribution, heads, adamw, schedules, decoder):
        print(module.__name__)
        module.main()


if __name__ == "__main__":
    main()
